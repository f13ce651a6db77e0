//! The feed (RFC 4287) and the list of all pages for search engines (sitemaps.org).

use std::sync::Arc;

use serde::Serialize;

use super::Subject;
use super::correction::{ChangeItem, CorrectionView};
use super::frame::Site;
use super::page::PageView;
use super::{correction, home, series, year_table};
use crate::diagnostic::Catalogue;
use crate::model::{Agency, Portal, Report};

/// How many entries the feed holds.
const ENTRIES: usize = 20;
/// How many addresses the protocol allows in one file.
const ADDRESSES: usize = 50_000;
/// How many addresses a part holds: several parts are made side by side, each held in memory.
const PART: usize = 10_000;

/// What the template of the feed sees as `feed`.
#[derive(Serialize)]
pub struct FeedView {
    /// When anything in it last changed, as RFC 3339.
    updated: String,
    entries: Vec<Entry>,
}

/// One report, or one correction, in the feed.
#[derive(Serialize)]
pub struct Entry {
    title: String,
    agency: String,
    url: String,
    published: String,
    updated: String,
    /// What was changed, of a correction.
    change: Option<CorrectionView>,
}

/// What the template of a sitemap sees as `sitemap`.
#[derive(Serialize)]
pub struct SitemapView {
    /// The addresses of pages.
    pages: Vec<Address>,
    /// The addresses of the parts, where one file is not enough.
    parts: Vec<String>,
}

#[derive(Serialize)]
struct Address {
    url: String,
    updated: Option<String>,
}

/// A day as a moment: its beginning, UTC.
fn moment(day: &str) -> String {
    format!("{day}T00:00:00Z")
}

pub(super) fn insert_feed(site: &Site<'_>, context: &mut tera::Context) -> PageView {
    let portal = site.portal();
    let entry = |item: &super::report::ReportItem| {
        let published = item.published.clone().unwrap_or_default();
        let report = portal.report(&item.agency_id, item.year);
        let updated = report.and_then(|report| report.updated()).unwrap_or(&published);
        let subject = Subject::Report(item.agency_id.as_str().into(), item.year);
        Entry {
            title: item.title.clone(),
            agency: item.agency.clone(),
            url: site.url(&subject),
            published: moment(&published),
            updated: moment(updated),
            change: None,
        }
    };
    let mut entries: Vec<Entry> = home::newest(site, ENTRIES).iter().map(entry).collect();
    entries.extend(correction::changes(site, ENTRIES).into_iter().map(|change| of_change(site, change)));
    entries.sort_by(|a, b| b.published.cmp(&a.published));
    entries.truncate(ENTRIES);
    let updated = entries.iter().map(|entry| entry.updated.clone()).max();
    let feed = FeedView { updated: updated.unwrap_or_else(|| moment("1970-01-01")), entries };
    context.insert("feed", &feed);
    PageView::new(site, &Subject::Feed, String::new())
}

/// A correction in the feed; it lies at the report's page.
fn of_change(site: &Site<'_>, change: ChangeItem) -> Entry {
    let title = Catalogue::get().word("correction-title", site.language);
    let at = site.url(&change.subject);
    let when = moment(&change.correction.date);
    Entry {
        title: title.replace("{title}", &change.title),
        url: format!("{at}#{}", change.id()),
        agency: change.agency,
        published: when.clone(),
        updated: when,
        change: Some(change.correction),
    }
}

/// The pages that are in the sitemap.
fn pages(portal: &Portal) -> impl Iterator<Item = (Subject, Option<&str>)> {
    let fixed = [
        Subject::Home,
        Subject::Agencies,
        Subject::Years,
        Subject::Changes,
        Subject::Compare,
        Subject::Forms,
    ]
    .into_iter();
    let years = portal.years().map(Subject::Year).chain(year_table::pages(portal));
    let forms = portal.forms.in_use(&portal.settings).map(|form| Subject::Form(form.id.to_string()));
    let prose = portal.pages.iter().filter(|(name, _)| &**name != "index");
    let prose = prose.map(|(name, _)| Subject::Prose(name.to_string()));
    let agencies = portal.agencies.iter().map(|agency| Subject::Agency(agency.id.clone()));
    let figures = with_figures(portal).map(|agency| Subject::Series(agency.id.clone()));
    let undated = fixed
        .chain(years)
        .chain(forms)
        .chain(prose)
        .chain(agencies)
        .chain(figures)
        .map(|subject| (subject, None));
    let reports = portal.reports.iter();
    undated.chain(
        reports.map(|report| (Subject::Report(report.agency.clone(), report.year), last_changed(report))),
    )
}

/// The day a report last changed, as far as anyone knows.
pub(super) fn last_changed(report: &Report) -> Option<&str> {
    report.updated().or(report.head.published.as_deref())
}

/// The agencies that have a page of their figures.
fn with_figures(portal: &Portal) -> impl Iterator<Item = &Arc<Agency>> {
    portal.agencies.iter().filter(|agency| series::is_wanted(portal, &agency.id))
}

/// The numbers of the parts, where one file is not enough.
pub(super) fn sitemap_parts(portal: &Portal) -> std::ops::Range<usize> {
    let forms = portal.forms.in_use(&portal.settings).count();
    let years = portal.years().count() + year_table::pages(portal).count();
    let others = 6 + years + forms + portal.pages.len() + portal.agencies.len();
    let others = others + with_figures(portal).count();
    let all = (portal.reports.len() + others) * portal.settings.languages().count();
    if all <= ADDRESSES { 1..1 } else { 1..all.div_ceil(PART) + 1 }
}

pub(super) fn insert_sitemap(site: &Site<'_>, part: Option<usize>, context: &mut tera::Context) -> PageView {
    let portal = site.portal();
    let parts = sitemap_parts(portal);
    let folders: Vec<String> = portal.settings.languages().map(|language| site.folder_of(language)).collect();
    let pages = || folders.iter().flat_map(|folder| pages(portal).map(move |page| (folder, page)));
    let address = |(folder, (subject, updated)): (&String, (Subject, Option<&str>))| Address {
        url: site.url_in(folder, &subject),
        updated: updated.map(str::to_owned),
    };
    let view = match part {
        None if !parts.is_empty() => {
            let part = |number| site.url(&Subject::Sitemap(Some(number)));
            SitemapView { pages: Vec::new(), parts: parts.map(part).collect() }
        }
        None => SitemapView { pages: pages().map(address).collect(), parts: Vec::new() },
        Some(number) => {
            let some = pages().skip((number - 1) * PART).take(PART);
            SitemapView { pages: some.map(address).collect(), parts: Vec::new() }
        }
    };
    context.insert("sitemap", &view);
    PageView::new(site, &Subject::Sitemap(part), String::new())
}
