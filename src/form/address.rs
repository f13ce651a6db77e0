//! The name of a cell: `table[row, column]`.

use std::fmt;
use std::str::FromStr;

/// A cell's address, e.g. `requests[outcome.granted, natural]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The id of the table.
    pub table: String,
    /// The id of the row.
    pub row: String,
    /// The id of the column.
    pub column: String,
}

impl Address {
    /// The cell of a table where a row crosses a column.
    pub fn new(table: &str, row: &str, column: &str) -> Self {
        Self { table: table.into(), row: row.into(), column: column.into() }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}, {}]", self.table, self.row, self.column)
    }
}

impl FromStr for Address {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (table, rest) = text.split_once('[').ok_or(())?;
        let (row, column) = rest.strip_suffix(']').ok_or(())?.split_once(',').ok_or(())?;
        let (table, row, column) = (table.trim(), row.trim(), column.trim());
        if [table, row, column].iter().any(|part| part.is_empty()) {
            return Err(());
        }
        Ok(Self::new(table, row, column))
    }
}
