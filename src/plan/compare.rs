//! Two reports side by side: pages for two years of one agency that follow each other, and
//! for any two the files that the script of `/compare/` loads.
//!
//! - `compare/data/<agency>/<year>.js`: the form of a report and its figures, table by table;
//!   the same for all languages.
//! - `compare/forms/<id>.js`: what the cells of a form are called, and where each stood in the
//!   other forms.
//!
//! The text of a report is loaded from the files of the search, where the theme has one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Subject;
use super::difference::{Run, runs, shared};
use super::frame::Site;
use super::page::PageView;
use super::ranking::percent;
use super::report::{Neighbour, beside};
use super::search::{each_section, push_text};
use super::table::{grouped, signed};
use crate::diagnostic::Catalogue;
use crate::fingerprint::Fingerprinter;
use crate::form::{Figures, Form, Table};
use crate::language::Localised;
use crate::model::{AgencyReports, Figure, Portal, Report, State};

/// What the page of two reports shows.
#[derive(Serialize)]
struct PairView<'t> {
    before: Neighbour,
    after: Neighbour,
    /// Whether both follow one form; else only what can be compared is.
    same_form: bool,
    tables: Vec<PairTable>,
    sections: Vec<PairSection<'t>>,
    /// How much of the text is the same, in percent; empty where there is none.
    share: String,
}

#[derive(Serialize)]
struct PairTable {
    title: String,
    unit: String,
    /// A list for each figure: its label, the id of its cell on the page of the later report,
    /// the figure before and after (as pages show numbers; empty where there is nothing to
    /// compare with), the change with its sign and in percent (empty where there is none),
    /// whether both are the same. Lists are made in a tenth of the time of maps, and there are
    /// many.
    rows: tera::Value,
    /// How many figures are left out because they are 0 or blank in both.
    zeros: usize,
}

#[derive(Serialize)]
struct PairSection<'t> {
    title: &'t str,
    /// Whether nothing differs; then there are no runs.
    same: bool,
    /// A list for each run: the text of both, then what was deleted and what was inserted.
    runs: tera::Value,
}

/// The reports that can be compared, by agency.
#[derive(Serialize)]
struct CompareView {
    /// A mark of all figures, so that a file a host kept from before is not taken for a new one.
    mark: String,
    agencies: Vec<ComparedAgency>,
}

#[derive(Serialize)]
struct ComparedAgency {
    id: String,
    name: String,
    href: String,
    years: Vec<u16>,
    pairs: Vec<PairLink>,
}

#[derive(Serialize)]
struct PairLink {
    before: u16,
    after: u16,
    href: String,
}

/// The pairs that have pages: each report with the one of the year before.
pub(super) fn pairs(portal: &Portal) -> impl Iterator<Item = Subject> {
    let pairs = portal.reports.windows(2).filter(|pair| follows(&pair[0], &pair[1]));
    pairs.map(|pair| Subject::Pair(pair[1].agency.clone(), pair[1].year))
}

/// The forms of the reports.
pub(super) fn forms(portal: &Portal) -> impl Iterator<Item = &Arc<Form>> {
    let used: BTreeSet<&str> =
        portal.reports.iter().filter_map(|report| Some(&*report.form.as_ref()?.id)).collect();
    portal.forms.all().iter().filter(move |form| used.contains(&*form.id))
}

/// What is made below the folder of comparisons.
pub(super) fn find(portal: &Portal, names: &[&str]) -> Option<Subject> {
    let report = |agency: &str, year: &str| portal.report(agency, year.parse().ok()?);
    Some(match names {
        ["index.html"] => Subject::Compare,
        ["forms", file] => {
            let id = file.strip_suffix(".js")?;
            Subject::CompareForm(forms(portal).find(|form| *form.id == *id)?.id.to_string())
        }
        ["data", agency, file] => {
            let report = report(agency, file.strip_suffix(".js")?).filter(|report| report.form.is_some())?;
            Subject::CompareData(report.agency.clone(), report.year)
        }
        [agency, years, "index.html"] => {
            let (_, year) = years.split_once('-')?;
            let report = report(agency, year).filter(|report| portal.previous(report).is_some())?;
            Subject::Pair(report.agency.clone(), report.year)
        }
        _ => return None,
    })
}

