//! One blank table: its axes, kinds, sums, rules and layout.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;
use rust_decimal::Decimal;

use super::axis::{Axis, Line};
use super::formula::Test;
use super::grid::Grid;
use super::value::{Blank, Kind};
use crate::diagnostic::Severity;
use crate::language::Localised;

/// A blank table of a form.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its id, the key of its figures in `tables.toml`.
    pub id: Arc<str>,
    /// The caption.
    pub title: Localised,
    /// A header cell over all columns.
    pub heading: Option<Localised>,
    /// The text of the corner above the row labels.
    pub corner: Option<Localised>,
    /// Whether row labels are printed.
    pub stub: bool,
    /// The unit of all cells.
    pub unit: Option<Localised>,
    /// What a cell may hold unless its column or row says otherwise.
    pub kind: Kind,
    /// What an empty cell counts as unless its column or row says otherwise.
    pub blank: Blank,
    /// Printed under the table.
    pub note: Option<Localised>,
    /// What the form filler should know.
    pub hint: Option<Localised>,
    /// The rows; of an open table, the rows without any component.
    pub rows: Axis,
    /// The columns.
    pub columns: Axis,
    /// Where rows are one per component of the agency.
    pub open: Option<OpenRows>,
    /// The rules inside this table.
    pub rules: Vec<Rule>,
    /// The layout.
    pub grid: Grid,
    /// What the dotted names in `tables.toml` mean.
    pub names: Names,
}

/// What each dotted name in `tables.toml` means. Two hundred names are looked up per report,
/// none of them chosen by a stranger, so they are hashed fast and always alike.
pub(super) type Names = HashMap<Box<str>, Name, FixedState>;

/// What a dotted name in `tables.toml` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// The beginning of longer names.
    Beginning,
    /// A row, by number.
    Row(usize),
    /// A cell, by number: the id of its row, a dot, the id of its column.
    Cell(usize),
}

/// Rows that the agency brings: one per component, and one over all.
#[derive(Clone, Debug)]
pub struct OpenRows {
    /// The line over all components, if there is one.
    pub total: Option<Line>,
    /// Whether that line is the sum of the components (medians are not).
    pub adds: bool,
}

/// Which axis a rule goes through, line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// In every column; bare names are rows.
    Columns,
    /// In every row; bare names are columns.
    Rows,
    /// Once, with full addresses (or once per line named `*`).
    Once,
}

/// A sentence that must hold.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id; findings have the code `rule/<id>`.
    pub id: Arc<str>,
    /// Which axis it goes through.
    pub turn: Turn,
    /// The leaves of that axis it is limited to.
    pub only: Option<Vec<usize>>,
    /// What must hold.
    pub test: Test,
    /// The formula as written.
    pub formula: Arc<str>,
    /// The rule as a sentence.
    pub says: Localised,
    /// How grave it is when it does not hold.
    pub level: Severity,
    /// How far apart equal sides may be, for rounded amounts.
    pub tolerance: Decimal,
}

impl Table {
    /// Works out all that follows from the axes: the layout and the names.
    pub(super) fn laid_out(mut self) -> Self {
        self.names = Names::default();
        for row in 0..self.rows.leaves.len() {
            let row_id = self.rows.leaf(row).id.clone();
            self.begin(&row_id);
            self.names.insert((*row_id).into(), Name::Row(row));
            for column in 0..self.columns.leaves.len() {
                let name = format!("{row_id}.{}", self.columns.leaf(column).id);
                self.begin(&name);
                self.names.insert(name.into(), Name::Cell(self.cell(row, column)));
            }
        }
        self.grid = Grid::new(&self);
        self
    }

    fn begin(&mut self, name: &str) {
        for (at, _) in name.match_indices('.') {
            self.names.entry(name[..at].into()).or_insert(Name::Beginning);
        }
    }

    /// What a dotted name means; `None` when it means nothing.
    pub fn name(&self, name: &str) -> Option<Name> {
        self.names.get(name).copied()
    }

    /// The row whose id a dotted name begins with, and the rest of the name.
    pub fn row_of<'n>(&self, name: &'n str) -> Option<(usize, &'n str)> {
        let rest = |id: &str| name.strip_prefix(id)?.strip_prefix('.');
        (0..self.rows.leaves.len()).find_map(|row| rest(&self.rows.leaf(row).id).map(|rest| (row, rest)))
    }

    /// The kind of a cell.
    pub fn kind_of(&self, row: usize, column: usize) -> Kind {
        self.columns.leaf(column).kind.or(self.rows.leaf(row).kind).unwrap_or(self.kind)
    }

    /// What a blank cell counts as.
    pub fn blank_of(&self, row: usize, column: usize) -> Blank {
        self.columns.leaf(column).blank.or(self.rows.leaf(row).blank).unwrap_or(self.blank)
    }

    /// The unit of a cell.
    pub fn unit_of(&self, row: usize, column: usize) -> Option<&Localised> {
        let line = self.columns.leaf(column).unit.as_ref().or(self.rows.leaf(row).unit.as_ref());
        line.or(self.unit.as_ref())
    }

    /// Whether a column may be added up over components: a median may not.
    pub fn adds_up(&self, column: usize) -> bool {
        self.open.is_none() || self.columns.leaf(column).combines
    }

    /// How many cells there are.
    pub fn size(&self) -> usize {
        self.rows.leaves.len() * self.columns.leaves.len()
    }

    /// The number of a cell: row by row.
    pub fn cell(&self, row: usize, column: usize) -> usize {
        row * self.columns.leaves.len() + column
    }

    /// The row and column of a cell.
    pub fn crossing(&self, cell: usize) -> (usize, usize) {
        (cell / self.columns.leaves.len(), cell % self.columns.leaves.len())
    }

    /// The address of a cell, as text.
    pub fn address(&self, cell: usize) -> String {
        let (row, column) = self.crossing(cell);
        format!("{}[{}, {}]", self.id, self.rows.leaf(row).id, self.columns.leaf(column).id)
    }

    /// This table with a row for each component (id and name).
    pub fn with_components(&self, components: &[(Arc<str>, Localised)]) -> Self {
        let Some(open) = &self.open else { return self.clone() };
        let line = |(id, name): &(Arc<str>, Localised)| Line {
            id: id.clone(),
            label: name.clone(),
            also: Vec::new(),
            parent: None,
            kind: None,
            unit: None,
            blank: None,
            sum: None,
            combines: true,
            hint: None,
            leaf: None,
            depth: 0,
        };
        let mut lines: Vec<Line> = components.iter().map(line).collect();
        let sum = open.adds.then(|| (0..lines.len()).collect());
        lines.extend(open.total.clone().map(|total| Line { sum, combines: open.adds, ..total }));
        Self { rows: Axis::new(lines), ..self.clone() }.laid_out()
    }
}
