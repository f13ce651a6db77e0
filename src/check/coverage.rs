//! Who has not reported. A year counts as collected once anybody has reported for it, so
//! that the answer does not depend on the day of the build.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::model::{AgencyReports, Portal};

/// Finds agencies without a report for a year in which others have one, from their own
/// first year on (`since`, else their first report, else the portal's first year).
pub(super) fn check(portal: &Portal, found: &mut Diagnostics) {
    let years: Vec<u16> = portal.years().collect();
    for AgencyReports { agency, reports } in portal.by_agency() {
        let own: BTreeSet<u16> = reports.iter().map(|report| report.year).collect();
        let since = agency.file.since.or(own.first().copied()).or(portal.settings.checks.first_year);
        let first = since.into_iter().chain(portal.settings.checks.first_year).max().unwrap_or(0);
        for year in years.iter().copied().filter(|year| *year >= first) {
            if agency.reports_in(year) && !own.contains(&year) {
                let mut diagnostic = Diagnostic::new("coverage/missing")
                    .fact("agency", agency.file.name.clone())
                    .fact("year", year.to_string())
                    .fact("id", &*agency.id);
                if let Some(due) = portal.due(agency, year) {
                    diagnostic = diagnostic.fact("due", due);
                }
                found.push(diagnostic.at(Place::file(&agency.path)));
            }
        }
    }
}
