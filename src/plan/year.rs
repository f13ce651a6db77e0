//! The list of years, and the page of one year: all its reports, totals, who is late or
//! missing.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::Subject;
use super::frame::Site;
use super::page::PageView;
use super::ranking::rankings;
use super::region::regions;
use super::report::{ReportItem, cell_of};
use super::table::TableView;
use super::timeline::timeline;
use crate::diagnostic::Catalogue;
use crate::form::{Breakdown, Form, Highlight};
use crate::model::{Agency, Report, total};

#[derive(Serialize)]
struct YearItem {
    year: u16,
    href: String,
    reports: usize,
    expected: usize,
}

#[derive(Serialize)]
struct MissingItem {
    agency: String,
    href: String,
    due: Option<String>,
}

/// The reports of a year of one form, added up.
#[derive(Serialize)]
struct TotalsView {
    form: String,
    authority: String,
    href: String,
    /// How many reports were added up.
    reports: usize,
    /// How many were left out because they already include others.
    left_out: usize,
    highlights: Vec<SumView>,
    tables: Vec<TableView>,
}

/// A figure added up, with its parts.
#[derive(Serialize)]
struct SumView {
    id: String,
    label: String,
    value: String,
    /// The parts that are not 0, the greatest first: `3 + 2 + 1`.
    formula: String,
}

/// How the cases of a year fell into parts, agency by agency.
#[derive(Serialize)]
struct BreakdownView {
    title: String,
    whole: String,
    parts: Vec<String>,
    rows: Vec<BreakdownRow>,
    /// The row of all agencies.
    total: BreakdownRow,
}

#[derive(Serialize)]
struct BreakdownRow {
    agency: String,
    href: String,
    whole: String,
    cells: Vec<BreakdownCell>,
}

#[derive(Serialize)]
struct BreakdownCell {
    value: String,
    /// The id of the cell on the report's page; empty for a sum of cells.
    cell: String,
    /// How deep it is tinted, 0 to 6: by its share of the whole.
    tint: u8,
}

/// Below this many cases a share says nothing.
pub(super) const FEW: i64 = 5;

/// The agencies of which a report is expected.
pub(super) fn expected<'c>(site: &Site<'c>, year: u16) -> Vec<&'c Arc<Agency>> {
    let portal = site.portal();
    portal.agencies.iter().filter(|agency| portal.expects(agency, year)).collect()
}

fn year_item(site: &Site<'_>, year: u16) -> YearItem {
    YearItem {
        year,
        href: Subject::Year(year).route().to_string(),
        reports: site.portal().reports_in(year).len(),
        expected: expected(site, year).len(),
    }
}

pub(super) fn insert_list(site: &Site<'_>, context: &mut tera::Context) -> PageView {
    let years: Vec<YearItem> = site.portal().years().rev().map(|year| year_item(site, year)).collect();
    context.insert("years", &years);
    PageView::new(site, &Subject::Years, Catalogue::get().word("years", site.language).to_owned())
}

pub(super) fn insert(site: &Site<'_>, year: u16, of: &Subject, context: &mut tera::Context) -> PageView {
    let portal = site.portal();
    let item = |report: &Arc<Report>| Some(ReportItem::new(site, portal.agency(&report.agency)?, report));
    let items: Vec<ReportItem> = portal.reports_in(year).filter_map(item).collect();
    site.insert(context, of, "late", || items.iter().filter(|item| item.late).cloned().collect::<Vec<_>>());
    site.insert(context, of, "reports", || &items);
    site.insert(context, of, "missing", || missing(site, year));
    site.insert(context, of, "totals", || totals(site, year));
    site.insert(context, of, "breakdowns", || breakdowns(site, year));
    site.insert(context, of, "timeline", || timeline(site, year));
    site.insert(context, of, "rankings", || rankings(site, year));
    site.insert(context, of, "regions", || regions(site, year));
    context.insert("year", &year_item(site, year));
    let neighbour =
        |year: Option<u16>| portal.years().find(|known| Some(*known) == year).map(|y| year_item(site, y));
    context.insert("previous", &neighbour(year.checked_sub(1)));
    context.insert("next", &neighbour(year.checked_add(1)));
    let word = |word| Catalogue::get().word(word, site.language);
    let title = word("year-title").replace("{year}", &year.to_string());
    PageView::new(site, &Subject::Year(year), title).below(word("years"), &Subject::Years)
}

fn missing(site: &Site<'_>, year: u16) -> Vec<MissingItem> {
    let portal = site.portal();
    let missing = portal.agencies.iter().filter(|agency| portal.is_missing(agency, year));
    let item = |agency: &Arc<Agency>| MissingItem {
        agency: agency.name(site.language).to_owned(),
        href: Subject::Agency(agency.id.to_string()).route().to_string(),
        due: portal.due(agency, year),
    };
    missing.map(item).collect()
}

fn totals(site: &Site<'_>, year: u16) -> Vec<TotalsView> {
    forms_of(site, year).iter().map(|form| totals_of(site, year, form)).collect()
}

/// The forms of the reports of a year.
pub(super) fn forms_of(site: &Site<'_>, year: u16) -> Vec<Arc<Form>> {
    let mut forms: Vec<Arc<Form>> = Vec::new();
    for form in site.portal().reports_in(year).filter_map(|report| report.form.as_ref()) {
        if !forms.iter().any(|known| known.id == form.id) {
            forms.push(form.clone());
        }
    }
    forms
}

