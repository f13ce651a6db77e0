//! Who has not reported. A year counts as collected once anybody has reported for it, so
//! that the answer does not depend on the day of the build.

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::model::Portal;

/// Finds agencies without a report for a year in which others have one.
pub(super) fn check(portal: &Portal, found: &mut Diagnostics) {
    let years: Vec<u16> = portal.years().collect();
    for agency in &portal.agencies {
        for year in years.iter().copied().filter(|year| portal.is_missing(agency, *year)) {
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
