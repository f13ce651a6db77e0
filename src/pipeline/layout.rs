//! The source files by what they are.

use crate::diagnostic::{Diagnosed, Diagnostic, Diagnostics, Place};
use crate::language::is_tag;
use crate::path::{SourcePath, is_id};
use crate::source::SourceTree;
use crate::stamp::Stamp;

/// The files of one report: agency, year, and what lies in its folder.
pub(super) struct ReportFolder<'t> {
    pub(super) agency: &'t str,
    pub(super) year: u16,
    pub(super) files: &'t [(SourcePath, Stamp)],
}

/// The source files by what they are.
#[derive(Default)]
pub(super) struct Layout<'t> {
    pub(super) forms: Vec<&'t SourcePath>,
    pub(super) agencies: Vec<(&'t str, &'t SourcePath)>,
    pub(super) reports: Vec<ReportFolder<'t>>,
    pub(super) pages: Vec<&'t SourcePath>,
}

/// Sorts the source files by what they are; those that are nothing are found.
pub(super) fn layout(tree: &SourceTree) -> Diagnosed<Layout<'_>> {
    let mut layout = Layout::default();
    let mut found = Diagnostics::default();
    let files = tree.under("content/");
    let mut at = 0;
    while at < files.len() {
        let path = &files[at].0;
        let names: Vec<&str> = path.as_str().split('/').collect();
        let mut taken = 1;
        match names[1..] {
            ["agencies", agency, "agency.toml"] if is_id(agency) => layout.agencies.push((agency, path)),
            ["agencies", agency, year, ..] if names.len() > 4 => {
                let folder = &path.as_str()[..names[..4].iter().map(|name| name.len() + 1).sum()];
                taken = files[at..].iter().take_while(|(path, _)| path.as_str().starts_with(folder)).count();
                match (is_id(agency), year_of(year)) {
                    (true, Some(year)) => {
                        layout.reports.push(ReportFolder { agency, year, files: &files[at..at + taken] });
                    }
                    (false, _) => {
                        found.push(Diagnostic::new("agency/id").fact("id", agency).at(Place::file(path)))
                    }
                    (true, None) => {
                        found.push(Diagnostic::new("report/year").fact("year", year).at(Place::file(path)))
                    }
                }
            }
            ["agencies", agency, "agency.toml"] => {
                found.push(Diagnostic::new("agency/id").fact("id", agency).at(Place::file(path)));
            }
            ["forms", name] if name.ends_with(".toml") => layout.forms.push(path),
            [name] if is_page(name) => layout.pages.push(path),
            _ => found.push(Diagnostic::new("source/stray").at(Place::file(path))),
        }
        at += taken;
    }
    Diagnosed::new(layout, found)
}

/// Whether it is the file of a prose page, `about.md`, or of one in another language,
/// `about.en.md`.
fn is_page(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".md") else { return false };
    let (name, language) = stem.split_once('.').unwrap_or((stem, "en"));
    is_id(name) && is_tag(language)
}

/// Four digits, as a year.
fn year_of(name: &str) -> Option<u16> {
    (name.len() == 4 && name.bytes().all(|b| b.is_ascii_digit())).then(|| name.parse().ok()).flatten()
}
