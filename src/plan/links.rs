//! Links of narratives and prose pages that lead nowhere on the site.

use super::{Plan, Subject};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::document::Link;
use crate::model::Portal;
use crate::path::{Route, SourcePath, decode};

/// Finds dead links.
pub(super) fn check(portal: &Portal, plan: &Plan, found: &mut Diagnostics) {
    for report in &portal.reports {
        if !report.links.is_empty() {
            let route = Subject::Report(report.agency.to_string(), report.year).route();
            check_links(plan, &route, &report.links, &report.narrative_file(), found);
        }
    }
    for (name, page) in &portal.pages {
        let route = Subject::Prose(name.to_string()).route();
        let file = SourcePath::new(format!("content/{name}.md"));
        check_links(plan, &route, &page.links, &file, found);
    }
}

fn check_links(plan: &Plan, from: &Route, links: &[Link], file: &SourcePath, found: &mut Diagnostics) {
    for link in links {
        if target(from, &link.to).is_some_and(|target| plan.find(&target).is_none()) {
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
