//! What the cells of the original say, and what is to be told of each that was not plainly there.

use rust_decimal::Decimal;

use crate::import::block::Place;

/// What a cell of the original says.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// Nothing.
    Blank,
    /// That it does not apply.
    NotApplicable,
    /// A number.
    Number(Decimal),
    /// A text, where the form wants one.
    Text(String),
}

/// Something to tell about a cell that was not plainly there.
#[derive(Clone, Debug, PartialEq)]
pub enum Doubt {
    /// The row was told only by its place.
    RowByPosition,
    /// The label of the row was not quite the form's: what stands there.
    RowRepaired(String),
    /// The column was told only by its place.
    ColumnByPosition,
    /// The label of the column was not quite the form's.
    ColumnRepaired,
    /// The cell's column was told by where it stands.
    ByGeometry,
    /// The cell's column was told by the sums.
    BySums,
    /// The original breaks off in the row, and the column was told from the left.
    CutOff,
    /// A figure beside was left out: what it said.
    Stray(String),
    /// The figure stands in every column of a span.
    Repeated,
    /// Figures of a whole row were left in the table, so that rows may be out of step: what they say.
    Adrift(String),
    /// A unit or remark stood beside the number: the whole cell.
    Remark(String),
    /// A word gave the sign: the whole cell.
    Worded(String),
    /// The digits had to be guessed: the whole cell.
    Guessed(String),
    /// The amount was in another unit and was converted: the whole cell.
    Converted(String),
    /// The number is not of the kind that the form wants.
    Kind,
    /// The cell holds something that is no figure: what it says.
    Unreadable(String),
    /// Several readings are possible: which.
    Open(Vec<String>),
    /// Two rows of the original have this label; what the other says.
    Twice(String),
    /// A sum or rule of the form disagrees: both sides.
    Disagrees(Decimal, Decimal),
    /// The original seems not to have the column.
    ColumnMissing,
    /// The original seems not to have the row, though figures were left that could be its own.
    RowMissing,
}

impl Doubt {
    /// Whether the figure may well be wrong, rather than read in a roundabout way.
    pub fn is_grave(&self) -> bool {
        matches!(
            self,
            Self::Kind
                | Self::Unreadable(_)
                | Self::RowMissing
                | Self::Open(_)
                | Self::Twice(_)
                | Self::Disagrees(..)
                | Self::Guessed(_)
        )
    }
}

/// A cell of the form as read from the original.
#[derive(Clone, Debug)]
pub struct CellReading {
    /// What it says.
    pub reading: Reading,
    /// Where it stands in the original.
    pub place: Place,
    /// What to tell.
    pub doubts: Vec<Doubt>,
}

/// A table of the form as read.
#[derive(Clone, Debug, Default)]
pub struct TableReading {
    /// Its cells, by number; none where the original has no such row.
    pub cells: Vec<Option<CellReading>>,
    /// The rows that the original has, by leaf.
    pub rows: Vec<bool>,
}

impl TableReading {
    /// Whether anything of the table was found.
    pub fn is_found(&self) -> bool {
        self.rows.iter().any(|row| *row)
    }
}

/// A reading in words.
pub(in crate::import) fn say(reading: &Reading) -> String {
    match reading {
        Reading::Blank => String::new(),
        Reading::NotApplicable => "/".to_owned(),
        Reading::Number(number) => number.to_string(),
        Reading::Text(text) => text.clone(),
    }
}
