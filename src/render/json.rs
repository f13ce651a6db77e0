//! A report as JSON (RFC 8259).

use crate::plan::{Site, report_data};

/// The JSON of a report: agency, year, form, title, tables row by row, findings.
pub(super) fn report(site: &Site<'_>, agency: &str, year: u16) -> Option<Vec<u8>> {
    let mut bytes = serde_json::to_vec(&report_data(site, agency, year)?).ok()?;
    bytes.push(b'\n');
    Some(bytes)
}
