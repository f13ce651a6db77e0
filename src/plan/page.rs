//! What templates know as `page`: where it is and what it is called.

use serde::Serialize;

use super::Subject;
use super::frame::Site;
use crate::language::Language;

/// One page (or feed, or sitemap).
#[derive(Clone, Debug, Serialize)]
pub struct PageView {
    /// Its kind: the name of its template without the ending.
    kind: String,
    /// Its title; empty for the home page and pages that have none.
    title: String,
    /// What it is about, in a sentence.
    description: String,
    /// Its file below the top of the pages in its language.
    route: String,
    /// Its absolute address.
    url: String,
    /// The way up to the top of the pages in its language; put it before every `href`.
    root: String,
    /// The way back to it: (title, href), from the top.
    crumbs: Vec<Crumb>,
    /// The page in every language, this one among them; empty where there is one only.
    languages: Vec<InLanguage>,
}

/// A page in a language.
#[derive(Clone, Debug, Serialize)]
struct InLanguage {
    language: String,
    href: String,
    url: String,
}

/// One step of the way to a page.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Crumb {
    title: String,
    href: String,
}

impl PageView {
    pub(super) fn new(site: &Site<'_>, subject: &Subject, title: String) -> Self {
        let route = subject.route();
        let template = subject.template().unwrap_or_default();
        Self {
            kind: template.split('.').next().unwrap_or_default().to_owned(),
            title,
            description: String::new(),
            url: site.url(subject),
            root: route.root(),
            route: route.to_string(),
            crumbs: Vec::new(),
            languages: languages(site, subject),
        }
    }

    /// Says what the page is about.
    pub(super) fn about(self, description: impl Into<String>) -> Self {
        Self { description: description.into(), ..self }
    }

    /// Adds a step of the way to it.
    pub(super) fn below(mut self, title: impl Into<String>, above: &Subject) -> Self {
        self.crumbs.push(Crumb { title: title.into(), href: above.route().to_string() });
        self
    }

    /// Links from where the portal will stand: a host shows this page at any address.
    pub(super) fn linked_from_base_url(self, site: &Site<'_>) -> Self {
        Self { root: site.portal().settings.base_path().to_owned(), ..self }
    }
}

fn languages(site: &Site<'_>, subject: &Subject) -> Vec<InLanguage> {
    let settings = &site.portal().settings;
    if settings.others.is_empty() || subject.is_shared() {
        return Vec::new();
    }
    let page = |language: &Language| {
        let folder = site.folder_of(language);
        let href = format!("{}{folder}{}", site.top(), subject.route());
        InLanguage { language: language.to_string(), href, url: site.url_in(&folder, subject) }
    };
    settings.languages().map(page).collect()
}
