//! The list of agencies, and the page of one agency over the years.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Subject;
use super::chart::ChartView;
use super::compare;
use super::frame::Site;
use super::page::PageView;
use super::report::{self, ReportItem};
use super::timeline::day_number;
use crate::diagnostic::Catalogue;
use crate::language::Localised;
use crate::model::{Agency, AgencyReports, Report};

/// An agency in a list.
#[derive(Clone, Serialize)]
pub(super) struct AgencyItem {
    id: String,
    name: String,
    short: String,
    region: String,
    kind: String,
    kind_id: String,
    href: String,
    /// One mark per year of the portal, if anybody asks for them.
    marks: Vec<YearMark>,
    reports: usize,
    newest: Option<u16>,
    /// The figure that stands first for its newest report, if anybody asks for it.
    figure: String,
}

/// The agencies of one kind.
#[derive(Serialize)]
struct GroupView {
    id: String,
    label: String,
    agencies: Vec<AgencyItem>,
}

/// What the list of agencies can be narrowed by.
#[derive(Serialize)]
struct FacetsView {
    /// The regions, with how many agencies each has.
    regions: Vec<(String, usize)>,
    /// The years of the portal, the newest first.
    years: Vec<u16>,
    /// What the figure beside each agency is called.
    figure: String,
}

/// What is known of the report of one year.
#[derive(Serialize)]
struct CalendarRow {
    mark: YearMark,
    published: Option<String>,
    due: Option<String>,
    /// By how many days it was late.
    days_late: i64,
    /// Whether there are tables to check.
    has_figures: bool,
    /// How many findings nobody accepted, how many were accepted, how many corrections and
    /// attachments there are.
    open: usize,
    accepted: usize,
    corrections: usize,
    attachments: usize,
    /// The page that sets it against the year before.
    pair: Option<String>,
}

/// What became of the report of one year.
#[derive(Clone, Serialize)]
pub(super) struct YearMark {
    /// The year.
    pub year: u16,
    /// `published`, `late`, `missing`, or `none` where none is expected.
    pub state: &'static str,
    /// Whether there are findings nobody accepted.
    pub findings: bool,
    /// The report's page; empty when there is none.
    pub href: String,
}

#[derive(Serialize)]
struct AgencyView {
    id: String,
    name: String,
    short: String,
    region: String,
    kind: String,
    since: Option<u16>,
    until: Option<u16>,
    area: bool,
    parent: Option<AgencyRef>,
    children: Vec<AgencyRef>,
    successor: Option<AgencyRef>,
    former: Vec<FormerView>,
    contact: ContactView,
    /// The way to its figures over the years; empty where there are none.
    series: String,
    extra: serde_json::Value,
}

#[derive(Serialize)]
struct AgencyRef {
    name: String,
    href: String,
}

#[derive(Serialize)]
struct FormerView {
    name: String,
    until: Option<u16>,
}

#[derive(Serialize)]
struct ContactView {
    office: String,
    address: String,
    phone: String,
    email: String,
    postcode: String,
}

/// One figure over the years, for a table or chart.
#[derive(Serialize)]
struct SeriesView {
    id: String,
    label: String,
    points: Vec<PointView>,
}

#[derive(Serialize)]
struct PointView {
    year: u16,
    value: String,
    href: String,
}

impl AgencyItem {
    fn new(site: &Site<'_>, of: &Subject, AgencyReports { agency, reports }: AgencyReports<'_>) -> Self {
        let (kind_id, kind) = kind(site, agency);
        let asks = |name| site.drawn.asks(of, name);
        let figure = reports.last().filter(|_| asks("figure")).and_then(|report| first_figure(report));
        Self {
            id: agency.id.to_string(),
            name: agency.name(site.language).to_owned(),
            short: agency.short(site.language).to_owned(),
            region: text(site, agency.file.region.as_ref()),
            kind,
            kind_id,
            href: Subject::Agency(agency.id.clone()).route().to_string(),
            marks: if asks("marks") { marks(site, agency, reports) } else { Vec::new() },
            reports: reports.len(),
            newest: reports.last().map(|report| report.year),
            figure: figure.unwrap_or_default(),
        }
    }
}

pub(super) fn text(site: &Site<'_>, text: Option<&Localised>) -> String {
    text.map(|text| text.get(site.language).to_owned()).unwrap_or_default()
}

