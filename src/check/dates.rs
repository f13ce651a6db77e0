//! The date of publication: there, and within the legal date.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Portal, Report};

/// Finds reports without a date, dated before their year ended, or later than the form
/// allows for this kind of agency.
pub(super) fn check(portal: &Portal, report: &Report, found: &mut Diagnostics) {
    let place = || report.head.place_of(&report.narrative_file(), "published");
    let Some(published) = &report.head.published else {
        // A date that cannot be read, or a head, has been told already.
        let file = report.narrative_file();
        let told = |told: &Diagnostic| {
            let head = ["toml", "front-matter"].contains(&told.code.split('/').next().unwrap_or_default());
            head && told.place.as_ref().is_some_and(|place| place.file == file)
        };
        if found.iter().any(told) {
            return;
        }
        found.push(Diagnostic::new("report/undated").at(place()));
        return;
    };
    if *published < format!("{:04}-12-01", report.year) {
        let diagnostic = Diagnostic::new("report/too-early").fact("published", published.as_str());
        found.push(diagnostic.fact("year", report.year.to_string()).at(place()));
    }
    let Some(agency) = portal.agency(&report.agency) else { return };
    match portal.due(agency, report.year) {
        Some(due) if report.is_after(Some(&due)) => {
            let diagnostic = Diagnostic::new("coverage/late").fact("published", published.as_str());
            found.push(diagnostic.fact("due", due).at(place()));
        }
        _ => {}
    }
}
