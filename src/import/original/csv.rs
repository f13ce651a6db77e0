//! Comma, semicolon or tab separated values to one grid; or, our own, to cells that name themselves.

use crate::import::block::{Block, GridBuilder, Original, Place, Remark};
use crate::import::limits::{self, Refusal};

/// Reads comma, semicolon or tab separated values that are already decoded.
pub(super) fn read(text: &str, delimiter: u8) -> Result<Original, Refusal> {
    limits::check_lines(text)?;
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut grid = GridBuilder::default();
    let mut own_columns: Vec<usize> = Vec::new();
    for record in reader.records() {
        let Ok(record) = record else { return Err(Refusal::Damaged) };
        let line = record.position().map_or(0, |position| position.line() as u32);
        // Our own CSV has a line per cell, which names it.
        let own = if own_columns.is_empty() && line <= 1 { own_columns_of(&record) } else { None };
        if let Some(columns) = own {
            own_columns = columns;
            continue;
        }
        if grid.is_full() {
            break;
        }
        grid.row();
        if let [table, row, column, value] = own_columns[..] {
            let part = |at: usize| record.get(at).unwrap_or_default();
            let address = format!("{}[{}, {}]", part(table), part(row), part(column));
            let text = part(value).strip_prefix('\'').unwrap_or(part(value)).to_owned();
            grid.cell(text, (1, 2), Some(address), |_, _| Place::Line(line));
            continue;
        }
        for cell in &record {
            grid.cell(cell.trim().to_owned(), (1, 1), None, |_, _| Place::Line(line));
        }
    }
    let mut original = Original::default();
    if grid.is_cut() {
        original.remarks.push(Remark::Cut(Place::Line(1)));
    }
    original.blocks.push(Block::Grid(grid.finish(None)));
    Ok(original)
}

/// Where the table, row, column and value stand, if this is the head of our own CSV.
fn own_columns_of(record: &::csv::StringRecord) -> Option<Vec<usize>> {
    let at = |name: &str| record.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name));
    ["table", "row", "column", "value"].into_iter().map(at).collect()
}
