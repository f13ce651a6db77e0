//! Parts of a skeleton that nobody has written yet.

use crate::diagnostic::{Catalogue, Diagnostic, Diagnostics, Place};
use crate::language::Localised;
use crate::model::Report;

/// Finds sections that still hold the words a skeleton puts there.
pub(super) fn check(report: &Report, language: &str, found: &mut Diagnostics) {
    let words = Catalogue::get().word("placeholder", language);
    let Some(form) = &report.form else { return };
    for prose in report.prose().filter(|prose| prose.html.contains(words)) {
        let title = prose.section.map(|number| form.sections[number].title.clone());
        let title = title.unwrap_or_else(|| Localised::from(&*prose.heading));
        let diagnostic = Diagnostic::new("report/placeholder").fact("title", title).fact("words", words);
        found.push(diagnostic.at(Place::file(&report.narrative_file())));
    }
}
