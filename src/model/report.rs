//! Agency x year: form, narrative, sheets, attachments.

use std::sync::Arc;

use super::agency::Agency;
use super::body::{Body, Held};
use super::forms::Forms;
use super::prose::{Prose, Text};
use super::sheet::Sheet;
use rust_decimal::Decimal;
use toml_spanner::Arena;

use crate::diagnostic::{Catalogue, Diagnosed, Diagnostic, Diagnostics, Place};
use crate::document::{
    Entries, Figures, Link, Narrative, Passage, ReportHead, Settings, parse_head, parse_narrative, split,
};
use crate::fields::nearest;
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::form::{Address, Form, Highlight, Table, plain_heading};
use crate::path::SourcePath;
use crate::source::SourceTree;
use crate::stamp::Stamp;

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
    /// Its prose and its tables.
    pub(super) body: Held,
    /// The files beside it.
    pub attachments: Vec<Attachment>,
    /// All links of the narrative.
    pub links: Vec<Link>,
    /// A hash of all it says.
    pub fingerprint: Fingerprint,
}

/// A section of a report: a heading, its prose, its tables.
pub struct Section<'r> {
    /// Its id on the page.
    pub id: String,
    /// Its heading.
    pub title: &'r str,
    /// The HTML of its prose.
    pub html: &'r str,
    /// Its tables, by number.
    pub tables: &'r [usize],
}

/// A file beside a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Where it is.
    pub path: SourcePath,
    /// Its size and time.
    pub stamp: Stamp,
}

impl Attachment {
    /// Its path below the folder of the report.
    pub fn name(&self) -> &str {
        // Of `content/agencies/AGENCY/YEAR/NAME`.
        self.path.as_str().splitn(5, '/').last().unwrap_or_default()
    }
}

impl Report {
    /// A report in which nothing is written yet.
    pub fn blank(agency: &Agency, year: u16, form: Option<Arc<Form>>) -> Self {
        let body = Body::blank(agency, form.as_deref()).into();
        Self {
            agency: agency.id.clone(),
            year,
            form,
            head: ReportHead::default(),
            body,
            attachments: Vec::new(),
            links: Vec::new(),
            fingerprint: Fingerprint::default(),
        }
    }

    /// The folder of the report.
    pub fn folder(&self) -> String {
        ["content/agencies/", &self.agency, "/", itoa::Buffer::new().format(self.year)].concat()
    }

    /// A file of the report.
    pub fn file(&self, name: &str) -> SourcePath {
        SourcePath::new([&self.folder(), "/", name].concat())
    }

    /// The narrative's file.
    pub fn narrative_file(&self) -> SourcePath {
        self.file(REPORT)
    }

    /// The figures' file.
    pub fn tables_file(&self) -> SourcePath {
        self.file(TABLES)
    }

    pub(super) fn body(&self) -> &Body {
        self.body.get(self)
    }

    /// Its prose and its tables alone.
    pub fn into_body(self) -> Body {
        self.body.into_inner()
    }

    /// Its tables, in the order of the form.
    pub fn sheets(&self) -> &[Sheet] {
        &self.body().sheets
    }

    /// The sheet of a table.
    pub fn sheet(&self, table: usize) -> Option<&Sheet> {
        self.sheets().get(table)
    }

    /// A figure that stands for the whole report; `None` where it cannot be counted.
    pub fn highlight(&self, highlight: &Highlight) -> Option<Decimal> {
        self.sum(highlight.table, &highlight.cells)
    }

    /// The sum of some cells of a table of its form; `None` where it cannot be counted.
    pub fn sum(&self, table: usize, cells: &[usize]) -> Option<Decimal> {
        let blank = &self.form.as_ref()?.tables[table];
        let sheet = self.sheet(table)?;
        let figure = |cell: &usize| {
            let (row, column) = blank.crossing(*cell);
            let row = match blank.open {
                None => row,
                Some(_) => sheet.table.rows.leaf_number(&blank.rows.leaf(row).id)?,
            };
            sheet.figure(row, column)
        };
        cells.iter().map(figure).sum()
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

    /// When it was last changed: as its head says, or by its newest correction.
    pub fn updated(&self) -> Option<&str> {
        let corrected = self.head.corrections.iter().map(|correction| correction.date.as_str());
        corrected.chain(self.head.updated.as_deref()).max()
    }

    /// The sheet and cell of an address, by number.
    pub fn cell_at(&self, address: &str) -> Option<(usize, usize)> {
        let address: Address = address.parse().ok()?;
        let number = self.sheets().iter().position(|sheet| *sheet.table.id == *address.table)?;
        let table = &self.sheets()[number].table;
        let row = table.rows.leaf_number(&address.row)?;
        Some((number, table.cell(row, table.columns.leaf_number(&address.column)?)))
    }

    /// The passage of its prose that a name means: the id of a section of its form, or the
    /// heading of any passage.
    pub fn passage(&self, name: &str) -> Option<Prose<'_>> {
        let form = self.form.as_deref();
        let id = |prose: &Prose<'_>| Some(&*form?.sections[prose.section?].id);
        let by_id = self.prose().find(|prose| id(prose) == Some(name));
        by_id.or_else(|| {
            let plain = plain_heading(name);
            self.prose().find(|prose| plain_heading(prose.heading) == plain)
        })
    }

