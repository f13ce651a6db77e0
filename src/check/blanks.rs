//! Cells that the form wants filled in and that are empty.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::form::Blank;
use crate::model::{Report, State};

/// Finds empty cells where the form says that a blank is missing. A table that is not there
/// at all has been told already.
pub(super) fn check(report: &Report, found: &mut Diagnostics) {
    let file = report.tables_file();
    for sheet in report.sheets().iter().filter(|sheet| sheet.is_written()) {
        for (number, cell) in sheet.cells().iter().enumerate() {
            let (row, column) = sheet.table.crossing(number);
            if cell.state == State::Blank && sheet.table.blank_of(row, column) == Blank::Missing {
                let diagnostic = Diagnostic::new("cells/missing").fact("label", sheet.label(number));
                found.push(diagnostic.cell(sheet.table.address(number)).at(sheet.place(&file, number)));
            }
        }
    }
}