fn follows(before: &Report, after: &Report) -> bool {
    before.agency == after.agency && before.year + 1 == after.year
}

/// The page that sets a report against the one of the year before, where there is one.
pub(super) fn pair_of(site: &Site<'_>, report: &Report) -> Option<String> {
    let subject = Subject::Pair(report.agency.clone(), report.year);
    site.portal().previous(report).filter(|_| site.drawn.wants(&subject))?;
    Some(subject.route().to_string())
}

pub(super) fn insert_list(site: &Site<'_>, context: &mut tera::Context) -> PageView {
    let portal = site.portal();
    let agency = |AgencyReports { agency, reports }: AgencyReports<'_>| ComparedAgency {
        id: agency.id.to_string(),
        href: Subject::Agency(agency.id.clone()).route().to_string(),
        name: agency.short(site.language).to_owned(),
        years: reports.iter().map(|report| report.year).collect(),
        pairs: reports
            .windows(2)
            .filter_map(|pair| {
                let (before, after) = (pair[0].year, pair[1].year);
                let href = pair_of(site, &pair[1])?;
                (before + 1 == after).then_some(PairLink { before, after, href })
            })
            .collect(),
    };
    let agencies = portal.by_agency().filter(|one| !one.reports.is_empty()).map(agency).collect();
    context.insert("compare", &CompareView { mark: mark(portal), agencies });
    PageView::new(site, &Subject::Compare, Catalogue::get().word("compare", site.language).to_owned())
}

/// Changes whenever a figure does. The fingerprints of the reports would not do: they know when
/// the files beside a report were written.
fn mark(portal: &Portal) -> String {
    let mut mark = Fingerprinter::new("compare");
    for report in &portal.reports {
        mark.text(&report.agency).number(report.year.into());
        for sheet in report.sheets() {
            for cell in sheet.cells() {
                let value = cell.value().unwrap_or_default();
                mark.number(cell.state as u64).number(value.mantissa() as u64).number(value.scale().into());
                mark.text(sheet.text(cell).unwrap_or_default());
            }
        }
    }
    mark.finish().mark()
}

pub(super) fn insert(
    site: &Site<'_>,
    agency: &str,
    year: u16,
    context: &mut tera::Context,
) -> Option<PageView> {
    let portal = site.portal();
    let (agency, after) = (portal.agency(agency)?, portal.report(agency, year)?);
    let before = portal.previous(after)?;
    let (old, new) = (texts(site, before), texts(site, after));
    let (sections, share) = sections(&old, &new);
    let form = |report: &Report| report.form.as_ref().map(|form| form.id.clone());
    let pair = PairView {
        before: Neighbour::new(site, agency, before),
        after: Neighbour::new(site, agency, after),
        same_form: form(before) == form(after),
        tables: tables(site, after),
        sections,
        share,
    };
    context.insert("pair", &pair);
    let short = agency.short(site.language);
    let word = |word| Catalogue::get().word(word, site.language);
    let title = word("pair-title").replace("{agency}", short);
    let title = title.replace("{before}", &before.year.to_string()).replace("{after}", &year.to_string());
    let page = PageView::new(site, &Subject::Pair(agency.id.clone(), year), title.clone()).about(title);
    Some(page.below(word("compare"), &Subject::Compare))
}

/// The tables of a report, set against the year before.
fn tables(site: &Site<'_>, after: &Report) -> Vec<PairTable> {
    let Some(form) = &after.form else { return Vec::new() };
    let figures = beside(site, after);
    (0..after.sheets().len()).map(|number| pair_table(site, &figures, form, number)).collect()
}

