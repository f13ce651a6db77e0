//! A draft: a report that came in, ready to be looked at and written as `report.md` and `tables.toml`, with a
//! finding for everything that was not plainly there.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Fact, Place as SourcePlace};
use crate::document::{Written, front_matter, tables_toml, toml_text};
use crate::form::{Form, Table};
use crate::language::Localised;
use crate::path::SourcePath;

use super::block::{Attachment, Place, Remark};
use super::limits::Refusal;
use super::prose::{Facts, escape};
use super::table::{CellReading, Doubt, Matched, Reading, TableReading, say};

/// A section of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftSection {
    /// The id of the form's section.
    pub id: Arc<str>,
    /// The heading, as the original has it.
    pub title: String,
    /// The text below it.
    pub markdown: String,
    /// Whether the form knows the heading, so that it needs no id behind it.
    usual: bool,
}

/// A table of a draft: for each cell of the form's table what the original says, and what stood beside it.
#[derive(Clone, Debug, Default)]
pub struct DraftTable {
    /// The cells by number.
    pub cells: Vec<(Reading, String)>,
}

/// How many cells came in, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cells with a figure.
    pub read: usize,
    /// Those among them that were read in a roundabout way.
    pub inferred: usize,
    /// Cells whose figure is in doubt or was left out.
    pub doubtful: usize,
}

/// A report that came in.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The form it was laid on; none for a year before there was one.
    pub form: Option<Arc<Form>>,
    /// The id of the agency, if it is a known one.
    pub agency: Option<String>,
    /// Its name, known or proposed.
    pub agency_name: String,
    /// The reporting year.
    pub year: Option<u16>,
    /// The title.
    pub title: String,
    /// What the original says of itself.
    pub facts: Facts,
    /// What stands before the first section.
    pub preface: String,
    /// The sections in the form's order.
    pub sections: Vec<DraftSection>,
    /// The tables in the form's order.
    pub tables: Vec<DraftTable>,
    /// Files found inside the original.
    pub attachments: Vec<Attachment>,
    /// How many cells came in.
    pub tally: Tally,
}

impl Draft {
    /// `report.md`. `usual_form` tells whether the year has this form anyway.
    pub fn report(&self, usual_form: bool, original: Option<&str>) -> String {
        let mut head = Vec::new();
        let mut put = |key: &str, value: Option<&String>| {
            if let Some(value) = value {
                head.push(format!("{key:<9} = {}", toml_text(value)));
            }
        };
        put("title", Some(&self.title).filter(|title| !title.is_empty()));
        put("source", self.facts.source.as_ref());
        put("number", self.facts.number.as_ref());
        put("index", self.facts.index.as_ref());
        if let Some(form) = self.form.as_ref().filter(|_| !usual_form) {
            head.push(format!("{:<9} = {}", "form", toml_text(&form.id)));
        }
        if let Some(date) = &self.facts.published {
            head.push(format!("{:<9} = {date}", "published"));
        }
        let mut text = front_matter(&head);
        if !self.preface.is_empty() {
            text.push('\n');
            text.push_str(&self.preface);
            text.push('\n');
        }
        for section in &self.sections {
            let id = if section.usual { String::new() } else { format!(" {{#{}}}", section.id) };
            text.push_str(&format!("\n## {}{id}\n", escape(&section.title)));
            if !section.markdown.is_empty() {
                text.push('\n');
                text.push_str(&section.markdown);
                text.push('\n');
            }
        }
        if let Some(original) = original {
            text.push_str(&format!(
                "\n[{}]({})\n",
                escape(original),
                original.replace(' ', "%20").replace('(', "%28").replace(')', "%29")
            ));
        }
        text
    }

    /// `tables.toml`, with the labels as comments; nothing without a form.
    pub fn figures(&self, language: &str) -> Option<String> {
        let form = self.form.as_ref()?;
        let tables: Vec<&Table> = form.tables.iter().map(|table| &**table).collect();
        Some(tables_toml(form, &tables, language, &|table, cell| {
            let (reading, remark) = self.tables.get(table)?.cells.get(cell)?;
            (*reading != Reading::Blank).then(|| Written { value: written(reading), remark: remark.clone() })
        }))
    }
}