    /// Its sections as they are read: those of the form, then the prose that fits none.
    pub fn sections<'r>(&'r self, language: &'r str) -> impl Iterator<Item = Section<'r>> {
        let of_form = self.form.iter().flat_map(|form| form.sections.iter().enumerate());
        let of_form = of_form.map(move |(number, section)| Section {
            id: section.id.to_string(),
            title: section.title.get(language),
            html: self.section(number).map_or("", |prose| prose.html),
            tables: &section.tables,
        });
        let others = self.prose().filter(|prose| prose.section.is_none()).enumerate();
        of_form.chain(others.map(|(number, prose)| Section {
            id: format!("more-{}", number + 1),
            title: prose.heading,
            html: prose.html,
            tables: &[],
        }))
    }

    /// Whether it was published after a day, if both are known.
    pub fn is_after(&self, day: Option<&str>) -> bool {
        self.head.published.as_deref().zip(day).is_some_and(|(published, day)| published > day)
    }

    /// The HTML of a section of the form.
    pub fn section(&self, number: usize) -> Option<Prose<'_>> {
        self.prose().find(|prose| prose.section == Some(number))
    }

    /// Its prose, in the order of the form; what fits no section stands last.
    pub fn prose(&self) -> impl Iterator<Item = Prose<'_>> {
        self.body().text.passages()
    }

    /// The HTML before the first section.
    pub fn preface(&self) -> &str {
        self.body().text.preface()
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
    let path = SourcePath::new(format!("content/agencies/{}/{year}/{REPORT}", agency.id));
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
    let form = form_of(&path, &head, year, forms, settings, &mut found);
    if let Some(form) = &form {
        hasher.add(form.fingerprint);
    }
    let mut report = Report { head, form, ..Report::blank(agency, year, None) };
    let text = report.take_narrative(narrative, &mut found);
    report.take_files(files);
    for file in &report.attachments {
        hasher.text(file.name()).number(file.stamp.size).number(file.stamp.modified as u64);
    }
    let mut sheets = report.read_tables(tree, agency, &mut hasher, &mut found);
    // There may be a great many reports: none keeps room it does not need.
    sheets.shrink_to_fit();
    report.body = Body { text, sheets }.into();
    report.fingerprint = hasher.finish();
    Diagnosed::new(Some(report), found)
}

/// The form a report names, else the one in force for its year.
fn form_of(
    path: &SourcePath,
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
        found.push(diagnostic.at(head.place_of(path, "form")));
    }
    form
}

impl Report {
    /// Takes the files that lie in its folder, but for its own two, as attachments.
    pub(super) fn take_files(&mut self, files: &[(SourcePath, Stamp)]) {
        let all = files.iter().map(|(path, stamp)| Attachment { path: path.clone(), stamp: *stamp });
        self.attachments = all.filter(|file| ![REPORT, TABLES].contains(&file.name())).collect();
        self.attachments.shrink_to_fit();
    }

    /// Matches the passages of the narrative to the sections of the form; gives the prose.
    fn take_narrative(&mut self, narrative: Narrative, found: &mut Diagnostics) -> Text {
        let path = self.narrative_file();
        let form = self.form.clone();
        let mut prose: Vec<Prose<'_>> = Vec::with_capacity(narrative.passages.len());
        for passage in &narrative.passages {
            let place = Place::new(&path, passage.range.clone());
            let heading = passage.heading.as_str();
            let section = form.as_deref().and_then(|form| section_of(form, passage));
            match (&form, section) {
                (Some(form), None) => found.push(unknown_section(form, heading, place)),
                (Some(form), Some(number)) if prose.iter().any(|other| other.section == section) => {
                    let title = form.sections[number].title.clone();
                    found.push(Diagnostic::new("report/section-twice").fact("title", title).at(place));
                }
                (Some(form), Some(number)) => {
                    let title = &form.sections[number].title;
                    let usual =
                        |title: &str| title == heading || plain_heading(title) == plain_heading(heading);
                    if !title.all().any(|(_, title)| usual(title)) {
                        let diagnostic = Diagnostic::new("report/section-title");
                        found
                            .push(diagnostic.fact("heading", heading).fact("title", title.clone()).at(place));
                    }
                }
                (None, _) => {}
            }
            prose.push(Prose { section, heading, html: &passage.html });
        }
        prose.sort_by_key(|prose| prose.section.unwrap_or(usize::MAX));
        let text = Text::new(&narrative.preface, &prose);
        self.links = narrative.links;
        self.links.shrink_to_fit();
        let Some(form) = form else { return text };
        if found.iter().any(|told| told.code == "front-matter/open") {
            return text;
        }
        for (number, section) in form.sections.iter().enumerate() {
            let is_of = |prose: &Prose<'_>| prose.section == Some(number);
            let written = text.passages().find(is_of).is_some_and(|prose| !prose.html.trim().is_empty());
            if section.prose_required && !written {
                let diagnostic =
                    Diagnostic::new("report/missing-section").fact("title", section.title.clone());
                found.push(diagnostic.at(Place::file(&path)));
            }
        }
        text
    }

