//! Every figure of an agency over the years, across editions of its forms: where a figure on
//! a report's page has its past and its future.

use std::collections::BTreeSet;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Subject;
use super::frame::Site;
use super::page::PageView;
use super::table::{CellName, cell_id, grouped, grouped_cell};
use crate::diagnostic::Catalogue;
use crate::form::{Form, Lineage};
use crate::model::{Portal, Report, Sheet};

/// The figures of one table over the years.
#[derive(Serialize)]
struct SeriesTable {
    title: String,
    /// The first and the last year of the reports in its form: tables of two editions may have
    /// one title.
    years: [u16; 2],
    unit: Option<String>,
    rows: Vec<SeriesRow>,
}

/// One figure over the years.
#[derive(Serialize)]
struct SeriesRow {
    /// The id that its cell has on the pages of reports.
    id: tera::Value,
    /// The labels of its row, from the outermost in.
    row: tera::Value,
    /// The labels of its column.
    column: tera::Value,
    /// A list for each of the years: the figure as pages show it, and where it stands; of a sum
    /// of cells only the figure, and nothing where there is none.
    points: tera::Value,
}

/// A cell of a form, by its numbers: form (in the list of those there are), table, cell.
type Cell = (usize, usize, usize);

/// The reports of an agency, as their figures are told.
struct Told<'r> {
    site: &'r Site<'r>,
    reports: Vec<ToldReport<'r>>,
    /// The forms they follow, from the newest to the oldest.
    forms: Vec<&'r Arc<Form>>,
    /// The cells that were told already, of forms that a newer one continues.
    cells: BTreeSet<Cell>,
}

struct ToldReport<'r> {
    report: &'r Report,
    /// The number of its form, if it follows one.
    form: Option<usize>,
    /// Its page.
    page: String,
}

/// What a row has for one year.
type Point = Vec<tera::Value>;

/// A figure of a report: the numbers of its form and table, its cells, what they come to.
type Figure<'r> = (usize, usize, &'r [usize], Decimal);

/// The way to the figures of an agency; empty where there are none.
pub(super) fn href(site: &Site<'_>, agency: &str) -> String {
    let page = Subject::Series(agency.into());
    let is_there = is_wanted(site.portal(), agency) && site.drawn.wants(&page);
    if is_there { page.route().to_string() } else { String::new() }
}

/// Whether there is anything to show of an agency.
pub(super) fn is_wanted(portal: &Portal, agency: &str) -> bool {
    let has_tables = |form: &Arc<Form>| !form.tables.is_empty();
    portal.reports_of(agency).iter().filter_map(|report| report.form.as_ref()).any(has_tables)
}

pub(super) fn insert(site: &Site<'_>, id: &str, context: &mut tera::Context) -> Option<PageView> {
    let portal = site.portal();
    let agency = portal.agency(id).filter(|_| is_wanted(portal, id))?;
    let reports: Vec<&Report> = portal.reports_of(id).iter().map(|report| &**report).collect();
    context.insert("years", &reports.iter().map(|report| report.year).collect::<Vec<_>>());
    context.insert("tables", &tables(site, &reports));
    let name = agency.name(site.language);
    let title = Catalogue::get().word("series-title", site.language).replace("{agency}", name);
    let page = PageView::new(site, &Subject::Series(id.into()), title.clone()).about(title);
    let page = page.below(Catalogue::get().word("agencies", site.language), &Subject::Agencies);
    Some(page.below(name, &Subject::Agency(id.into())))
}

/// From the newest form to the oldest; a cell that a newer form continues is not told again.
fn tables<'r>(site: &'r Site<'r>, reports: &[&'r Report]) -> Vec<SeriesTable> {
    let mut told = Told::new(site, reports);
    let mut ids = BTreeSet::new();
    let mut tables = Vec::new();
    for (at, form) in told.forms.clone().into_iter().enumerate() {
        let of_form = told.reports.iter().filter(|told| told.form == Some(at));
        let mut own = of_form.map(|told| told.report.year);
        let first = own.next().unwrap_or_default();
        let years = [first, own.next_back().unwrap_or(first)];
        for (number, table) in form.tables.iter().enumerate() {
            let rows = match table.open {
                Some(_) => told.open_rows(form, number),
                None => told.rows((at, number), &mut ids),
            };
            if !rows.is_empty() {
                let text = |text: &crate::language::Localised| text.get(site.language).to_owned();
                let (title, unit) = (text(&table.title), table.unit.as_ref().map(text));
                tables.push(SeriesTable { title, years, unit, rows });
            }
        }
    }
    tables
}

impl<'r> Told<'r> {
    fn new(site: &'r Site<'r>, reports: &[&'r Report]) -> Self {
        let mut forms: Vec<&Arc<Form>> = Vec::new();
        for form in reports.iter().rev().filter_map(|report| report.form.as_ref()) {
            if !forms.iter().any(|known| known.id == form.id) {
                forms.push(form);
            }
        }
        let number = |form: &Arc<Form>| forms.iter().position(|known| known.id == form.id);
        let told = |report: &&'r Report| ToldReport {
            report,
            form: report.form.as_ref().and_then(number),
            page: Subject::Report(report.agency.clone(), report.year).route().to_string(),
        };
        Self { site, reports: reports.iter().map(told).collect(), forms, cells: BTreeSet::new() }
    }