fn pair_table(site: &Site<'_>, figures: &Figure<'_>, form: &Form, number: usize) -> PairTable {
    let sheet = &figures.report.sheets()[number];
    let table = &sheet.table;
    let names = site.grids.names(form, table);
    let is_nothing = |figure: Option<Decimal>| figure.is_none_or(|figure| figure.is_zero());
    let mut rows = Vec::new();
    for (cell, (held, name)) in sheet.cells().iter().zip(&*names).enumerate() {
        let (row, column) = table.crossing(cell);
        let before = figures.figure(true, number, row, column);
        let after = figures.figure(false, number, row, column);
        if is_nothing(before) && is_nothing(after) && held.state != State::Text {
            continue;
        }
        let change = after.zip(before).and_then(|(after, before)| after.checked_sub(before));
        let share = change.zip(before).and_then(|(change, before)| percent(change.abs(), before));
        let change = change.map(signed).unwrap_or_default();
        let share = match (share, change.chars().next()) {
            (Some(share), Some(sign)) => format!("{sign}{share}%"),
            _ => String::new(),
        };
        let text = || sheet.text(held).unwrap_or_default().into();
        let before = before.map(grouped).or_else(|| text_before(figures, number, cell));
        let before = before.unwrap_or_else(|| "".into());
        let after = after.map_or_else(text, grouped);
        let is_same = before == after;
        let (change, share) = (tera::Value::safe_string(&change), tera::Value::safe_string(&share));
        rows.push(vec![name.label.clone(), name.id.clone(), before, after, change, share, is_same.into()]);
    }
    PairTable {
        title: table.title.get(site.language).to_owned(),
        unit: table.unit.as_ref().map(|unit| unit.get(site.language).to_owned()).unwrap_or_default(),
        zeros: table.size() - rows.len(),
        rows: rows.into(),
    }
}

/// The text that a cell held the year before.
fn text_before(figures: &Figure<'_>, number: usize, cell: usize) -> Option<tera::Value> {
    let (row, column) = figures.table(number).crossing(cell);
    let (sheet, cells) = figures.origin(number, row, column)?;
    let [cell] = cells[..] else { return None };
    sheet.text(&sheet.cells()[cell]).map(tera::Value::from)
}

/// The text of a section of a report: its id, title and text.
struct SectionText {
    id: String,
    title: String,
    text: String,
}

fn texts(site: &Site<'_>, report: &Report) -> Vec<SectionText> {
    let mut texts = Vec::new();
    each_section(report, site.language, |id, title, html| {
        let mut text = String::new();
        push_text(html, &mut text);
        text.truncate(text.trim_end().len());
        texts.push(SectionText { id: id.to_owned(), title: title.to_owned(), text });
    });
    texts
}

/// The prose of both, section by section in the order of the later one, and how much of it
/// is the same.
fn sections<'t>(old: &'t [SectionText], new: &'t [SectionText]) -> (Vec<PairSection<'t>>, String) {
    let of = |sections: &'t [SectionText], id: &str| sections.iter().find(|section| section.id == id);
    let text = |section: Option<&'t SectionText>| section.map_or("", |section| section.text.as_str());
    let both = new.iter().map(|section| (&section.title, text(of(old, &section.id)), section.text.as_str()));
    let gone = old.iter().filter(|section| of(new, &section.id).is_none());
    let (mut same, mut all) = (0, 0);
    let mut sections = Vec::new();
    for (title, before, after) in both.chain(gone.map(|section| (&section.title, section.text.as_str(), "")))
    {
        if before.is_empty() && after.is_empty() {
            continue;
        }
        let runs = runs(before, after);
        let (own, of) = shared(&runs);
        (same, all) = (same + own, all + of);
        let is_same = own == of;
        let told = if is_same { &[][..] } else { &runs };
        let list = |run: &Run<'t>| vec![run.same, run.deleted, run.inserted];
        let runs = told.iter().map(list).collect::<Vec<_>>().into();
        sections.push(PairSection { title, same: is_same, runs });
    }
    (sections, percent(same.into(), all.into()).unwrap_or_default())
}

/// The figures of a report, for the script.
#[derive(Serialize)]
pub struct CompareData {
    form: String,
    /// The figures of each table as written, parted by tabs.
    tables: Vec<String>,
    /// The rows of the tables that every agency names for itself, by the number of the table:
    /// their ids and labels.
    rows: BTreeMap<usize, Vec<[String; 2]>>,
}

