//! Agency x year: form, narrative, sheets, attachments.

use std::sync::Arc;

use super::agency::Agency;
use super::forms::Forms;
use super::sheet::Sheet;
use rust_decimal::Decimal;

use crate::diagnostic::{Catalogue, Diagnosed, Diagnostic, Diagnostics, Place};
use crate::document::{
    Link, Narrative, Passage, ReportHead, Settings, parse_entries, parse_head, parse_narrative, split,
};
use crate::fields::nearest;
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::form::{Form, Highlight, Table};
use crate::path::SourcePath;
use crate::source::{SourceTree, Stamp};

/// The names of the two files of a report.
const REPORT: &str = "report.md";
const TABLES: &str = "tables.toml";

/// A report of an agency for a year.
#[derive(Debug)]
pub struct Report {
    /// The agency, by id.
    pub agency: Arc<str>,
    /// The reporting year.
    pub year: u16,
    /// Its form; `None` for years before there was one.
    pub form: Option<Arc<Form>>,
    /// What its head says.
    pub head: ReportHead,
    /// The HTML before the first section.
    pub preface: Box<str>,
    /// Its prose, in the order of the form; what fits no section stands last.
    pub prose: Vec<Prose>,
    /// Its tables, in the order of the form.
    pub sheets: Vec<Sheet>,
    /// The files beside it.
    pub attachments: Vec<Attachment>,
    /// All links of the narrative.
    pub links: Vec<Link>,
    /// A hash of all it says.
    pub fingerprint: Fingerprint,
}

/// The prose of one section.
#[derive(Debug)]
pub struct Prose {
    /// The section of the form, by number; `None` when it fits none.
    pub section: Option<usize>,
    /// The heading as written.
    pub heading: Box<str>,
    /// The HTML below it.
    pub html: Box<str>,
}

/// A file beside a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its path below the folder of the report.
    pub name: String,
    /// Its size and time.
    pub stamp: Stamp,
}

impl Report {
    /// A report in which nothing is written yet.
    pub fn blank(agency: &Agency, year: u16, form: Option<Arc<Form>>) -> Self {
        let tables = form.iter().flat_map(|form| &form.tables);
        let sheets = tables.map(|table| Sheet::blank(for_agency(table, agency), 0..0)).collect();
        Self {
            agency: agency.id.clone(),
            year,
            form,
            head: ReportHead::default(),
            preface: Box::default(),
            prose: Vec::new(),
            sheets,
            attachments: Vec::new(),
            links: Vec::new(),
            fingerprint: Fingerprint::default(),
        }
    }

    /// The folder of the report.
    pub fn folder(&self) -> String {
        format!("content/agencies/{}/{}", self.agency, self.year)
    }

    /// A file of the report.
    pub fn file(&self, name: &str) -> SourcePath {
        SourcePath::new(format!("{}/{name}", self.folder()))
    }

    /// The narrative's file.
    pub fn narrative_file(&self) -> SourcePath {
        self.file(REPORT)
    }

    /// The figures' file.
    pub fn tables_file(&self) -> SourcePath {
        self.file(TABLES)
    }

    /// The sheet of a table.
    pub fn sheet(&self, table: usize) -> Option<&Sheet> {
        self.sheets.get(table)
    }

    /// A figure that stands for the whole report; `None` where it cannot be counted.
    pub fn highlight(&self, highlight: &Highlight) -> Option<Decimal> {
        let blank = &self.form.as_ref()?.tables[highlight.table];
        let sheet = self.sheet(highlight.table)?;
        let figure = |cell: &usize| {
            let (row, column) = blank.crossing(*cell);
            let row = match blank.open {
                None => row,
                Some(_) => sheet.table.rows.leaf_number(&blank.rows.leaf(row).id)?,
            };
            sheet.figure(row, column)
        };
        highlight.cells.iter().map(figure).sum()
    }

    /// Its title: its own, else the one usual for its form.
    pub fn title(&self, agency: &Agency, language: &str) -> String {
        if let Some(title) = &self.head.title {
            return title.clone();
        }
        let form = self.form.as_ref().map_or("", |form| form.title.get(language));
        let pattern = Catalogue::get().word("report-title", language);
        let year = self.year.to_string();
        pattern
            .replace("{agency}", agency.name_in(self.year, language))
            .replace("{year}", &year)
            .replace("{form}", form)
    }

    /// The HTML of a section of the form.
    pub fn section(&self, number: usize) -> Option<&Prose> {
        self.prose.iter().find(|prose| prose.section == Some(number))
    }
}

