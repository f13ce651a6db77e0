//! A portal, with what was found in it.

use std::sync::Arc;

use super::portal::Portal;
use super::report::Report;
use crate::diagnostic::Diagnostics;

/// A portal, with what was found in it.
pub struct Checked {
    /// The portal.
    pub portal: Portal,
    /// What was found in each report, in the order of the portal's reports; what the agency
    /// stands by is marked.
    pub of_reports: Vec<Arc<Diagnostics>>,
    /// Everything that was found, sorted.
    pub found: Diagnostics,
}

impl Checked {
    /// What was found in a report.
    pub fn found_in(&self, report: &Report) -> &Diagnostics {
        static NONE: Diagnostics = Diagnostics::none();
        let name = (&report.agency, report.year);
        let at = self.portal.reports.binary_search_by(|known| (&known.agency, known.year).cmp(&name));
        at.map_or(&NONE, |at| &self.of_reports[at])
    }
}
