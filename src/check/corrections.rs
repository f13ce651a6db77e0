//! Corrections that do not fit the report: a cell that is not there, a figure that is not
//! the one in the table now, dates and figures that contradict each other.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Correction, Target};
use crate::fields::nearest;
use crate::form::{Value, parse_value};
use crate::model::{Report, Sheet, State};

/// Checks the corrections of a report.
pub(super) fn check(report: &Report, found: &mut Diagnostics) {
    let mut corrections: Vec<&Correction> = report.head.corrections.iter().collect();
    corrections.sort_by(|a, b| a.date.cmp(&b.date));
    for (number, correction) in corrections.iter().enumerate() {
        dates(report, correction, found);
        match &correction.target {
            Target::Section(name) => section(report, correction, name, found),
            Target::Cell(address) => {
                let Some((sheet, cell)) = report.cell_at(address) else {
                    found.push(unknown_cell(report, correction, address));
                    continue;
                };
                let sheet = &report.sheets()[sheet];
                let same = |other: &&&Correction| match &other.target {
                    Target::Cell(other) => report.cell_at(other) == report.cell_at(address),
                    Target::Section(_) => false,
                };
                match corrections[number + 1..].iter().find(same) {
                    Some(later) => chain(sheet, cell, correction, later, found),
                    None => now(sheet, cell, correction, found),
                }
            }
        }
    }
}

/// Nothing can be corrected before it is published, nor to what it was.
fn dates(report: &Report, correction: &Correction, found: &mut Diagnostics) {
    if let Some(published) = report.head.published.as_ref().filter(|day| correction.date < **day) {
        let diagnostic = Diagnostic::new("correction/early").fact("date", correction.date.as_str());
        found.push(diagnostic.fact("published", published.as_str()).at(correction.places.date.clone()));
    }
    if correction.from == correction.to {
        let diagnostic = Diagnostic::new("correction/same").fact("to", correction.to.as_str());
        found.push(diagnostic.at(correction.places.to.clone()));
    }
}

/// A section must be there.
fn section(report: &Report, correction: &Correction, name: &str, found: &mut Diagnostics) {
    if report.passage(name).is_some() {
        return;
    }
    let diagnostic = Diagnostic::new("correction/unknown-section").fact("section", name);
    let diagnostic = diagnostic.at(correction.places.target.clone());
    let sections = report.form.iter().flat_map(|form| &form.sections);
    found.push(match nearest(name, sections.map(|section| &*section.id)) {
        Some(near) => diagnostic.fact("near", near),
        None => diagnostic,
    });
}

fn unknown_cell(report: &Report, correction: &Correction, address: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new("correction/unknown-cell").fact("address", address);
    let diagnostic = diagnostic.at(correction.places.target.clone());
    let addresses = |sheet: &Sheet| -> Vec<String> {
        (0..sheet.table.size()).map(|cell| sheet.table.address(cell)).collect()
    };
    let known: Vec<String> = report.sheets().iter().flat_map(addresses).collect();
    match nearest(address, known.iter().map(String::as_str)) {
        Some(near) => diagnostic.fact("near", near),
        None => diagnostic,
    }
}

/// The next correction of a cell must begin with what the one before left.
fn chain(sheet: &Sheet, cell: usize, earlier: &Correction, later: &Correction, found: &mut Diagnostics) {
    if read(sheet, cell, &earlier.to) == read(sheet, cell, &later.from) {
        return;
    }
    let diagnostic = Diagnostic::new("correction/chain").fact("from", later.from.as_str());
    let diagnostic = diagnostic.fact("to", earlier.to.as_str()).fact("date", earlier.date.as_str());
    found.push(diagnostic.cell(sheet.table.address(cell)).at(later.places.from.clone()));
}

/// The newest correction of a cell must say what stands in the table now.
fn now(sheet: &Sheet, cell: usize, correction: &Correction, found: &mut Diagnostics) {
    let held = &sheet.cells()[cell];
    let now = match held.state {
        State::Blank | State::Unread => Value::Blank,
        State::NotApplicable => Value::NotApplicable,
        State::Text => Value::Text(sheet.text(held).unwrap_or_default().to_owned()),
        State::Number | State::Derived => held.value().map(Value::Number).unwrap_or_default(),
    };
    if read(sheet, cell, &correction.to).as_ref() == Some(&now) {
        return;
    }
    let diagnostic = Diagnostic::new("correction/now").fact("to", correction.to.as_str());
    let diagnostic = match now {
        Value::Number(number) => diagnostic.fact("now", number.to_string()),
        Value::Text(text) => diagnostic.fact("now", text),
        Value::NotApplicable => diagnostic.fact("now", "/"),
        Value::Blank => diagnostic,
    };
    found.push(diagnostic.cell(sheet.table.address(cell)).at(correction.places.to.clone()));
}

/// A figure of a correction, read as its cell is.
fn read(sheet: &Sheet, cell: usize, written: &str) -> Option<Value> {
    let (row, column) = sheet.table.crossing(cell);
    parse_value(written, sheet.table.kind_of(row, column)).map(|(value, _)| value)
}
