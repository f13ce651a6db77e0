//! A report as a PDF in the layout of official documents: tagged (PDF/UA-1) and archivable
//! (PDF/A-2a), both enforced while it is written. With the feature `pdf` only.

mod press;

pub(super) use press::{Press, is_typeface};

use serde::Serialize;

use super::filters::in_words;
use crate::diagnostic::{Catalogue, Diagnosed, Diagnostic, Diagnostics, Place};
use crate::model::{Agency, Report};
use crate::plan::{Paper, Site, Subject, paper};
use press::Failure;

/// What the template sees.
#[derive(Serialize)]
struct Data<'p> {
    report: &'p Paper,
    /// The typefaces by name, the first one first.
    typefaces: &'p [String],
    /// The day of publication in words.
    day: Option<String>,
    /// How a unit is written above a table.
    unit: &'p str,
    /// How a unit is written in a caption.
    unit_inside: &'p str,
}

/// The PDF of a report, or why there is none.
pub(super) fn report(site: &Site<'_>, press: &Press, agency: &str, year: u16) -> Diagnosed<Option<Vec<u8>>> {
    let mut found = Diagnostics::default();
    let known = site.portal().agency(agency).zip(site.portal().report(agency, year));
    let Some(((agency, report), paper)) = known.zip(paper(site, agency, year)) else {
        return Diagnosed::new(None, found);
    };
    let word = |name| Catalogue::get().word(name, &paper.language);
    let day = paper.published.as_ref();
    let data = Data {
        report: &paper,
        typefaces: &press.typefaces,
        day: day.map(|day| in_words(day, &paper.language).unwrap_or_else(|| day.clone())),
        unit: word("table-unit"),
        unit_inside: word("table-unit-inside"),
    };
    // A view can always be written as JSON.
    let data = serde_json::to_string(&data).unwrap_or_default();
    let subject = Subject::Report(agency.id.clone(), year);
    let printed = press.print(data, subject.route().as_str());
    if let Err(failure) = &printed {
        found.push(match failure {
            Failure::Characters(characters) => unprintable(site, agency, report, characters),
            Failure::Template(reason) => Diagnostic::new("pdf/template")
                .fact("reason", reason.as_str())
                .at(Place::file(&report.narrative_file())),
        });
    }
    Diagnosed::new(printed.ok(), found)
}

/// The finding that some characters cannot be printed, where the first of them stands.
fn unprintable(site: &Site<'_>, agency: &Agency, report: &Report, characters: &str) -> Diagnostic {
    let first: String = characters.chars().take(1).collect();
    let is_name = agency.name_in(report.year, site.language).contains(&first);
    let file = if is_name { agency.path.clone() } else { report.narrative_file() };
    Diagnostic::new("pdf/characters").fact("characters", characters).at(Place::of_text(&file, &first))
}
