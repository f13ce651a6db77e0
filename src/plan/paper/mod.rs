//! A report as a document for paper: what DOCX and PDF are written from.
//!
//! The narrative is walked once into blocks, the tables are laid out on the grid of the form;
//! a format only says how each of them looks.

mod blocks;
mod table;

pub use blocks::{Block, Run};
pub use table::{Caption, Cell, CellKind, Size, Table};

use serde::Serialize;

use super::Subject;
use super::frame::Site;
use crate::model::{self, Report, Sheet};

/// A report as a document for paper.
#[derive(Serialize)]
pub struct Paper {
    /// The language it is written in.
    pub language: String,
    /// Its title.
    pub title: String,
    /// Its title in the lines it is printed in: a long one is broken behind the agency.
    pub title_lines: Vec<String>,
    /// The number the agency gave it.
    pub number: Option<String>,
    /// The name of the agency in the year of the report.
    pub agency: String,
    /// The reporting year.
    pub year: u16,
    /// The day it was published, `2022-01-20`.
    pub published: Option<String>,
    /// What the report is about, for the properties of the file: the title of its form.
    pub subject: String,
    /// What stands before the first section.
    pub preface: Vec<Block>,
    /// Its sections, in the order of the form.
    pub sections: Vec<Section>,
}

/// A section: its prose, then its tables.
#[derive(Serialize)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its prose.
    pub blocks: Vec<Block>,
    /// Its tables.
    pub tables: Vec<Table>,
}

/// A report as a document for paper.
pub fn paper(site: &Site<'_>, agency: &str, year: u16) -> Option<Paper> {
    let (agency, report) = (site.portal().agency(agency)?, site.portal().report(agency, year)?);
    let language = site.language;
    let page = site.url(&Subject::Report(agency.id.clone(), year));
    let blocks = |html: &str, above| blocks::read(html, above, &|link| absolute(site, &page, link));
    let form = report.form.as_deref();
    let sections = report.sections(language).map(|section| Section {
        blocks: blocks(section.html, 1),
        tables: tables(report, &section, language),
        title: section.title.to_owned(),
    });
    let (title, name) = (report.title(agency, language), agency.name_in(year, language));
    Some(Paper {
        language: language.to_owned(),
        title_lines: title_lines(&title, name),
        title,
        number: report.head.number.clone(),
        agency: name.to_owned(),
        year,
        published: report.head.published.clone(),
        subject: form.map(|form| form.title.get(language).to_owned()).unwrap_or_default(),
        preface: blocks(report.preface(), 0),
        sections: sections.collect(),
    })
}

/// The tables of a section. Several of them have their captions inside, as on the printed
/// form; one alone needs none where the heading of its section says it.
fn tables(report: &Report, section: &model::Section<'_>, language: &str) -> Vec<Table> {
    let sheets = section.tables.iter().filter_map(|number| report.sheet(*number));
    let table = |sheet: &Sheet| {
        let is_said = section.title.contains(sheet.table.title.get(language));
        let caption = match section.tables {
            [_] if is_said => Caption::Said,
            [_] => Caption::Above,
            _ => Caption::Inside,
        };
        Table::new(sheet, caption, language)
    };
    sheets.map(table).collect()
}

/// No line of a title ends within the name of the agency or right behind it.
fn title_lines(title: &str, agency: &str) -> Vec<String> {
    /// How many characters of size 2 a line takes.
    const LINE: usize = 20;
    let rest = title.strip_prefix(agency).filter(|rest| rest.starts_with(char::is_alphanumeric));
    match rest.filter(|_| title.chars().count() > LINE) {
        Some(rest) => vec![agency.to_owned(), rest.to_owned()],
        None => vec![title.to_owned()],
    }
}

/// A link of a report as it leads from anywhere: paper lies beside no other file.
fn absolute(site: &Site<'_>, page: &str, link: &str) -> String {
    let has_scheme = link.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':'));
    if has_scheme || link.starts_with("//") {
        return link.to_owned();
    }
    match link.strip_prefix('/') {
        Some(rest) => format!("{}{rest}", site.portal().settings.base_url),
        None => format!("{page}{link}"),
    }
}
