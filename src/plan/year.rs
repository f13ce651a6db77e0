//! The list of years, and the page of one year: all its reports, totals, who is late or
//! missing.

use std::cell::LazyCell;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Subject;
use super::breakdown::{BreakdownView, breakdowns};
use super::frame::Site;
use super::page::PageView;
use super::ranking::{RankingView, rankings};
use super::region::regions;
use super::report::ReportItem;
use super::table::TableView;
use super::timeline::timeline;
use super::year_table::{self, MANY, YearTable};
use crate::diagnostic::Catalogue;
use crate::form::{Form, Highlight};
use crate::model::{Agency, Portal, Report, total};

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
    /// The parts that are not 0, the greatest first: `3 + 2 + 1`; empty where they are many.
    formula: String,
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
    let items: LazyCell<Vec<ReportItem>, _> =
        LazyCell::new(|| portal.reports_in(year).filter_map(item).collect());
    site.insert(context, of, "late", || items.iter().filter(|item| item.late).cloned().collect::<Vec<_>>());
    site.insert(context, of, "reports", || &*items);
    site.insert(context, of, "missing", || missing(site, year));
    site.insert(context, of, "totals", || totals(site, year));
    let apart = year_table::apart(portal, year);
    let href = |table: YearTable| {
        let page = Subject::YearTable(year, table);
        (apart.contains(&table) && site.drawn.wants(&page)).then(|| page.route().to_string())
    };
    site.insert(context, of, "breakdowns", || {
        let href = |number| href(YearTable::Breakdown(number));
        folded(breakdowns(site, year), href, BreakdownView::folded)
    });
    site.insert(context, of, "rankings", || {
        let href = |number| href(YearTable::Ranking(number));
        folded(rankings(site, year), href, RankingView::folded)
    });
    site.insert(context, of, "timeline", || timeline(site, year));
    site.insert(context, of, "regions", || regions(site, year));
    context.insert("long", &(portal.reports_in(year).len() > MANY));
    context.insert("year", &year_item(site, year));
    let neighbour =
        |year: Option<u16>| portal.years().find(|known| Some(*known) == year).map(|y| year_item(site, y));
    context.insert("previous", &neighbour(year.checked_sub(1)));
    context.insert("next", &neighbour(year.checked_add(1)));
    let word = |word| Catalogue::get().word(word, site.language);
    let title = word("year-title").replace("{year}", &year.to_string());
    PageView::new(site, &Subject::Year(year), title).below(word("years"), &Subject::Years)
}

/// Tables of which those that have a page of their own are folded.
fn folded<V>(views: Vec<V>, href: impl Fn(usize) -> Option<String>, fold: fn(V, String) -> V) -> Vec<V> {
    let fold = |(view, number)| match href(number) {
        Some(href) => fold(view, href),
        None => view,
    };
    views.into_iter().zip(1..).map(fold).collect()
}

fn missing(site: &Site<'_>, year: u16) -> Vec<MissingItem> {
    let portal = site.portal();
    let missing = portal.agencies.iter().filter(|agency| portal.is_missing(agency, year));
    let item = |agency: &Arc<Agency>| MissingItem {
        agency: agency.name(site.language).to_owned(),
        href: Subject::Agency(agency.id.clone()).route().to_string(),
        due: portal.due(agency, year),
    };
    missing.map(item).collect()
}

fn totals(site: &Site<'_>, year: u16) -> Vec<TotalsView> {
    forms_of(site.portal(), year).iter().map(|form| totals_of(site, year, form)).collect()
}

/// The forms of the reports of a year.
pub(super) fn forms_of(portal: &Portal, year: u16) -> Vec<Arc<Form>> {
    let mut forms: Vec<Arc<Form>> = Vec::new();
    for form in portal.reports_in(year).filter_map(|report| report.form.as_ref()) {
        if !forms.iter().any(|known| known.id == form.id) {
            forms.push(form.clone());
        }
    }
    forms
}

/// The reports of a year of one form: first those for a whole area, which hold figures of
/// others already, then all others.
pub(super) fn by_scope<'p>(
    portal: &'p Portal,
    year: u16,
    form: &Form,
) -> (Vec<&'p Arc<Report>>, Vec<&'p Arc<Report>>) {
    let of_form = |report: &&Arc<Report>| report.form.as_ref().is_some_and(|own| own.id == form.id);
    let is_area =
        |report: &&Arc<Report>| portal.agency(&report.agency).is_some_and(|agency| agency.file.area);
    portal.reports_in(year).filter(of_form).partition(is_area)
}

/// The totals of one form: agencies that report for their whole area are left out, since
/// their figures hold those of others already.
fn totals_of(site: &Site<'_>, year: u16, form: &Arc<Form>) -> TotalsView {
    let (areas, single) = by_scope(site.portal(), year, form);
    let reports = || single.iter().map(|report| &***report);
    let highlight = |highlight: &Highlight| {
        let mut values: Vec<Decimal> = reports().filter_map(|report| report.highlight(highlight)).collect();
        values.sort_unstable_by(|a, b| b.cmp(a));
        let parts = values.iter().filter(|value| !value.is_zero());
        let parts = parts.take(if values.len() > MANY { 0 } else { MANY });
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