/// The reports of a year of one form: first those for a whole area, which hold figures of
/// others already, then all others.
pub(super) fn by_scope<'c>(
    site: &Site<'c>,
    year: u16,
    form: &Form,
) -> (Vec<&'c Arc<Report>>, Vec<&'c Arc<Report>>) {
    let portal = site.portal();
    let of_form = |report: &&Arc<Report>| report.form.as_ref().is_some_and(|own| own.id == form.id);
    let is_area =
        |report: &&Arc<Report>| portal.agency(&report.agency).is_some_and(|agency| agency.file.area);
    portal.reports_in(year).filter(of_form).partition(is_area)
}

fn breakdowns(site: &Site<'_>, year: u16) -> Vec<BreakdownView> {
    let forms = forms_of(site, year);
    let view = |form: &Arc<Form>| Some(breakdown(site, year, form, form.breakdown.as_ref()?));
    forms.iter().filter_map(view).collect()
}

fn breakdown(site: &Site<'_>, year: u16, form: &Form, breakdown: &Breakdown) -> BreakdownView {
    let label = |highlight: &Highlight| highlight.label.get(site.language).to_owned();
    let (_, single) = by_scope(site, year, form);
    let mut sums = vec![Decimal::ZERO; breakdown.parts.len()];
    let mut sum = Decimal::ZERO;
    let mut rows = Vec::new();
    for report in single {
        let Some(agency) = site.portal().agency(&report.agency) else { continue };
        let Some(whole) = report.highlight(&breakdown.whole) else { continue };
        let parts: Vec<_> =
            breakdown.parts.iter().map(|part| report.highlight(part).unwrap_or_default()).collect();
        sum += whole;
        sums.iter_mut().zip(&parts).for_each(|(sum, part)| *sum += part);
        let mut row = BreakdownRow::new(whole, &parts);
        row.agency = agency.short(site.language).to_owned();
        row.href = Subject::Report(agency.id.to_string(), year).route().to_string();
        for (cell, part) in row.cells.iter_mut().zip(&breakdown.parts) {
            cell.cell = cell_of(form, part.table, &part.cells);
        }
        rows.push(row);
    }
    BreakdownView {
        title: breakdown.title.get(site.language).to_owned(),
        whole: label(&breakdown.whole),
        parts: breakdown.parts.iter().map(label).collect(),
        rows,
        total: BreakdownRow::new(sum, &sums),
    }
}

impl BreakdownRow {
    fn new(whole: Decimal, parts: &[Decimal]) -> Self {
        let cell = |part: &Decimal| BreakdownCell {
            value: part.to_string(),
            cell: String::new(),
            tint: tint(*part, whole),
        };
        Self {
            agency: String::new(),
            href: String::new(),
            whole: whole.to_string(),
            cells: parts.iter().map(cell).collect(),
        }
    }
}

/// The tint of a part of a whole: none for nothing, nor where the whole is small.
fn tint(part: Decimal, whole: Decimal) -> u8 {
    if part <= Decimal::ZERO || whole < Decimal::from(FEW) {
        return 0;
    }
    let sixths = (part * Decimal::from(6)).checked_div(whole).unwrap_or_default();
    sixths.ceil().to_u8().unwrap_or(6).clamp(1, 6)
}

/// The totals of one form: agencies that report for their whole area are left out, since
/// their figures hold those of others already.
fn totals_of(site: &Site<'_>, year: u16, form: &Arc<Form>) -> TotalsView {
    let (areas, single) = by_scope(site, year, form);
    let reports = || single.iter().map(|report| &***report);
    let highlight = |highlight: &crate::form::Highlight| {
        let mut values: Vec<Decimal> = reports().filter_map(|report| report.highlight(highlight)).collect();
        values.sort_unstable_by(|a, b| b.cmp(a));
        let parts = values.iter().filter(|value| !value.is_zero());
        SumView {
            id: highlight.id.to_string(),
            label: highlight.label.get(site.language).to_owned(),
            value: values.iter().sum::<Decimal>().to_string(),
            formula: parts.map(ToString::to_string).collect::<Vec<_>>().join(" + "),
        }
    };
    let table = |number: usize| {
        let figures = total(form, number, reports()).cells;
        let figures = figures.into_iter().map(|cell| cell.map(|value| value.to_string()).unwrap_or_default());
        let (table, figures) = (&form.tables[number], figures.collect::<Vec<_>>());
        TableView::blank(form, table, site.grids).with_figures(table, &figures)
    };
    TotalsView {
        form: form.id.to_string(),
        authority: form.authority.get(site.language).to_owned(),
        href: Subject::Form(form.id.to_string()).route().to_string(),
        reports: single.len(),
        left_out: areas.len(),
        highlights: form.highlights.iter().map(highlight).collect(),
        tables: (0..form.tables.len())
            .filter(|number| form.tables[*number].open.is_none())
            .map(table)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn tints_follow_the_share() {
        let tint = |part: i64, whole: i64| super::tint(part.into(), whole.into());
        assert_eq!([tint(0, 12), tint(1, 12), tint(2, 12), tint(3, 12), tint(12, 12)], [0, 1, 1, 2, 6]);
        assert_eq!([tint(4, 4), tint(5, 5)], [0, 6]);
    }
}