/// The figure that stands first for a report.
fn first_figure(report: &Report) -> Option<String> {
    let figure = report.form.as_ref()?.highlights.first()?;
    report.highlight(figure).map(|figure| figure.to_string())
}

/// The kind of an agency: id and name, by the newest form in use.
pub(super) fn kind(site: &Site<'_>, agency: &Agency) -> (String, String) {
    let portal = site.portal();
    let forms = portal.forms.in_use(&portal.settings).collect::<Vec<_>>();
    let known = forms.iter().rev().find_map(|form| form.kind(agency.file.kind.as_deref()));
    known.map(|kind| (kind.id.to_string(), kind.label.get(site.language).to_owned())).unwrap_or_default()
}

/// What became of the report of each year of the portal.
fn marks(site: &Site<'_>, agency: &Agency, reports: &[std::sync::Arc<Report>]) -> Vec<YearMark> {
    let portal = site.portal();
    let mark = |year: u16| {
        let found = reports.iter().find(|report| report.year == year);
        let Some(report) = found else {
            let state = if portal.expects(agency, year) { "missing" } else { "none" };
            return YearMark { year, state, findings: false, href: String::new() };
        };
        let state = if portal.is_late(agency, report) { "late" } else { "published" };
        let href = Subject::Report(agency.id.clone(), year).route().to_string();
        YearMark { year, state, findings: report::open_findings(site, report) > 0, href }
    };
    portal.years().map(mark).collect()
}

/// What is known of the report of each year, the newest first.
fn calendar(site: &Site<'_>, agency: &Agency, reports: &[std::sync::Arc<Report>]) -> Vec<CalendarRow> {
    let row = |mark: YearMark| {
        let report = reports.iter().find(|report| report.year == mark.year);
        let published = report.and_then(|report| report.head.published.clone());
        let due = site.portal().due(agency, mark.year);
        let late = published.as_deref().zip(due.as_deref());
        let late = late.and_then(|(published, due)| Some(day_number(published)? - day_number(due)?));
        CalendarRow {
            published,
            due,
            days_late: late.unwrap_or_default().max(0),
            has_figures: report.is_some_and(|report| report.form.is_some()),
            open: report.map_or(0, |report| report::open_findings(site, report)),
            accepted: report.map_or(0, |report| site.checked.found_in(report).accepted()),
            corrections: report.map_or(0, |report| report.head.corrections.len()),
            pair: report.and_then(|report| compare::pair_of(site, report)),
            attachments: report.map_or(0, |report| report.attachments.len()),
            mark,
        }
    };
    marks(site, agency, reports).into_iter().rev().map(row).collect()
}

pub(super) fn insert_list(site: &Site<'_>, context: &mut tera::Context) -> PageView {
    let items = items(site, &Subject::Agencies);
    site.insert(context, &Subject::Agencies, "facets", || facets(site, &items));
    site.insert(context, &Subject::Agencies, "groups", || groups(&items));
    site.insert(context, &Subject::Agencies, "agencies", || &items);
    let title = Catalogue::get().word("agencies", site.language);
    PageView::new(site, &Subject::Agencies, title.to_owned())
}

/// The agencies by kind, in the order their kinds first come up.
fn groups(items: &[AgencyItem]) -> Vec<GroupView> {
    let mut groups: indexmap::IndexMap<&str, GroupView> = indexmap::IndexMap::new();
    for item in items {
        let group = groups.entry(&item.kind_id).or_insert_with(|| {
            let (id, label) = (item.kind_id.clone(), item.kind.clone());
            GroupView { id, label, agencies: Vec::new() }
        });
        group.agencies.push(item.clone());
    }
    groups.into_values().collect()
}

fn facets(site: &Site<'_>, items: &[AgencyItem]) -> FacetsView {
    let mut regions: BTreeMap<&str, usize> = BTreeMap::new();
    for item in items {
        *regions.entry(&item.region).or_default() += 1;
    }
    let portal = site.portal();
    let forms = portal.forms.in_use(&portal.settings);
    let figure = forms.last().and_then(|form| form.highlights.first());
    FacetsView {
        regions: regions.into_iter().map(|(region, count)| (region.to_owned(), count)).collect(),
        years: portal.years().rev().collect(),
        figure: figure.map(|figure| figure.label.get(site.language).to_owned()).unwrap_or_default(),
    }
}