    /// Reads the figures and lays them on the tables of the form.
    fn read_tables(
        &self,
        tree: &SourceTree,
        agency: &Agency,
        hasher: &mut Fingerprinter,
        found: &mut Diagnostics,
    ) -> Vec<Sheet> {
        let Some(form) = &self.form else { return Vec::new() };
        let path = self.tables_file();
        let tables: Vec<Arc<Table>> = form.tables.iter().map(|table| for_agency(table, agency)).collect();
        let blank = |table: &Arc<Table>| Sheet::blank(table.clone(), 0..0);
        let missing = || Box::new(Diagnostic::new("report/no-tables").at(Place::file(&path)));
        let read = match tree.contains(&path) {
            true => tree.text(&path).map_err(Some),
            false => Err((!tables.is_empty()).then(missing)),
        };
        let text = match read {
            Ok(text) => text,
            Err(wrong) => {
                // What was not read is told apart too, or a later run would say what this one says.
                if let Some(wrong) = wrong {
                    hasher.add(wrong.fingerprint());
                    found.push(*wrong);
                }
                return tables.iter().map(blank).collect();
            }
        };
        hasher.text(&text);
        let arena = Arena::new();
        let known = found.len();
        let entries = Entries::parse(&path, &text, &arena, found);
        // What stands behind a mistake of writing may mean anything: only the mistake is told.
        let mut after = Diagnostics::default();
        let found = if found.len() > known { &mut after } else { found };
        let written = entries.tables(&path, found);
        for figures in &written {
            if form.table_number(figures.name).is_none() {
                found.push(unknown_table(form, figures, &path));
            }
        }
        let sheet = |table: &Arc<Table>| match written.iter().find(|figures| *figures.name == *table.id) {
            Some(figures) => Sheet::fill(table, figures, &path, found),
            None => {
                let diagnostic = Diagnostic::new("sheet/missing").fact("title", table.title.clone());
                found.push(diagnostic.fact("name", &*table.id).at(Place::file(&path)));
                blank(table)
            }
        };
        tables.iter().map(sheet).collect()
    }
}

fn unknown_table(form: &Form, figures: &Figures<'_, '_>, path: &SourcePath) -> Diagnostic {
    let diagnostic = Diagnostic::new("sheet/unknown-table").fact("name", figures.name);
    let diagnostic = diagnostic.at(Place::new(path, figures.place()));
    match nearest(figures.name, form.tables.iter().map(|table| &*table.id)) {
        Some(near) => diagnostic.fact("near", near),
        None => diagnostic,
    }
}

impl Body {
    /// The body of a report in which nothing is written yet.
    pub fn blank(agency: &Agency, form: Option<&Form>) -> Self {
        let tables = form.iter().flat_map(|form| &form.tables);
        let sheets = tables.map(|table| Sheet::blank(for_agency(table, agency), 0..0)).collect();
        Self { text: Text::default(), sheets }
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
    let sections = || form.sections.iter();
    let is_title =
        |section: &crate::form::Section| section.title.all().any(|(_, title)| title == passage.heading);
    sections().position(is_title).or_else(|| {
        let heading = plain_heading(&passage.heading);
        sections().position(|section| section.plain_titles.iter().any(|title| **title == heading))
    })
}

fn unknown_section(form: &Form, heading: &str, place: Place) -> Diagnostic {
    let diagnostic = Diagnostic::new("report/unknown-section").fact("heading", heading).at(place);
    let titles = || form.sections.iter().map(|section| plain_heading(section.title.original()));
    let titles: Vec<String> = titles().collect();
    match nearest(&plain_heading(heading), titles.iter().map(String::as_str)) {
        Some(near) => {
            let number = titles.iter().position(|title| title == near).unwrap_or(0);
            diagnostic.fact("near", form.sections[number].title.clone())
        }
        None => diagnostic,
    }
}