    /// For every report the number of its form and what the cells of a form continue there,
    /// where it is that form or an older one.
    fn lineages(&self, at: usize) -> Vec<Option<(usize, &'r Lineage)>> {
        let form = self.forms[at];
        let lineage = |told: &ToldReport<'_>| {
            let number = told.form?;
            let own = self.forms[number];
            let lineage = self.site.portal().forms.lineage(form, own)?;
            (own.from <= form.from).then_some((number, &**lineage))
        };
        self.reports.iter().map(lineage).collect()
    }

    /// The rows of a table of a form, but for figures that were told, or are 0 in every year.
    fn rows(&mut self, (at, number): (usize, usize), ids: &mut BTreeSet<String>) -> Vec<SeriesRow> {
        let names = self.site.grids.names(self.forms[at], &self.forms[at].tables[number]);
        let lineages = self.lineages(at);
        let mut rows = Vec::new();
        let mut figures: Vec<Option<Figure<'r>>> = Vec::new();
        for (cell, name) in names.iter().enumerate() {
            if self.cells.contains(&(at, number, cell)) {
                continue;
            }
            figures.clear();
            for (told, lineage) in self.reports.iter().zip(&lineages) {
                let origin = lineage.and_then(|(own, lineage)| Some((own, lineage.origin(number, cell)?)));
                if let Some((own, origin)) = origin.filter(|(own, _)| *own != at) {
                    self.cells.extend(origin.cells.iter().map(|cell| (own, origin.table, *cell)));
                }
                figures.push(origin.and_then(|(own, origin)| {
                    let sum = told.report.sum(origin.table, &origin.cells)?;
                    Some((own, origin.table, &origin.cells[..], sum))
                }));
            }
            // Most cells are 0 in every year.
            let is_told = figures.iter().flatten().any(|(.., value)| !value.is_zero());
            if is_told && ids.insert(name.id.to_string()) {
                let points =
                    self.reports.iter().zip(&figures).map(|(told, figure)| self.point(told, *figure));
                rows.push(name.row(points.collect()));
            }
        }
        rows
    }

    fn point(&self, told: &ToldReport<'_>, figure: Option<Figure<'_>>) -> Point {
        let Some((form, number, cells, value)) = figure else { return Point::new() };
        let mut point = vec![written(told.report, number, cells, value)];
        if let [cell] = cells {
            point.push(told.href(&cell_id(&self.forms[form].tables[number], *cell)));
        }
        point
    }

    /// The rows of a table that every agency names for itself: those of the reports of one
    /// form, the newest first, each figure beside those of the same name in other years.
    fn open_rows(&self, form: &Form, number: usize) -> Vec<SeriesRow> {
        let mut known = BTreeSet::new();
        let mut rows = Vec::new();
        let sheets = self.reports.iter().rev().filter_map(|told| sheet_of(told.report, form, number));
        for table in sheets.map(|sheet| &sheet.table) {
            for (cell, name) in self.site.grids.names(form, table).iter().enumerate() {
                let (row, column) = table.crossing(cell);
                let line = &table.rows.leaf(row).id;
                if !known.insert((line.clone(), column)) {
                    continue;
                }
                let point = |told: &ToldReport<'_>| {
                    let sheet = sheet_of(told.report, form, number)?;
                    let row = sheet.table.rows.leaf_number(line)?;
                    let value = sheet.figure(row, column)?;
                    let text = written(told.report, number, &[sheet.table.cell(row, column)], value);
                    Some((vec![text, told.href(&name.id.to_string())], value.is_zero()))
                };
                let points: Vec<_> = self.reports.iter().map(point).collect();
                if points.iter().flatten().all(|(_, is_zero)| *is_zero) {
                    continue;
                }
                let points = points.into_iter().map(|point| point.unwrap_or_default().0);
                rows.push(name.row(points.collect()));
            }
        }
        rows
    }
}

impl ToldReport<'_> {
    /// Where a cell stands.
    fn href(&self, cell: &str) -> tera::Value {
        [&self.page, "#", cell].concat().into()
    }
}

impl CellName {
    /// The row of the cell.
    fn row(&self, points: Vec<Point>) -> SeriesRow {
        let points = points.into();
        SeriesRow { id: self.id.clone(), row: self.row.clone(), column: self.column.clone(), points }
    }
}

/// A table of a report, if it follows the form.
fn sheet_of<'r>(report: &'r Report, form: &Form, number: usize) -> Option<&'r Sheet> {
    report.form.as_ref().filter(|own| own.id == form.id).and_then(|_| report.sheet(number))
}

/// A single figure as written, a sum as it comes out.
fn written(report: &Report, table: usize, cells: &[usize], value: Decimal) -> tera::Value {
    let own = match cells {
        [cell] => report.sheet(table).and_then(|sheet| sheet.cells().get(*cell)),
        _ => None,
    };
    // What stands for a blank is no figure as written.
    own.filter(|cell| cell.value().is_some()).map_or_else(|| grouped(value), grouped_cell)
}
