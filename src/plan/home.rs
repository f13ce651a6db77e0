//! The home page and the prose pages.

use std::sync::Arc;

use serde::Serialize;

use super::Subject;
use super::frame::Site;
use super::page::PageView;
use super::report::ReportItem;
use super::{agency, correction, links, year};
use crate::model::Report;

/// How many of the newest reports the home page shows.
const NEWEST: usize = 8;
/// How many of the newest corrections.
const CHANGES: usize = 4;

#[derive(Serialize)]
struct ProseView {
    /// The language it is in, where that is not the one of the page.
    lang: Option<String>,
    title: String,
    description: String,
    published: Option<String>,
    source: Option<String>,
    part: Option<&'static str>,
    html: tera::Value,
    extra: serde_json::Value,
}

fn prose(site: &Site<'_>, name: &str) -> Option<ProseView> {
    let (page, language) = site.portal().page(name, site.language)?;
    // A page says its date and part once, for all its languages.
    let own = site.portal().page(name, site.portal().language()).map(|(own, _)| own);
    Some(ProseView {
        lang: (language != site.language).then(|| language.to_owned()),
        title: page.title.clone(),
        description: page.description.clone(),
        published: page.published.clone().or_else(|| own.and_then(|own| own.published.clone())),
        source: page.source.clone(),
        part: own.and_then(|own| own.part),
        html: links::text(site, &Subject::Prose(name.to_owned()), &page.html),
        extra: page.extra.clone(),
    })
}

pub(super) fn insert(site: &Site<'_>, context: &mut tera::Context) -> PageView {
    let portal = site.portal();
    context.insert("prose", &prose(site, "index"));
    site.insert(context, &Subject::Home, "newest", || newest(site, NEWEST));
    site.insert(context, &Subject::Home, "agencies", || agency::items(site, &Subject::Home));
    site.insert(context, &Subject::Home, "changes", || correction::changes(site, CHANGES));
    let year = portal.years().next_back();
    if let Some(year) = year {
        year::insert(site, year, &Subject::Home, context);
    }
    context.insert("has_reports", &year.is_some());
    let settings = &portal.settings;
    let page = PageView::new(site, &Subject::Home, String::new());
    page.about(settings.description.get(site.language))
}

/// The reports published last, the newest first.
pub(super) fn newest(site: &Site<'_>, count: usize) -> Vec<ReportItem> {
    let portal = site.portal();
    let mut reports: Vec<&Arc<Report>> =
        portal.reports.iter().filter(|r| r.head.published.is_some()).collect();
    let key = |report: &&Arc<Report>| (report.head.published.clone(), report.year, report.agency.clone());
    let count = count.min(reports.len());
    if count == 0 {
        return Vec::new();
    }
    reports.select_nth_unstable_by(count - 1, |a, b| key(b).cmp(&key(a)));
    reports.truncate(count);
    reports.sort_by_key(|report| std::cmp::Reverse(key(report)));
    let item = |report: &&Arc<Report>| Some(ReportItem::new(site, portal.agency(&report.agency)?, report));
    reports.iter().filter_map(item).collect()
}

pub(super) fn insert_prose(site: &Site<'_>, name: &str, context: &mut tera::Context) -> Option<PageView> {
    let prose = prose(site, name)?;
    let page = PageView::new(site, &Subject::Prose(name.to_owned()), prose.title.clone());
    let page = page.about(prose.description.clone());
    context.insert("prose", &prose);
    Some(page)
}
