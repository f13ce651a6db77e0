//! Every figure of an agency over the years, across editions of its forms: where a figure on
//! a report's page has its past and its future.

use std::collections::BTreeSet;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Subject;
use super::frame::Site;
use super::page::PageView;
use super::table::cell_id;
use crate::diagnostic::Catalogue;
use crate::form::{Form, Table};
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
    id: String,
    /// The labels of its row, from the outermost in.
    row: String,
    /// The labels of its column.
    column: String,
    /// The figures, one for each of the years.
    points: Vec<Point>,
}

/// A figure of one year.
#[derive(Default, Serialize)]
struct Point {
    /// As written; empty where there is none.
    value: String,
    /// Where it stands; empty for a sum of cells.
    href: String,
}

/// A cell of a form, by its numbers: form (in the list of those there are), table, cell.
type Cell = (usize, usize, usize);

/// The reports of an agency, as their figures are told.
struct Told<'r> {
    portal: &'r Portal,
    reports: Vec<&'r Report>,
    /// The page of each.
    pages: Vec<String>,
    /// The forms they follow, from the newest to the oldest.
    forms: Vec<&'r Arc<Form>>,
    /// The cells that were told already.
    cells: BTreeSet<Cell>,
}

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
fn tables(site: &Site<'_>, reports: &[&Report]) -> Vec<SeriesTable> {
    let mut told = Told::new(site.portal(), reports);
    let mut ids = BTreeSet::new();
    let mut tables = Vec::new();
    for (at, form) in told.forms.clone().into_iter().enumerate() {
        let of_form = |report: &&&Report| report.form.as_ref().is_some_and(|own| own.id == form.id);
        let mut own = reports.iter().filter(of_form).map(|report| report.year);
        let first = own.next().unwrap_or_default();
        let years = [first, own.next_back().unwrap_or(first)];
        for (number, table) in form.tables.iter().enumerate() {
            let rows = match table.open {
                Some(_) => told.open_rows(site, form, number),
                None => told.rows(site, (at, number), &mut ids),
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
    fn new(portal: &'r Portal, reports: &[&'r Report]) -> Self {
        let mut forms: Vec<&Arc<Form>> = Vec::new();
        for form in reports.iter().rev().filter_map(|report| report.form.as_ref()) {
            if !forms.iter().any(|known| known.id == form.id) {
                forms.push(form);
            }
        }
        let page = |report: &&Report| Subject::Report(report.agency.clone(), report.year).route().to_string();
        let pages = reports.iter().map(page).collect();
        Self { portal, reports: reports.to_vec(), pages, forms, cells: BTreeSet::new() }
    }

    /// The figures of a cell in all reports, where their form is that of the cell or an older
    /// one that it continues.
    fn figures(&mut self, (at, number, cell): Cell) -> Vec<Option<Figure<'r>>> {
        let form = self.forms[at];
        let mut figure = |report: &&'r Report| {
            let own = report.form.as_ref()?;
            let origin = self.portal.forms.lineage(form, own)?.origin(number, cell)?;
            if own.from > form.from {
                return None;
            }
            let own = self.forms.iter().position(|known| known.id == own.id)?;
            self.cells.extend(origin.cells.iter().map(|cell| (own, origin.table, *cell)));
            Some((own, origin.table, &origin.cells[..], report.sum(origin.table, &origin.cells)?))
        };
        self.reports.iter().map(&mut figure).collect()
    }

    /// The rows of a table of a form, but for figures that were told, or are 0 in every year.
    fn rows(
        &mut self,
        site: &Site<'_>,
        (at, number): (usize, usize),
        ids: &mut BTreeSet<String>,
    ) -> Vec<SeriesRow> {
        let table = &self.forms[at].tables[number];
        let mut rows = Vec::new();
        for cell in 0..table.size() {
            if self.cells.contains(&(at, number, cell)) {
                continue;
            }
            let figures = self.figures((at, number, cell));
            // Most cells are 0 in every year.
            if figures.iter().flatten().all(|(.., value)| value.is_zero()) {
                continue;
            }
            let id = cell_id(table, cell);
            if ids.insert(id.clone()) {
                rows.push(self.row(site, table, cell, id, &figures));
            }
        }
        rows
    }

    /// The row of a cell.
    fn row(
        &self,
        site: &Site<'_>,
        table: &Table,
        cell: usize,
        id: String,
        figures: &[Option<Figure<'r>>],
    ) -> SeriesRow {
        let point = |((report, page), figure): ((&&Report, &String), &Option<Figure<'_>>)| {
            let Some((form, number, cells, value)) = *figure else { return Point::default() };
            let href = match cells {
                [cell] => [page, "#", &cell_id(&self.forms[form].tables[number], *cell)].concat(),
                _ => String::new(),
            };
            Point { value: written(report, number, cells, value), href }
        };
        let points = self.reports.iter().zip(&self.pages).zip(figures).map(point).collect();
        let (row, column) = table.crossing(cell);
        let row = table.stub.then(|| labels(&table.rows, table.rows.leaves[row], site.language));
        SeriesRow {
            id,
            row: row.unwrap_or_default(),
            column: labels(&table.columns, table.columns.leaves[column], site.language),
            points,
        }
    }

    /// The rows of a table that every agency names for itself: those of the reports of one
    /// form, the newest first, each figure beside those of the same name in other years.
    fn open_rows(&self, site: &Site<'_>, form: &Form, number: usize) -> Vec<SeriesRow> {
        let mut told = BTreeSet::new();
        let mut rows = Vec::new();
        let sheets = self.reports.iter().rev().filter_map(|report| sheet_of(report, form, number));
        for table in sheets.map(|sheet| &sheet.table) {
            for cell in 0..table.size() {
                let (row, column) = table.crossing(cell);
                let line = &table.rows.leaf(row).id;
                if !told.insert((line.clone(), column)) {
                    continue;
                }
                let id = cell_id(table, cell);
                let point = |(report, page): (&&Report, &String)| {
                    let sheet = sheet_of(report, form, number)?;
                    let row = sheet.table.rows.leaf_number(line)?;
                    let value = sheet.figure(row, column)?;
                    let text = written(report, number, &[sheet.table.cell(row, column)], value);
                    Some((Point { value: text, href: [page, "#", &id].concat() }, value.is_zero()))
                };
                let points: Vec<_> = self.reports.iter().zip(&self.pages).map(point).collect();
                if points.iter().flatten().all(|(_, is_zero)| *is_zero) {
                    continue;
                }
                rows.push(SeriesRow {
                    id,
                    row: labels(&table.rows, table.rows.leaves[row], site.language),
                    column: labels(&table.columns, table.columns.leaves[column], site.language),
                    points: points.into_iter().map(|point| point.unwrap_or_default().0).collect(),
                });
            }
        }
        rows
    }
}

/// A table of a report, if it follows the form.
fn sheet_of<'r>(report: &'r Report, form: &Form, number: usize) -> Option<&'r Sheet> {
    report.form.as_ref().filter(|own| own.id == form.id).and_then(|_| report.sheet(number))
}

/// A single figure as written, a sum as it comes out.
fn written(report: &Report, table: usize, cells: &[usize], value: Decimal) -> String {
    let own = match cells {
        [cell] => report.sheet(table).and_then(|sheet| sheet.cells().get(*cell)?.written()),
        _ => None,
    };
    own.filter(|text| !text.is_empty()).unwrap_or_else(|| value.to_string())
}

/// The labels of a line, from the outermost in.
fn labels(axis: &crate::form::Axis, line: usize, language: &str) -> String {
    let path = axis.path(line).into_iter().map(|line| axis.lines[line].label.get(language));
    path.collect::<Vec<_>>().join(" / ")
}
