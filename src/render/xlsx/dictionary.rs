//! The sheet that names everything: whose workbook it is, and for every cell its address,
//! where it stands, what it is called, what it may hold and which sums and rules it is in.
//!
//! The importer reads a workbook of ours by this sheet: a row that begins with an address, a
//! sheet and a cell says where a figure stands, whatever language its heads are in.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::draw::Canvas;
use super::layout::{Layout, Page, Placed};
use super::style::Styles;
use super::{formula, words};
use crate::form::{Kind, Line, Lines, Rule, Table, Turn};
use crate::model::{Agency, Report};

/// The widths of its columns.
const WIDTHS: [f64; 9] = [44.0, 38.0, 9.0, 44.0, 26.0, 26.0, 12.0, 60.0, 30.0];
/// What its columns are called, in the catalogue.
const HEADS: [&str; 9] = [
    "book-address",
    "book-sheet",
    "book-cell",
    "book-row",
    "book-column",
    "book-kind",
    "book-unit",
    "book-sum",
    "book-rules",
];

/// What a workbook is about.
pub(super) struct Facts<'f> {
    pub agency: &'f Agency,
    pub report: &'f Report,
    pub title: &'f str,
    /// Whether it is to be filled in.
    pub is_template: bool,
}

/// A section to be written in words: its id, its title, and the cell it stands in.
pub(super) struct Passage<'f> {
    pub id: &'f str,
    pub title: &'f str,
    pub cell: String,
}

/// Writes the sheet. `prose` is the name of the sheet of words with the sections on it.
pub(super) fn write<'w>(
    workbook: &'w mut Workbook,
    layout: &Layout<'_>,
    facts: &Facts<'_>,
    prose: Option<(&str, &[Passage<'_>])>,
    styles: &Styles,
    language: &str,
) -> Result<&'w mut Worksheet, XlsxError> {
    let name = words("book-dictionary", language, &[]);
    let sheet = workbook.add_worksheet();
    let mut canvas = Canvas::new(&mut *sheet, styles, &name, WIDTHS.to_vec(), language)?;
    let mut row = head(&mut canvas, facts)?;
    canvas.sheet.set_freeze_panes(row, 1)?.set_repeat_rows(row - 1, row - 1)?;
    for page in &layout.pages {
        for placed in &page.tables {
            row = table(&mut canvas, row, page, placed)?;
        }
    }
    for (name, passages) in prose.into_iter() {
        for passage in passages {
            let address = format!("#{}", passage.id);
            row = line(&mut canvas, row, &[&address, name, &passage.cell, passage.title])?;
        }
    }
    rules(&mut canvas, row + 1, facts.report)?;
    Ok(sheet)
}

/// The facts of the report, and the heads of the columns; gives the row after them.
fn head(canvas: &mut Canvas<'_>, facts: &Facts<'_>) -> Result<u32, XlsxError> {
    let report = facts.report;
    let language = canvas.language;
    let year = report.year.to_string();
    let form = report.form.as_deref();
    let lines = [
        (
            "gongkai",
            if facts.is_template { "template" } else { "report" },
            words("book-about", language, &[]),
        ),
        ("agency", &*report.agency, facts.agency.name_in(report.year, language).to_owned()),
        ("year", &year, String::new()),
        (
            "form",
            form.map_or("", |form| &form.id),
            form.map(|f| f.authority.get(language).to_owned()).unwrap_or_default(),
        ),
        ("title", facts.title, String::new()),
        ("published", report.head.published.as_deref().unwrap_or_default(), String::new()),
    ];
    let mut row = 0;
    for (key, value, remark) in &lines {
        row = line(canvas, row, &[key, value, "", remark])?;
    }
    for (column, word) in HEADS.into_iter().enumerate() {
        let text = words(word, language, &[]);
        canvas.sheet.write_string_with_format(row + 1, column as u16, text, &canvas.styles.head)?;
    }
    Ok(row + 2)
}

/// Writes a row of texts, empty ones left out; gives the row after it.
fn line(canvas: &mut Canvas<'_>, row: u32, texts: &[&str]) -> Result<u32, XlsxError> {
    for (column, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        canvas.sheet.write_string(row, column as u16, *text)?;
    }
    Ok(row + 1)
}

fn table(
    canvas: &mut Canvas<'_>,
    mut at: u32,
    page: &Page<'_>,
    placed: &Placed<'_>,
) -> Result<u32, XlsxError> {
    let (table, language) = (placed.table(), canvas.language);
    for number in 0..table.size() {
        let (row, column) = table.crossing(number);
        let (lines, kind) = ((table.rows.leaf(row), table.columns.leaf(column)), table.kind_of(row, column));
        let label = |line: &Line| line.label.get(language).to_owned();
        let unit = table.unit_of(row, column).map(|unit| unit.get(language)).unwrap_or_default();
        let texts = [
            table.address(number),
            page.name.clone(),
            placed.cell_name(row, column),
            // Where rows have no labels, the sheet shows none.
            if table.stub { label(lines.0) } else { String::new() },
            label(lines.1),
            kind_in_words(kind, language),
            unit.to_owned(),
            sum_in_words(table, row, column),
            rules_of(table, placed.number, row, column),
        ];
        at = line(canvas, at, &texts.each_ref().map(String::as_str))?;
    }
    Ok(at)
}

pub(super) fn kind_in_words(kind: Kind, language: &str) -> String {
    match kind {
        Kind::Text => words("book-text", language, &[]),
        _ => words(kind.word(), language, &[]).trim().to_owned(),
    }
}

/// The sum that a cell is, by the ids of its parts.
fn sum_in_words(table: &Table, row: usize, column: usize) -> String {
    let Some(parts) = formula::parts(table, row, column).into_iter().next() else { return String::new() };
    let id = |part: &(usize, usize)| match part.0 == row {
        true => table.columns.leaf(part.1).id.to_string(),
        false => table.rows.leaf(part.0).id.to_string(),
    };
    parts.iter().map(id).collect::<Vec<_>>().join(" + ")
}

/// The ids of the rules of a table that name a cell.
fn rules_of(table: &Table, number: usize, row: usize, column: usize) -> String {
    let names = |rule: &&Rule| {
        let turn = match rule.turn {
            Turn::Columns => Some(column),
            Turn::Rows => Some(row),
            Turn::Once => None,
        };
        let wanted = turn.is_none_or(|turn| rule.only.as_ref().is_none_or(|only| only.contains(&turn)));
        let holds = |lines: &Lines, leaf: usize, id: &str| match lines {
            Lines::Turn => true,
            Lines::Named(name) => **name == *id,
            Lines::Leaf(other) => *other == leaf,
            Lines::Leaves(leaves) => leaves.contains(&leaf),
        };
        let references = rule.test.references();
        let mut here = references.iter().filter(|reference| !reference.previous && reference.table == number);
        wanted
            && here.any(|reference| {
                holds(&reference.row, row, &table.rows.leaf(row).id)
                    && holds(&reference.column, column, &table.columns.leaf(column).id)
            })
    };
    table.rules.iter().filter(names).map(|rule| &*rule.id).collect::<Vec<_>>().join(", ")
}

/// The rules of the form, as formula and as sentence.
fn rules(canvas: &mut Canvas<'_>, mut row: u32, report: &Report) -> Result<(), XlsxError> {
    let language = canvas.language;
    for (_, rule) in report.form.iter().flat_map(|form| form.all_rules()) {
        row = line(canvas, row, &[&rule.id, "", "", &rule.formula, rule.says.get(language)])?;
    }
    Ok(())
}
