//! In which formats the whole portal is offered besides CSV and JSON Lines.

use std::collections::BTreeMap;

use crate::document::DataFormat;
use crate::model::Portal;

/// How many rows a sheet of a spreadsheet has.
const SHEET_ROWS: u64 = 1 << 20;
/// A portal of more reports does not have them without asking: at every figure that changes the
/// workbook alone costs a second of a processor for ten thousand reports.
const MANY: usize = 2_000;

/// Whether the portal wants a format.
pub(super) fn offers(portal: &Portal, format: DataFormat) -> bool {
    let is_asked = format == DataFormat::Parquet && portal.settings.parquet;
    match &portal.settings.data {
        _ if is_asked => true,
        Some(formats) => formats.contains(&format),
        None => format.is_built() && format != DataFormat::Parquet && portal.reports.len() <= MANY,
    }
}

/// Whether every table of the portal has room on a sheet, below its head.
pub(super) fn fits_spreadsheet(portal: &Portal) -> bool {
    let mut rows: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for report in &portal.reports {
        let form = report.form.as_ref().map_or("", |form| &*form.id);
        for sheet in report.sheets() {
            *rows.entry((form, &*sheet.table.id)).or_default() += sheet.table.rows.leaves.len() as u64;
        }
    }
    rows.into_values().chain([portal.reports.len() as u64]).all(|rows| rows < SHEET_ROWS)
}
