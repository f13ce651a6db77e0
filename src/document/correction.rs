//! The corrections in the head of `report.md`: what was changed after publication, and why.

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::fields::Fields;

/// A change after publication.
#[derive(Clone, Debug)]
pub struct Correction {
    /// The day of the change, `YYYY-MM-DD`.
    pub date: String,
    /// What was changed.
    pub target: Target,
    /// What stood there before, as written.
    pub from: String,
    /// What stands there since.
    pub to: String,
    /// Why.
    pub reason: String,
    /// The office that made the change.
    pub by: String,
    /// Where it is written.
    pub places: CorrectionPlaces,
}

/// What a correction changed, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A figure, by the address of its cell.
    Cell(String),
    /// The prose of a section, by its id or heading.
    Section(String),
}

/// Where the parts of a correction are written.
#[derive(Clone, Debug)]
pub struct CorrectionPlaces {
    /// The date.
    pub date: Place,
    /// The cell or section.
    pub target: Place,
    /// What stood there before.
    pub from: Place,
    /// What stands there since.
    pub to: Place,
}

/// Parses the list `[[correction]]`; one that lacks a part is found and left out.
pub(super) fn parse_corrections(top: &mut Fields<'_, '_>, found: &mut Diagnostics) -> Vec<Correction> {
    let mut corrections = Vec::new();
    for fields in top.tables("correction") {
        corrections.extend(parse(fields, found));
    }
    corrections
}

fn parse(mut fields: Fields<'_, '_>, found: &mut Diagnostics) -> Option<Correction> {
    let whole = fields.place_of("");
    let (cell, section) = (fields.text("cell"), fields.text("section"));
    let (target, key) = match (cell, section) {
        (Some(cell), None) => (Some(Target::Cell(cell.to_owned())), "cell"),
        (None, Some(section)) => (Some(Target::Section(section.to_owned())), "section"),
        _ => (None, ""),
    };
    if target.is_none() {
        found.push(Diagnostic::new("correction/target").at(whole));
    }
    let places = CorrectionPlaces {
        date: fields.place_of("date"),
        target: fields.place_of(key),
        from: fields.place_of("from"),
        to: fields.place_of("to"),
    };
    let date = fields.required_date("date");
    let (from, to) = (fields.required_figure("from"), fields.required_figure("to"));
    let reason = fields.required_text("reason").map(str::to_owned);
    let by = fields.required_text("by").map(str::to_owned);
    found.extend(&fields.finish());
    Some(Correction { date: date?, target: target?, from: from?, to: to?, reason: reason?, by: by?, places })
}
