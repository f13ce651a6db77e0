//! A table laid out: header cells with their spans, body cells with their addresses.
//!
//! The depth of the tree of lines gives the number of header rows (or stub columns); the
//! leaves below a heading give its span; a leaf above the deepest level spans the rest.

use super::axis::Axis;
use super::table::Table;

/// One cell of the layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GridCell {
    /// The corner above the row labels.
    Corner {
        /// Rows it is high.
        rows: usize,
        /// Columns it is wide.
        columns: usize,
    },
    /// The header over all columns.
    Heading {
        /// Columns it is wide.
        columns: usize,
    },
    /// The label of a column.
    Column {
        /// Index of the line in the columns.
        line: usize,
        /// Rows it is high.
        rows: usize,
        /// Columns it is wide.
        columns: usize,
    },
    /// The label of a row.
    Row {
        /// Index of the line in the rows.
        line: usize,
        /// Rows it is high.
        rows: usize,
        /// Columns it is wide.
        columns: usize,
    },
    /// A figure, by the number of its cell.
    Cell(usize),
}

/// A table laid out, row by row. A cell stands in the row it begins in.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// The header rows.
    pub head: Vec<Vec<GridCell>>,
    /// The body rows.
    pub body: Vec<Vec<GridCell>>,
    /// How many columns the row labels take.
    pub stub: usize,
}

impl Grid {
    /// Lays out a table.
    pub fn new(table: &Table) -> Self {
        let stub = if table.stub { table.rows.depth() } else { 0 };
        Self { head: head(table, stub), body: body(table, stub), stub }
    }
}

fn head(table: &Table, stub: usize) -> Vec<Vec<GridCell>> {
    let columns = &table.columns;
    let depth = columns.depth();
    let top = usize::from(table.heading.is_some());
    let mut head = vec![Vec::new(); (top + depth).max(1)];
    if stub > 0 {
        head[0].push(GridCell::Corner { rows: top + depth, columns: stub });
    }
    if top == 1 {
        head[0].push(GridCell::Heading { columns: columns.leaves.len() });
    }
    for (line, rows, wide) in spans(columns, depth) {
        head[top + columns.lines[line].depth].push(GridCell::Column { line, rows, columns: wide });
    }
    head
}

fn body(table: &Table, stub: usize) -> Vec<Vec<GridCell>> {
    let width = table.columns.leaves.len();
    let mut body = vec![Vec::with_capacity(width + stub); table.rows.leaves.len()];
    if stub > 0 {
        for (line, wide, rows) in spans(&table.rows, stub) {
            let first = table.rows.leaves_below(line).next().unwrap_or(0);
            body[first].push(GridCell::Row { line, rows, columns: wide });
        }
    }
    for (row, cells) in body.iter_mut().enumerate() {
        cells.extend((0..width).map(|column| GridCell::Cell(table.cell(row, column))));
    }
    body
}

/// For each line: how many levels it takes, and how many leaves it covers. A heading takes
/// one level; a leaf takes all that are left.
fn spans(axis: &Axis, depth: usize) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
    axis.lines.iter().enumerate().map(move |(index, line)| {
        let levels = if line.leaf.is_some() { depth - line.depth } else { 1 };
        (index, levels, axis.leaves_below(index).count())
    })
}
