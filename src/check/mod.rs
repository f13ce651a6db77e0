//! What is wrong with the reports: sums, rules, blanks, coverage. One file per check.

mod accept;
mod agencies;
mod attachments;
mod blanks;
mod corrections;
mod coverage;
mod dates;
mod facts;
mod placeholders;
mod rules;
mod suspect;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Figure, Portal, Report};

/// Checks one report, against the one of the year before where a rule asks for it. `read`
/// is what was found when the report was read. What the agency stands by is marked so.
pub fn check_report(portal: &Portal, report: &Report, read: &Diagnostics) -> Diagnostics {
    let mut found = read.clone();
    let previous = portal.previous(report);
    let previous = previous.and_then(|older| Some((&**older, &**portal.lineage(report, older)?)));
    let figures = Figure { report, previous };
    if !is_broken(report, read) {
        blanks::check(report, &mut found);
        rules::check(&figures, &mut found);
        corrections::check(report, &mut found);
    }
    dates::check(portal, report, &mut found);
    attachments::check(report, &mut found);
    placeholders::check(report, portal.language(), &mut found);
    accept::apply(report, found)
}

/// Whether the figures could be read in part only: sums over them would mean nothing.
fn is_broken(report: &Report, read: &Diagnostics) -> bool {
    let file = report.tables_file();
    let here = |told: &Diagnostic| told.place.as_ref().is_some_and(|place| place.file == file);
    read.iter().any(|told| told.code.starts_with("toml/") && here(told))
}

/// Checks what concerns the portal as a whole.
pub fn check_portal(portal: &Portal) -> Diagnostics {
    let mut found = Diagnostics::default();
    agencies::check(portal, &mut found);
    coverage::check(portal, &mut found);
    facts::check(portal, &mut found);
    found
}
