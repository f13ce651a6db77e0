//! Two outputs in one place: also where a disk or a host does not tell capitals apart.
//!
//! Only what people name can clash, prose pages and files beside reports: the routes of
//! everything else are apart by themselves.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Drawn, Subject, find_fixed, in_folder, origin};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::model::{Attachment, Portal, Report};
use crate::path::SourcePath;

/// Finds outputs in one place.
pub(super) fn check(portal: &Portal, drawn: &Drawn, found: &mut Diagnostics) {
    let pages = portal.pages.iter().map(|(name, _)| name).filter(|name| &***name != "index");
    for name in pages {
        let page = Subject::Prose(name.to_string());
        if let Some(first) = in_place_of(portal, drawn, name) {
            found.push(twice(&first, &page));
        }
    }
    let doubtful = portal.reports.par_iter().filter(|report| is_doubtful(report));
    let of_files: Vec<_> = doubtful.flat_map_iter(|report| of_files(portal, drawn, report)).collect();
    of_files.into_iter().for_each(|diagnostic| found.push(diagnostic));
}

/// What else lies where a prose page does.
fn in_place_of(portal: &Portal, drawn: &Drawn, name: &str) -> Option<Subject> {
    let route = format!("{name}/index.html");
    let own = find_fixed(portal, drawn, &route).filter(|own| own.route().as_str() == route);
    own.filter(|own| drawn.wants(own)).or_else(|| {
        let mut languages = portal.settings.others.iter();
        let language = languages.find(|language| language.eq_ignore_ascii_case(name))?;
        Some(Subject::In(language.clone(), Box::new(Subject::Home)))
    })
}

/// Whether files beside a report may clash at all: several with each other, one with what is
/// made there, which is the page or bears the name of the agency. Few do, of a great many.
fn is_doubtful(report: &Report) -> bool {
    let clashes = |file: &Attachment| {
        let name = file.name().to_lowercase();
        name == "index.html" || name.starts_with(&*report.agency)
    };
    report.attachments.len() > 1 || report.attachments.iter().any(clashes)
}

/// The files beside a report that lie where something else does.
fn of_files(portal: &Portal, drawn: &Drawn, report: &Report) -> Vec<Diagnostic> {
    let lower = |subject: &Subject| subject.route().as_str().to_lowercase();
    let made = in_folder(portal, report).filter(|subject| drawn.wants(subject));
    let mut seen: BTreeMap<String, Subject> = made.map(|made| (lower(&made), made)).collect();
    let mut found = Vec::new();
    for file in &report.attachments {
        let file = Subject::Attachment(file.path.clone());
        if let Some(first) = seen.get(&lower(&file)) {
            found.push(twice(first, &file));
        }
        seen.insert(lower(&file), file);
    }
    found
}

fn twice(first: &Subject, second: &Subject) -> Diagnostic {
    let diagnostic = Diagnostic::new("routes/twice")
        .fact("route", second.route().as_str())
        .fact("first", origin(first))
        .fact("second", origin(second));
    diagnostic.at(Place::file(&SourcePath::new(origin(second))))
}