/// Reads the report in a folder: `files` are the names and stamps of what is in it.
/// `None` when there is no narrative to read.
pub fn read_report(
    tree: &SourceTree,
    agency: &Agency,
    year: u16,
    files: &[(SourcePath, Stamp)],
    forms: &Forms,
    settings: &Settings,
) -> Diagnosed<Option<Report>> {
    let mut found = Diagnostics::default();
    let folder = format!("content/agencies/{}/{year}/", agency.id);
    let path = SourcePath::new(format!("{folder}{REPORT}"));
    let name = |path: &SourcePath| path.as_str().strip_prefix(&folder).unwrap_or_default().to_owned();
    if !files.iter().any(|(file, _)| *file == path) {
        found.push(Diagnostic::new("report/no-narrative").at(Place::file(&path)));
        return Diagnosed::new(None, found);
    }
    let text = match tree.text(&path) {
        Ok(text) => text,
        Err(wrong) => {
            found.push(*wrong);
            return Diagnosed::new(None, found);
        }
    };
    let mut hasher = Fingerprinter::new("report");
    hasher.text(&agency.id).number(year.into()).add(agency.file.fingerprint).text(&text);
    let parts = split(&path, &text, &mut found);
    let head = parse_head(&path, &parts, &mut found);
    let narrative = parse_narrative(&path, &parts, &mut found);
    let form = form_of(&head, year, forms, settings, &mut found);
    if let Some(form) = &form {
        hasher.add(form.fingerprint);
    }
    let preface = narrative.preface.as_str().into();
    let mut report = Report { head, preface, form, ..Report::blank(agency, year, None) };
    report.take_narrative(narrative, &mut found);
    for (file, stamp) in files {
        let name = name(file);
        if name != REPORT && name != TABLES {
            hasher.text(&name).number(stamp.size).number(stamp.modified as u64);
            report.attachments.push(Attachment { name, stamp: *stamp });
        }
    }
    report.read_tables(tree, agency, &mut hasher, &mut found);
    report.fingerprint = hasher.finish();
    Diagnosed::new(Some(report), found)
}

/// The form a report names, else the one in force for its year.
fn form_of(
    head: &ReportHead,
    year: u16,
    forms: &Forms,
    settings: &Settings,
    found: &mut Diagnostics,
) -> Option<Arc<Form>> {
    let Some(id) = &head.form else { return forms.in_force(year, settings).cloned() };
    let form = forms.get(id).cloned();
    if form.is_none() {
        let mut diagnostic = Diagnostic::new("report/unknown-form").fact("form", id.as_str());
        if let Some(near) = nearest(id, forms.all().iter().map(|form| &*form.id)) {
            diagnostic = diagnostic.fact("near", near);
        }
        found.push(Diagnostic { place: head.form_place.clone(), ..diagnostic });
    }
    form
}

impl Report {
    /// Matches the passages of the narrative to the sections of the form.
    fn take_narrative(&mut self, narrative: Narrative, found: &mut Diagnostics) {
        let path = self.narrative_file();
        self.links = narrative.links;
        let form = self.form.clone();
        for passage in narrative.passages {
            let place = Place::new(&path, passage.range.clone());
            let section = form.as_deref().and_then(|form| section_of(form, &passage));
            match (&form, section) {
                (Some(form), None) => found.push(unknown_section(form, &passage.heading, place)),
                (Some(form), Some(number)) if self.section(number).is_some() => {
                    let title = form.sections[number].title.clone();
                    found.push(Diagnostic::new("report/section-twice").fact("title", title).at(place));
                }
                (Some(form), Some(number)) => {
                    let title = &form.sections[number].title;
                    if !title.all().any(|(_, title)| plain(title) == plain(&passage.heading)) {
                        let diagnostic = Diagnostic::new("report/section-title");
                        let heading = passage.heading.as_str();
                        found
                            .push(diagnostic.fact("heading", heading).fact("title", title.clone()).at(place));
                    }
                }
                (None, _) => {}
            }
            let (heading, html) = (passage.heading.into(), passage.html.into());
            self.prose.push(Prose { section, heading, html });
        }
        self.prose.sort_by_key(|prose| prose.section.unwrap_or(usize::MAX));
        let Some(form) = form else { return };
        for (number, section) in form.sections.iter().enumerate() {
            let written = self.section(number).is_some_and(|prose| !prose.html.trim().is_empty());
            if section.prose_required && !written {
                let diagnostic =
                    Diagnostic::new("report/missing-section").fact("title", section.title.clone());
                found.push(diagnostic.at(Place::file(&path)));
            }
        }
    }

