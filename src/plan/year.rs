//! The list of years, and the page of one year: all its reports, totals, who is late or
//! missing.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Subject;
use super::frame::Site;
use super::page::PageView;
use super::report::ReportItem;
use super::table::TableView;
use crate::diagnostic::Catalogue;
use crate::form::Form;
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

fn expected<'c>(site: &Site<'c>, year: u16) -> Vec<&'c Arc<Agency>> {
    let portal = site.portal();
    let wanted = |agency: &&Arc<Agency>| {
        let first = portal.reports_of(&agency.id).first().map(|report| report.year);
        let since = agency.file.since.or(first).or(portal.settings.checks.first_year);
        agency.reports_in(year) && since.is_none_or(|since| since <= year)
    };
    portal.agencies.iter().filter(wanted).collect()
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
    let missing = expected(site, year).into_iter().filter(|agency| portal.report(&agency.id, year).is_none());
    let item = |agency: &Arc<Agency>| MissingItem {
        agency: agency.name(site.language).to_owned(),
        href: Subject::Agency(agency.id.to_string()).route().to_string(),
        due: portal.due(agency, year),
    };
    missing.map(item).collect()
}

fn totals(site: &Site<'_>, year: u16) -> Vec<TotalsView> {
    let portal = site.portal();
    let mut forms: Vec<Arc<Form>> = Vec::new();
    for form in portal.reports_in(year).filter_map(|report| report.form.as_ref()) {
        if !forms.iter().any(|known| known.id == form.id) {
            forms.push(form.clone());
        }
    }
    forms.iter().map(|form| totals_of(site, year, form)).collect()
}

/// The totals of one form: agencies that report for their whole area are left out, since
/// their figures hold those of others already.
fn totals_of(site: &Site<'_>, year: u16, form: &Arc<Form>) -> TotalsView {
    let portal = site.portal();
    let of_form = |report: &&Arc<Report>| report.form.as_ref().is_some_and(|own| own.id == form.id);
    let is_area = |report: &Arc<Report>| portal.agency(&report.agency).is_some_and(|agency| agency.file.area);
    let (areas, single): (Vec<_>, Vec<_>) =
        portal.reports_in(year).filter(of_form).partition(|report| is_area(report));
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
        TableView::blank(form, &form.tables[number], site.grids).with_figures(figures.collect())
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
