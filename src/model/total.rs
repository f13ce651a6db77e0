//! One sheet summed over many reports.

use rust_decimal::Decimal;

use super::report::Report;
use super::sheet::State;
use crate::form::Form;

/// The sum of a table over reports of one form.
#[derive(Clone, Debug)]
pub struct Total {
    /// The sums, cell by cell; `None` where figures cannot be added.
    pub cells: Vec<Option<Decimal>>,
    /// How many reports went into it.
    pub reports: usize,
}

/// Sums a table over all reports of a form. Open tables and figures that do not combine
/// (medians, texts) have no sum.
pub fn total<'r>(form: &Form, table: usize, reports: impl Iterator<Item = &'r Report>) -> Total {
    let blank = &form.tables[table];
    let combines = |cell: usize| {
        let (row, column) = blank.crossing(cell);
        blank.open.is_none() && blank.rows.leaf(row).combines && blank.columns.leaf(column).combines
    };
    let mut cells: Vec<Option<Decimal>> =
        (0..blank.size()).map(|cell| combines(cell).then_some(Decimal::ZERO)).collect();
    let mut count = 0;
    for report in reports.filter(|report| report.form.as_ref().is_some_and(|own| own.id == form.id)) {
        let Some(sheet) = report.sheet(table) else { continue };
        count += 1;
        for (sum, cell) in cells.iter_mut().zip(sheet.cells()) {
            match (cell.value(), cell.state) {
                (Some(value), _) => *sum = sum.and_then(|sum| sum.checked_add(value)),
                (None, State::Text) => *sum = None,
                (None, _) => {}
            }
        }
    }
    Total { cells, reports: count }
}