    /// Reads the figures and lays them on the tables of the form.
    fn read_tables(
        &mut self,
        tree: &SourceTree,
        agency: &Agency,
        hasher: &mut Fingerprinter,
        found: &mut Diagnostics,
    ) {
        let Some(form) = self.form.clone() else { return };
        let path = self.tables_file();
        let tables: Vec<Arc<Table>> = form.tables.iter().map(|table| for_agency(table, agency)).collect();
        let blank = |table: &Arc<Table>| Sheet::blank(table.clone(), 0..0);
        if !tree.contains(&path) {
            if !tables.is_empty() {
                found.push(Diagnostic::new("report/no-tables").at(Place::file(&path)));
            }
            self.sheets = tables.iter().map(blank).collect();
            return;
        }
        let text = match tree.text(&path) {
            Ok(text) => text,
            Err(wrong) => {
                found.push(*wrong);
                self.sheets = tables.iter().map(blank).collect();
                return;
            }
        };
        hasher.text(&text);
        let entries = parse_entries(&path, &text, found);
        for (name, _) in &entries {
            if form.table_number(name.get_ref()).is_none() {
                let mut diagnostic =
                    Diagnostic::new("sheet/unknown-table").fact("name", name.get_ref().as_str());
                if let Some(near) = nearest(name.get_ref(), form.tables.iter().map(|table| &*table.id)) {
                    diagnostic = diagnostic.fact("near", near);
                }
                found.push(diagnostic.at(Place::new(&path, name.span())));
            }
        }
        for table in &tables {
            let written = entries.iter().find(|(name, _)| **name.get_ref() == *table.id);
            let sheet = match written {
                Some((name, figures)) => Sheet::fill(table, figures, name.span(), &path, found),
                None => {
                    let diagnostic = Diagnostic::new("sheet/missing").fact("title", table.title.clone());
                    found.push(diagnostic.fact("name", &*table.id).at(Place::file(&path)));
                    blank(table)
                }
            };
            self.sheets.push(sheet);
        }
    }
}

/// A table of the form with the rows of an agency.
fn for_agency(table: &Arc<Table>, agency: &Agency) -> Arc<Table> {
    match table.open {
        None => table.clone(),
        Some(_) => Arc::new(table.with_components(&agency.file.components)),
    }
}

fn section_of(form: &Form, passage: &Passage) -> Option<usize> {
    if let Some(id) = &passage.id {
        return form.sections.iter().position(|section| *section.id == **id);
    }
    let heading = plain(&passage.heading);
    form.sections.iter().position(|section| {
        let titles = section.title.all().map(|(_, title)| title);
        let mut titles = titles.chain(section.also.iter().map(String::as_str));
        titles.any(|title| plain(title) == heading)
    })
}

fn unknown_section(form: &Form, heading: &str, place: Place) -> Diagnostic {
    let diagnostic = Diagnostic::new("report/unknown-section").fact("heading", heading).at(place);
    let titles = || form.sections.iter().map(|section| plain(section.title.original()));
    let titles: Vec<String> = titles().collect();
    match nearest(&plain(heading), titles.iter().map(String::as_str)) {
        Some(near) => {
            let number = titles.iter().position(|title| title == near).unwrap_or(0);
            diagnostic.fact("near", form.sections[number].title.clone())
        }
        None => diagnostic,
    }
}

/// A heading without its number, marks, spaces and width, for comparing.
fn plain(heading: &str) -> String {
    let heading = heading.trim();
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十百IVXivx（）()第 ".contains(c);
    let end = heading.find(['、', '.', '．', '）', ')', ' ']);
    let number = end.filter(|&end| end > 0 && heading[..end].chars().all(numeral));
    let after = number.map_or(heading, |end| {
        let mark = heading[end..].chars().next().map_or(0, char::len_utf8);
        &heading[end + mark..]
    });
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    after.chars().map(narrow).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn headings_are_compared_without_number_and_marks() {
        for heading in ["一、总体情况", "总体情况", "（一）总体情况", "1. 总体情况", "一、 总体情况："]
        {
            assert_eq!(plain(heading), "总体情况", "{heading}");
        }
        assert_eq!(plain("II. Making a FOIA Request"), "makingafoiarequest");
    }
}
