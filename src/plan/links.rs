//! Links of narratives and prose pages that lead nowhere on the site.

use rayon::prelude::*;

use super::frame::Site;
use super::{Drawn, Subject, find};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::document::{Link, Prose};
use crate::model::{Portal, Report};
use crate::path::{Route, SourcePath, decode};

/// The mark around the value of an attribute.
const QUOTE: char = '\u{22}';

/// Finds dead links.
pub(super) fn check(portal: &Portal, drawn: &Drawn, found: &mut Diagnostics) {
    let leads = |route: &str| find(portal, drawn, route).is_some();
    let doubtful = |report: &Report| report.links.iter().any(|link| !is_beside(report, link));
    let doubtful: Vec<_> = portal.reports.par_iter().filter(|report| doubtful(report)).collect();
    for report in doubtful {
        let route = Subject::Report(report.agency.clone(), report.year).route();
        check_links(&leads, &route, &report.links, &report.narrative_file(), found);
    }
    let mut page = |name: &str, end: &str, page: &Prose| {
        let route = Subject::Prose(name.to_owned()).route();
        let file = SourcePath::new(format!("content/{name}{end}.md"));
        check_links(&leads, &route, &page.links, &file, found);
    };
    portal.pages.iter().for_each(|(name, own)| page(name, "", own));
    let translations = &portal.translations;
    translations.iter().for_each(|((name, language), own)| page(name, &format!(".{language}"), own));
}

/// Whether a link plainly leads to a file beside a report, as most links of reports do.
fn is_beside(report: &Report, link: &Link) -> bool {
    !link.to.contains(['%', '?', '#', ':']) && report.attachments.iter().any(|file| file.name() == link.to)
}

/// Text of a page as it stands on that page. In another language the page lies in another
/// folder: links to what is there too stay as they are, all others go back to where they led.
pub(super) fn text(site: &Site<'_>, page: &Subject, html: &str) -> tera::Value {
    if site.is_own() {
        return tera::Value::safe_string(html);
    }
    let own = page.route();
    let folder = own.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
    let back = format!("{}../{folder}/", own.root()).replace("//", "/");
    let stays = |link: &str| {
        let target = target(&own, &link.replace("&amp;", "&"));
        target.is_none_or(|target| is_page(&target, site))
    };
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    // Nothing else opens so: the text of the page has no markup of its own.
    while let Some(at) = next_link(rest) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let link = &rest[..rest.find(QUOTE).unwrap_or(rest.len())];
        if !link.starts_with('/') && !stays(link) {
            out.push_str(&back);
        }
    }
    out.push_str(rest);
    tera::Value::safe_string(&out)
}

/// Whether a route is one of a page that is there in every language. Files of reports lie
/// deeper.
fn is_page(route: &str, site: &Site<'_>) -> bool {
    let names: Vec<&str> = route.split('/').collect();
    let mut languages = site.portal().settings.others.iter();
    names.last() == Some(&"index.html")
        && names.len() <= 4
        && !languages.any(|language| **language == *names[0])
}

/// Where the next link of a text begins.
fn next_link(html: &str) -> Option<usize> {
    let link = |tag: &&str| Some(html.find(*tag)? + tag.len() + 1);
    ["<a href=", "<img src="].iter().filter_map(link).min()
}

/// Finds the links of a page that lead to no route that `leads` anywhere.
fn check_links(
    leads: &dyn Fn(&str) -> bool,
    from: &Route,
    links: &[Link],
    file: &SourcePath,
    found: &mut Diagnostics,
) {
    for link in links {
        if target(from, &link.to).is_some_and(|target| !leads(&target)) {
            let diagnostic = Diagnostic::new("links/dead").fact("link", link.to.as_str());
            found.push(diagnostic.at(Place::new(file, link.range.clone())));
        }
    }
}

/// The route a link leads to; `None` when it leaves the site or stays on the page.
fn target(from: &Route, link: &str) -> Option<String> {
    let path = link.split(['?', '#']).next().unwrap_or_default();
    let outside = path.starts_with("//") || path.find(':').is_some_and(|at| !path[..at].contains('/'));
    if path.is_empty() || outside {
        return None;
    }
    let path = decode(path).unwrap_or_else(|| path.to_owned());
    let mut names: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from.as_str().split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect(),
    };
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    let mut target = names.join("/");
    if path.ends_with('/') || path.ends_with("..") || path == "." || target.is_empty() {
        target = Route::page(&target).to_string();
    }
    Some(target)
}