/// A reading as `tables.toml` has it.
fn written(reading: &Reading) -> String {
    match reading {
        Reading::Number(number) if number.scale() == 0 && i64::try_from(*number).is_ok() => {
            number.to_string()
        }
        Reading::Number(number) => toml_text(&number.to_string()),
        other => toml_text(&say(other)),
    }
}

/// Makes the tables of a draft, the tally, and a finding for each cell that was not plainly there.
pub(super) fn tables(
    matched: &Matched,
    form: &Form,
    file: &SourcePath,
    found: &mut Diagnostics,
) -> (Vec<DraftTable>, Tally) {
    let mut tables = Vec::new();
    let mut tally = Tally::default();
    for (table, read) in form.tables.iter().zip(&matched.tables) {
        if table.open.is_none() {
            absent(table, read, file, found);
        }
        let cell = |number: usize| draft_cell(table, read, number, file, &mut tally, found);
        tables.push(DraftTable { cells: (0..table.size()).map(cell).collect() });
    }
    (tables, tally)
}

/// Tells what of a table the original does not have: all of it, or some rows.
fn absent(table: &Table, read: &TableReading, file: &SourcePath, found: &mut Diagnostics) {
    let count = read.cells.iter().filter(|cell| cell.is_none()).count();
    let row = (0..table.rows.leaves.len())
        .find(|row| !read.rows[*row] && read.cells[table.cell(*row, 0)].is_none());
    let Some(row) = row else { return };
    let code = if read.is_found() { "import/row-absent" } else { "import/no-table" };
    let told = told(code, file).fact("table", table.title.clone()).fact("count", count.to_string());
    found.push(told.fact("row", table.rows.leaf(row).label.clone()));
}

fn draft_cell(
    table: &Table,
    read: &TableReading,
    number: usize,
    file: &SourcePath,
    tally: &mut Tally,
    found: &mut Diagnostics,
) -> (Reading, String) {
    let Some(cell) = &read.cells[number] else { return (Reading::Blank, String::new()) };
    let filled = cell.reading != Reading::Blank;
    let grave = cell.doubts.iter().any(Doubt::is_grave);
    tally.read += usize::from(filled);
    tally.doubtful += usize::from(grave);
    tally.inferred += usize::from(filled && !grave && !cell.doubts.is_empty());
    let (row, column) = table.crossing(number);
    let mut remark = String::new();
    for doubt in &cell.doubts {
        let labels = (table.rows.leaf(row).label.clone(), table.columns.leaf(column).label.clone());
        found.push(doubted(doubt, cell, labels, file).cell(table.address(number)));
        if let Doubt::Remark(text) | Doubt::Converted(text) | Doubt::Worded(text) = doubt {
            remark.clone_from(text);
        }
    }
    (cell.reading.clone(), remark)
}

/// A finding about the original as a whole.
pub(super) fn told(code: &'static str, file: &SourcePath) -> Diagnostic {
    Diagnostic::new(code).at(SourcePlace::file(file))
}

/// A place of the original in every language.
pub(super) fn whereabouts(place: Place) -> Fact {
    let mut text = Localised::new("zh-CN", place.describe(true));
    text.push("en", place.describe(false));
    Fact::Localised(text)
}

/// What a cell says, in every language.
fn value(reading: &Reading) -> Fact {
    if *reading != Reading::Blank {
        return Fact::from(say(reading));
    }
    let mut text = Localised::new("zh-CN", "空白".to_owned());
    text.push("en", "blank".to_owned());
    Fact::Localised(text)
}

