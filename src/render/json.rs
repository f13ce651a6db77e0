//! Reports and the API as JSON (RFC 8259).

use serde::Serialize;

use crate::plan::{self, ApiFile, Site, report_data};

/// The JSON of a report: agency, year, form, title, tables row by row, findings.
pub(super) fn report(site: &Site<'_>, agency: &str, year: u16) -> Option<Vec<u8>> {
    bytes(&report_data(site, agency, year)?)
}

/// A file of the API.
pub(super) fn api(site: &Site<'_>, file: &ApiFile) -> Option<Vec<u8>> {
    bytes(&plan::api(site, file)?)
}

fn bytes(value: &impl Serialize) -> Option<Vec<u8>> {
    let mut bytes = serde_json::to_vec(value).ok()?;
    bytes.push(b'\n');
    Some(bytes)
}
