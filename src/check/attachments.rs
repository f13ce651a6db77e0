//! Attachments that a browser would run on the site's own address.

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::model::Report;

/// Endings of files that may carry programs a browser runs.
const ACTIVE: [&str; 9] = [".html", ".htm", ".xhtml", ".svg", ".xml", ".js", ".mjs", ".swf", ".wasm"];

/// Finds attachments of kinds that may run programs.
pub(super) fn check(report: &Report, found: &mut Diagnostics) {
    for attachment in &report.attachments {
        let name = attachment.name().to_lowercase();
        if ACTIVE.iter().any(|end| name.ends_with(end)) {
            let diagnostic = Diagnostic::new("attachments/active").fact("name", attachment.name());
            found.push(diagnostic.at(Place::file(&attachment.path)));
        }
    }
}