/// The finding for a cell.
fn doubted(
    doubt: &Doubt,
    cell: &CellReading,
    (row, column): (Localised, Localised),
    file: &SourcePath,
) -> Diagnostic {
    let (code, text): (&'static str, Option<String>) = match doubt {
        Doubt::RowByPosition => ("import/row-by-position", None),
        Doubt::RowRepaired(text) => ("import/row-repaired", Some(text.clone())),
        Doubt::ColumnByPosition => ("import/column-by-position", None),
        Doubt::ColumnRepaired => ("import/column-repaired", None),
        Doubt::ByGeometry => ("import/by-place", None),
        Doubt::BySums => ("import/by-sums", None),
        Doubt::CutOff => ("import/cut-off", None),
        Doubt::Stray(text) => ("import/stray-figure", Some(text.clone())),
        Doubt::Adrift(text) => ("import/row-adrift", Some(text.clone())),
        Doubt::Repeated => ("import/repeated", None),
        Doubt::Remark(text) => ("import/remark", Some(text.clone())),
        Doubt::Worded(text) => ("import/sign-in-words", Some(text.clone())),
        Doubt::Guessed(text) => ("import/guessed", Some(text.clone())),
        Doubt::Converted(text) => ("import/converted", Some(text.clone())),
        Doubt::Kind => ("import/kind", None),
        Doubt::Unreadable(text) => ("import/unreadable", Some(text.clone())),
        Doubt::Open(readings) => {
            let named =
                readings.iter().map(|reading| if reading.is_empty() { "“”" } else { reading.as_str() });
            ("import/several-readings", Some(named.collect::<Vec<_>>().join(" / ")))
        }
        Doubt::Twice(text) => ("import/row-twice", Some(text.clone())),
        Doubt::Disagrees(left, right) => ("import/disagrees", Some(format!("{left} ≠ {right}"))),
        Doubt::ColumnMissing => ("import/column-missing", None),
        Doubt::RowMissing => ("import/row-missing", None),
    };
    told(code, file)
        .fact("row", row)
        .fact("column", column)
        .fact("value", value(&cell.reading))
        .fact("where", whereabouts(cell.place))
        .fact("text", text.unwrap_or_default())
}

/// The finding for something about the original.
pub(super) fn remarked(remark: &Remark, file: &SourcePath) -> Diagnostic {
    let counted = |code, count: usize, place: Place| {
        told(code, file).fact("count", count.to_string()).fact("where", whereabouts(place))
    };
    match remark {
        Remark::Deletions(count, place) => counted("import/deletions", *count, *place),
        Remark::Insertions(count, place) => counted("import/insertions", *count, *place),
        Remark::Hidden(count, place) => counted("import/hidden", *count, *place),
        Remark::Embedded(count, place) => counted("import/embedded", *count, *place),
        Remark::Comment(text) => told("import/comment", file).fact("text", short(text)),
        Remark::LinkedImage(target) => told("import/linked-image", file).fact("text", short(target)),
        Remark::Furniture(text) => told("import/furniture", file).fact("text", short(text)),
        Remark::Encoding(name) => told("import/encoding", file).fact("encoding", *name),
        Remark::Undecodable => told("import/undecodable", file),
        Remark::Cut(place) => told("import/cut", file).fact("where", whereabouts(*place)),
        Remark::PagesWithoutText(pages) => {
            let pages: Vec<String> = pages.iter().take(20).map(u32::to_string).collect();
            told("import/pages-without-text", file).fact("pages", pages.join(", "))
        }
    }
}

/// The finding for a file that is not read.
pub(super) fn refused(refusal: Refusal, file: &SourcePath) -> Diagnostic {
    match refusal {
        Refusal::Empty => told("import/empty", file),
        Refusal::TooLarge(limit) => told("import/too-large", file).fact("limit", limit.to_string()),
        Refusal::TooLong(limit) => told("import/too-long", file).fact("limit", limit.to_string()),
        Refusal::Bomb => told("import/bomb", file),
        Refusal::Doctype => told("import/doctype", file),
        Refusal::TooDeep => told("import/too-deep", file),
        Refusal::Damaged => told("import/damaged", file),
        Refusal::Encrypted => told("import/encrypted", file),
        Refusal::NoText => told("import/no-text", file),
        Refusal::Unknown => told("import/unknown-kind", file),
        Refusal::Convert(kind) => told("import/convert", file).fact("kind", kind),
    }
}

/// A text short enough for a sentence.
pub(super) fn short(text: &str) -> String {
    let one: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one.chars().count() <= 80 { one } else { one.chars().take(79).chain(['…']).collect() }
}

/// A section of a draft.
pub(super) fn section(id: &Arc<str>, title: String, usual: bool, markdown: String) -> DraftSection {
    DraftSection { id: id.clone(), title, markdown, usual }
}
