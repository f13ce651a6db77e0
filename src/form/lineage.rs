//! Which cell of an older edition a cell continues.
//!
//! Equal address means equal meaning, unless the form says otherwise; a heading stands for
//! the sum of its leaves.

use super::address::Address;
use super::axis::Axis;
use super::definition::Form;
use super::table::Table;

/// Where the figure of a cell stood in another edition: cells of one table that add up to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The table, by number.
    pub table: usize,
    /// The cells, by number.
    pub cells: Vec<usize>,
}

/// For every table and cell of a form, where its figure stood in another edition.
#[derive(Debug)]
pub struct Lineage(Vec<Vec<Option<Origin>>>);

impl Lineage {
    /// The lineage of the cells of `form` in `older`, which may be the same form.
    pub fn new(form: &Form, older: &Form) -> Self {
        let cells = |table: &Table| (0..table.size()).map(|cell| origin(form, table, cell, older)).collect();
        Self(form.tables.iter().map(|table| cells(table)).collect())
    }

    /// Where the figure of a cell stood; `None` where the series begins or breaks.
    pub fn origin(&self, table: usize, cell: usize) -> Option<&Origin> {
        self.0.get(table)?.get(cell)?.as_ref()
    }
}

fn origin(form: &Form, table: &Table, cell: usize, older: &Form) -> Option<Origin> {
    let (row, column) = table.crossing(cell);
    let here = Address::new(&table.id, &table.rows.leaf(row).id, &table.columns.leaf(column).id);
    let there = if form.id == older.id { here } else { continued(form, &here, &older.id)? };
    let number = older.table_number(&there.table)?;
    let table = &older.tables[number];
    let rows = lines(&table.rows, &there.row)?;
    let columns = lines(&table.columns, &there.column)?;
    let cells = rows.iter().flat_map(|&r| columns.iter().map(move |&c| (r, c)));
    Some(Origin { table: number, cells: cells.map(|(r, c)| table.cell(r, c)).collect() })
}

/// The address in the older form, by what the form says of it; the nearest saying wins: the
/// cell, its row, its column, its table.
fn continued(form: &Form, here: &Address, older: &str) -> Option<Address> {
    let names = [
        here.to_string(),
        format!("{}[{}, *]", here.table, here.row),
        format!("{}[*, {}]", here.table, here.column),
        here.table.clone(),
    ];
    for name in names {
        let said = form.continues.iter().find(|(id, at, _)| &**id == older && *at == name);
        let Some((_, _, there)) = said else { continue };
        let there = there.as_deref()?;
        if let Ok(mut address) = there.parse::<Address>() {
            if address.row == "*" {
                address.row.clone_from(&here.row);
            }
            if address.column == "*" {
                address.column.clone_from(&here.column);
            }
            return Some(address);
        }
        return Some(Address { table: there.to_owned(), ..here.clone() });
    }
    Some(here.clone())
}

/// The leaves of a line that are not sums; the leaf itself for a leaf.
fn lines(axis: &Axis, id: &str) -> Option<Vec<usize>> {
    let index = axis.lines.iter().position(|line| &*line.id == id)?;
    if let Some(leaf) = axis.lines[index].leaf {
        return Some(vec![leaf]);
    }
    Some(axis.leaves_below(index).filter(|&leaf| axis.leaf(leaf).sum.is_none()).collect())
}