/// The figures of a report.
pub fn compare_data(site: &Site<'_>, agency: &str, year: u16) -> Option<CompareData> {
    let report = site.portal().report(agency, year)?;
    let figures = |sheet: &crate::model::Sheet| {
        let mut figures = String::new();
        for cell in sheet.cells() {
            match (cell.state, cell.count()) {
                (State::NotApplicable, _) => figures.push('/'),
                (State::Text, _) => {
                    figures.push_str(&sheet.text(cell).unwrap_or_default().replace('\t', " "));
                }
                (_, Some(count)) => figures.push_str(itoa::Buffer::new().format(count)),
                _ => figures.push_str(&cell.to_string()),
            }
            figures.push('\t');
        }
        figures.pop();
        figures
    };
    let form = report.form.as_ref()?;
    let name = |line: &usize, table: &Table| {
        let line = &table.rows.lines[*line];
        [line.id.to_string(), line.label.get(site.portal().language()).to_owned()]
    };
    let own = |table: &Arc<Table>| table.rows.leaves.iter().map(|line| name(line, table)).collect();
    let open = report.sheets().iter().enumerate().filter(|(_, sheet)| sheet.table.open.is_some());
    Some(CompareData {
        form: form.id.to_string(),
        tables: report.sheets().iter().map(figures).collect(),
        rows: open.map(|(number, sheet)| (number, own(&sheet.table))).collect(),
    })
}

/// What the cells of a form are, for the script.
#[derive(Serialize)]
pub struct CompareForm {
    /// The first year it is used for: the newer of two forms says what continues what.
    from: u16,
    tables: Vec<ComparedTable>,
    /// For each other form, table by table and cell by cell: the table there and the cells
    /// that add up to it; nothing where the series begins or breaks.
    others: BTreeMap<String, Vec<Vec<Vec<usize>>>>,
}

#[derive(Serialize)]
struct ComparedTable {
    title: String,
    unit: String,
    /// What each cell is called; where every agency names its rows, each column.
    labels: Vec<String>,
}

/// What the cells of a form are.
pub fn compare_form(site: &Site<'_>, id: &str) -> Option<CompareForm> {
    let portal = site.portal();
    let form = portal.forms.get(id)?;
    let others = forms(portal).filter(|other| other.id != form.id);
    let origins = |other: &Arc<Form>| Some((other.id.to_string(), origins(portal, form, other)?));
    let table = |table: &Arc<Table>| {
        let text = |text: &Localised| text.get(site.language).to_owned();
        let sheet = crate::model::Sheet::blank(table.clone(), 0..0);
        let columns =
            || (0..table.columns.leaves.len()).map(|column| sheet.column_label(column, site.language));
        let cells = || (0..table.size()).map(|cell| sheet.label_in(cell, site.language));
        ComparedTable {
            title: text(&table.title),
            unit: table.unit.as_ref().map(text).unwrap_or_default(),
            labels: if table.open.is_some() { columns().collect() } else { cells().collect() },
        }
    };
    Some(CompareForm {
        from: form.from,
        tables: form.tables.iter().map(table).collect(),
        others: others.filter_map(origins).collect(),
    })
}

fn origins(portal: &Portal, form: &Form, other: &Form) -> Option<Vec<Vec<Vec<usize>>>> {
    let lineage = portal.forms.lineage(form, other)?;
    let cell = |table: usize, cell: usize| match lineage.origin(table, cell) {
        Some(origin) if other.tables[origin.table].open.is_none() => {
            std::iter::once(origin.table).chain(origin.cells.iter().copied()).collect()
        }
        _ => Vec::new(),
    };
    let cells = |table: &Table| if table.open.is_some() { 0 } else { table.size() };
    let tables = form.tables.iter().enumerate();
    Some(tables.map(|(at, table)| (0..cells(table)).map(|one| cell(at, one)).collect()).collect())
}
