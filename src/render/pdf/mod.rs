//! A report as a PDF in the layout of official documents: tagged (PDF/UA-1) and archivable
//! (PDF/A-2a), both enforced while it is written. With the feature `pdf` only.

mod press;

use serde::Serialize;

use super::filters::in_words;
use crate::diagnostic::{Catalogue, Diagnosed, Diagnostic, Diagnostics, Place};
use crate::plan::{Paper, Site, Subject, paper};
use press::{Failure, Press};

/// What the template sees.
#[derive(Serialize)]
struct Data<'p> {
    report: &'p Paper,
    /// The day of publication in words.
    day: Option<String>,
    /// How a unit is written above a table.
    unit: &'p str,
    /// How a unit is written in a caption.
    unit_inside: &'p str,
}

/// The PDF of a report, or why there is none.
pub(super) fn report(site: &Site<'_>, agency: &str, year: u16) -> Diagnosed<Option<Vec<u8>>> {
    let mut found = Diagnostics::default();
    let Some((report, paper)) = site.portal().report(agency, year).zip(paper(site, agency, year)) else {
        return Diagnosed::new(None, found);
    };
    let word = |name| Catalogue::get().word(name, &paper.language);
    let day = paper.published.as_ref();
    let data = Data {
        report: &paper,
        day: day.map(|day| in_words(day, &paper.language).unwrap_or_else(|| day.clone())),
        unit: word("table-unit"),
        unit_inside: word("table-unit-inside"),
    };
    // A view can always be written as JSON.
    let data = serde_json::to_string(&data).unwrap_or_default();
    let subject = Subject::Report(agency.to_owned(), year);
    let printed = Press::get().print(data, subject.route().as_str());
    if let Err(failure) = &printed {
        let diagnostic = match failure {
            Failure::Characters(characters) => {
                Diagnostic::new("pdf/characters").fact("characters", characters.as_str())
            }
            Failure::Template(reason) => Diagnostic::new("pdf/template").fact("reason", reason.as_str()),
        };
        found.push(diagnostic.at(Place::file(&report.narrative_file())));
    }
    Diagnosed::new(printed.ok(), found)
}
