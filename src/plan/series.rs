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
use crate::form::Form;
use crate::model::{Portal, Report};

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
#[derive(Serialize)]
struct Point {
    /// As written; empty where there is none.
    value: String,
    /// Where it stands; empty for a sum of cells.
    href: String,
}

/// A cell of a form, known by numbers: form, table, cell.
type Cell = (Arc<str>, usize, usize);

/// The way to the figures of an agency; empty where there are none.
pub(super) fn href(site: &Site<'_>, agency: &str) -> String {
    let page = Subject::Series(agency.to_owned());
    let is_there = is_wanted(site.portal(), agency) && site.drawn.wants(&page);
    if is_there { page.route().to_string() } else { String::new() }
}

/// Whether there is anything to show of an agency. Tables whose rows every agency names for
/// itself are not shown.
pub(super) fn is_wanted(portal: &Portal, agency: &str) -> bool {
    let has_tables = |form: &Arc<Form>| form.tables.iter().any(|table| table.open.is_none());
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
    let page = PageView::new(site, &Subject::Series(id.to_owned()), title.clone()).about(title);
    let page = page.below(Catalogue::get().word("agencies", site.language), &Subject::Agencies);
    Some(page.below(name, &Subject::Agency(id.to_owned())))
}

/// From the newest form to the oldest; a cell that a newer form continues is not told again.
fn tables(site: &Site<'_>, reports: &[&Report]) -> Vec<SeriesTable> {
    let mut forms: Vec<&Arc<Form>> = Vec::new();
    for form in reports.iter().rev().filter_map(|report| report.form.as_ref()) {
        if !forms.iter().any(|known| known.id == form.id) {
            forms.push(form);
        }
    }
    let (mut told, mut ids) = (BTreeSet::new(), BTreeSet::new());
    let mut tables = Vec::new();
    for form in forms {
        let of_form = |report: &&&Report| report.form.as_ref().is_some_and(|own| own.id == form.id);
        let mut own = reports.iter().filter(of_form).map(|report| report.year);
        let first = own.next().unwrap_or_default();
        let years = [first, own.next_back().unwrap_or(first)];
        for (number, table) in form.tables.iter().enumerate().filter(|(_, table)| table.open.is_none()) {
            let mut rows = Vec::new();
            for cell in 0..table.size() {
                if told.contains(&(form.id.clone(), number, cell)) {
                    continue;
                }
                let row = row(site, reports, form, (number, cell), &mut told);
                if row.points.iter().any(|point| !matches!(point.value.as_str(), "" | "0"))
                    && ids.insert(row.id.clone())
                {
                    rows.push(row);
                }
            }
            if !rows.is_empty() {
                let text = |text: &crate::language::Localised| text.get(site.language).to_owned();
                let (title, unit) = (text(&table.title), table.unit.as_ref().map(text));
                tables.push(SeriesTable { title, years, unit, rows });
            }
        }
    }
    tables
}

fn row(
    site: &Site<'_>,
    reports: &[&Report],
    form: &Form,
    (number, cell): (usize, usize),
    told: &mut BTreeSet<Cell>,
) -> SeriesRow {
    let table = &form.tables[number];
    let point = |report: &&Report| {
        let at = point(site.portal(), report, form, (number, cell), told);
        at.unwrap_or(Point { value: String::new(), href: String::new() })
    };
    let points = reports.iter().map(point).collect();
    let (row, column) = table.crossing(cell);
    SeriesRow {
        id: cell_id(table, cell),
        row: if table.stub {
            labels(&table.rows, table.rows.leaves[row], site.language)
        } else {
            String::new()
        },
        column: labels(&table.columns, table.columns.leaves[column], site.language),
        points,
    }
}

/// The figure in a report, where its form is this one or an older one that this continues.
fn point(
    portal: &Portal,
    report: &Report,
    form: &Form,
    (number, cell): (usize, usize),
    told: &mut BTreeSet<Cell>,
) -> Option<Point> {
    let own = report.form.as_ref()?;
    let origin = portal.forms.lineage(form, own)?.origin(number, cell)?;
    if own.from > form.from {
        return None;
    }
    told.extend(origin.cells.iter().map(|cell| (own.id.clone(), origin.table, *cell)));
    let value = report.sum(origin.table, &origin.cells)?;
    let page = Subject::Report(report.agency.to_string(), report.year).route();
    let href = match origin.cells[..] {
        [cell] => format!("{page}#{}", cell_id(&own.tables[origin.table], cell)),
        _ => String::new(),
    };
    Some(Point { value: written(report, origin.table, &origin.cells, value), href })
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