/// All agencies, as lists show them.
pub(super) fn items(site: &Site<'_>, of: &Subject) -> Vec<AgencyItem> {
    site.portal().by_agency().map(|one| AgencyItem::new(site, of, one)).collect()
}

pub(super) fn insert(site: &Site<'_>, id: &str, context: &mut tera::Context) -> Option<PageView> {
    let portal = site.portal();
    let agency = portal.agency(id)?;
    let reports = portal.reports_of(id);
    context.insert("agency", &view(site, agency));
    let subject = Subject::Agency(id.into());
    context.insert("years", &marks(site, agency, reports));
    site.insert(context, &subject, "calendar", || calendar(site, agency, reports));
    let items: Vec<_> = reports.iter().rev().map(|report| ReportItem::new(site, agency, report)).collect();
    context.insert("reports", &items);
    let series = series(site, &items);
    site.insert(context, &subject, "charts", || charts(&series));
    context.insert("series", &series);
    let name = agency.name(site.language).to_owned();
    let agencies = Catalogue::get().word("agencies", site.language);
    let page = PageView::new(site, &subject, name.clone()).about(name);
    Some(page.below(agencies, &Subject::Agencies))
}

fn view(site: &Site<'_>, agency: &Agency) -> AgencyView {
    let portal = site.portal();
    let reference = |agency: &Agency| AgencyRef {
        name: agency.name(site.language).to_owned(),
        href: Subject::Agency(agency.id.clone()).route().to_string(),
    };
    let named = |id: &Option<String>| portal.agency(id.as_deref()?).map(|agency| reference(agency));
    let children = portal.agencies.iter().filter(|other| other.file.parent.as_deref() == Some(&*agency.id));
    let file = &agency.file;
    AgencyView {
        id: agency.id.to_string(),
        name: agency.name(site.language).to_owned(),
        short: text(site, file.short.as_ref()),
        region: text(site, file.region.as_ref()),
        kind: kind(site, agency).1,
        since: file.since,
        until: file.until,
        area: file.area,
        parent: named(&file.parent),
        successor: named(&file.successor),
        children: children.map(|agency| reference(agency)).collect(),
        former: file
            .former
            .iter()
            .map(|f| FormerView { name: text(site, Some(&f.name)), until: f.until })
            .collect(),
        contact: ContactView {
            office: text(site, file.contact.office.as_ref()),
            address: text(site, file.contact.address.as_ref()),
            phone: file.contact.phone.clone().unwrap_or_default(),
            email: file.contact.email.clone().unwrap_or_default(),
            postcode: file.contact.postcode.clone().unwrap_or_default(),
        },
        series: super::series::href(site, &agency.id),
        extra: file.extra.clone(),
    }
}

/// The figures that stand for the reports, each over the years, oldest first.
fn series(site: &Site<'_>, items: &[ReportItem]) -> Vec<SeriesView> {
    let portal = site.portal();
    let mut series: Vec<SeriesView> = Vec::new();
    for form in portal.forms.in_use(&portal.settings) {
        for highlight in &form.highlights {
            if series.iter().any(|known| *known.id == *highlight.id) {
                continue;
            }
            let point = |item: &ReportItem| {
                let own = item.highlights.iter().find(|own| *own.id == *highlight.id)?;
                Some(PointView {
                    year: item.year,
                    value: own.value.clone(),
                    href: match own.cell.as_str() {
                        "" => item.href.clone(),
                        cell => format!("{}#{cell}", item.href),
                    },
                })
            };
            let points: Vec<PointView> = items.iter().rev().filter_map(point).collect();
            if !points.is_empty() {
                let (id, label) = (highlight.id.to_string(), highlight.label.get(site.language).to_owned());
                series.push(SeriesView { id, label, points });
            }
        }
    }
    series
}

/// The series as charts, all over the same years.
fn charts(series: &[SeriesView]) -> Vec<ChartView> {
    let years = || series.iter().flat_map(|line| line.points.iter().map(|point| point.year));
    let (Some(first), Some(last)) = (years().min(), years().max()) else { return Vec::new() };
    let chart = |line: &SeriesView| {
        let figure = |year: u16| {
            let point = line.points.iter().find(|point| point.year == year)?;
            point.value.parse().ok()
        };
        let figures: Vec<_> = (first..=last).map(|year| (year, figure(year))).collect();
        ChartView::new(&line.id, &line.label, &figures)
    };
    series.iter().filter_map(chart).collect()
}
