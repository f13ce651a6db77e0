//! What every page shows: the portal's name, its menu, years, foot.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::letters::Letters;
use super::page::PageView;
use super::table::Grids;
use super::{
    Subject, agency, compare, correction, data, feed, form, home, report, search, series, year, year_table,
};
use crate::document::{Facts, Prose};
use crate::model::{Checked, Portal};

/// A static file of the theme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asset {
    /// Its name on the site, with a piece of its fingerprint.
    pub published: String,
    /// Its route below the top of the site.
    pub href: String,
}

/// What a theme draws: its static files, and the kinds of output it wants.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The static files by name.
    pub assets: BTreeMap<String, Asset>,
    /// The kinds of output, by [`Subject::kind`]; all where the theme names none.
    pub kinds: Option<BTreeSet<String>>,
    /// The names that each template of an output mentions, by template: a view leaves out
    /// what is large and nobody mentions.
    pub names: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Drawn {
    /// Whether the theme wants an output.
    pub fn wants(&self, subject: &Subject) -> bool {
        let kind = subject.kind();
        let optional = Subject::KINDS.contains(&kind);
        !optional || self.kinds.as_ref().is_none_or(|kinds| kinds.contains(kind))
    }

    /// Whether the template of an output may ask for a variable, or for a part of one.
    pub fn asks(&self, subject: &Subject, name: &str) -> bool {
        let names = subject.template().and_then(|template| self.names.get(template));
        names.is_none_or(|names| names.contains(name))
    }
}

/// What templates know as `site`: the same on every page.
#[derive(Clone, Debug, Serialize)]
pub struct SiteView {
    title: String,
    description: String,
    language: String,
    /// The language that reports are written in.
    written: String,
    /// Where the pages in its language stand.
    base_url: String,
    /// The way from there to what there is for all languages: put it before `sitemap.xml`.
    top: &'static str,
    feed: Option<String>,
    search: Option<String>,
    /// Whether every report is there as a piece of HTML for other sites too.
    embed: bool,
    data: Option<String>,
    compare: Option<String>,
    menu: Vec<MenuItem>,
    /// The parts of the disclosure column that are pages, in their order.
    parts: Vec<PartItem>,
    years: Vec<u16>,
    newest: Option<u16>,
    counts: Counts,
    facts: FactsView,
    /// The theme's static files by name.
    assets: BTreeMap<String, String>,
    extra: serde_json::Value,
    generator: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct MenuItem {
    title: String,
    href: String,
}

#[derive(Clone, Debug, Serialize)]
struct PartItem {
    part: &'static str,
    href: String,
}

#[derive(Clone, Debug, Serialize)]
struct Counts {
    agencies: usize,
    reports: usize,
    years: usize,
}

#[derive(Clone, Debug, Serialize)]
struct FactsView {
    organiser: Option<String>,
    operator: Option<String>,
    contact: Option<String>,
    site_id_code: Option<String>,
    icp: Option<String>,
    police_record: Option<String>,
    correction_url: Option<String>,
    identity_url: Option<String>,
}

impl FactsView {
    fn new(facts: &Facts, language: &str) -> Self {
        let text =
            |text: &Option<crate::language::Localised>| text.as_ref().map(|t| t.get(language).to_owned());
        Self {
            organiser: text(&facts.organiser),
            operator: text(&facts.operator),
            contact: text(&facts.contact),
            site_id_code: facts.site_id_code.clone(),
            icp: facts.icp.clone(),
            police_record: facts.police_record.clone(),
            correction_url: facts.correction_url.clone(),
            identity_url: facts.identity_url.clone(),
        }
    }
}

/// The portal as views are made from it, in one language.
pub struct Site<'c> {
    /// The portal and what was found in it.
    pub checked: &'c Checked,
    /// The language of the pages.
    pub language: &'c str,
    /// The tables of all forms, laid out.
    pub grids: &'c Grids,
    /// What the theme draws.
    pub drawn: &'c Drawn,
    /// The characters that can be printed; `None` where nothing is.
    pub letters: Option<&'c Letters>,
}

impl<'c> Site<'c> {
    /// Inserts a part of a view, if its template asks for it.
    pub(super) fn insert<T: Serialize>(
        &self,
        context: &mut tera::Context,
        subject: &Subject,
        name: &'static str,
        make: impl FnOnce() -> T,
    ) {
        if self.drawn.asks(subject, name) {
            context.insert(name, &make());
        }
    }

    /// The portal.
    pub fn portal(&self) -> &'c Portal {
        &self.checked.portal
    }

    /// What every page shows.
    pub fn view(&self) -> SiteView {
        let portal = self.portal();
        let settings = &portal.settings;
        let mut pages: Vec<_> =
            portal.pages.iter().filter_map(|(name, page)| Some((page.menu?, &**name))).collect();
        pages.sort_unstable();
        let item = |(_, name): (u16, &str)| MenuItem {
            title: self
                .portal()
                .page(name, self.language)
                .map(|(page, _)| page.title.clone())
                .unwrap_or_default(),
            href: Subject::Prose(name.to_owned()).route().to_string(),
        };
        let years: Vec<u16> = portal.years().rev().collect();
        SiteView {
            title: settings.title.get(self.language).to_owned(),
            description: settings.description.get(self.language).to_owned(),
            language: self.language.to_owned(),
            written: settings.language.to_string(),
            base_url: format!("{}{}", settings.base_url, self.folder_of(self.language)),
            top: self.top(),
            feed: (settings.feeds && self.drawn.wants(&Subject::Feed))
                .then(|| Subject::Feed.route().to_string()),
            data: self.drawn.wants(&Subject::Data).then(|| Subject::Data.route().to_string()),
            search: self.drawn.wants(&Subject::Search).then(|| Subject::Search.route().to_string()),
            embed: settings.embed,
            compare: self.drawn.wants(&Subject::Compare).then(|| Subject::Compare.route().to_string()),
            menu: pages.into_iter().map(item).collect(),
            parts: self.parts(),
            newest: years.first().copied(),
            counts: Counts {
                agencies: portal.agencies.len(),
                reports: portal.reports.len(),
                years: years.len(),
            },
            years,
            facts: FactsView::new(&settings.facts, self.language),
            assets: self
                .drawn
                .assets
                .iter()
                .map(|(name, asset)| (name.clone(), format!("{}{}", self.top(), asset.href)))
                .collect(),
            extra: settings.extra.clone(),
            generator: concat!("gongkai ", env!("CARGO_PKG_VERSION")),
        }
    }

    /// The view of one output: `page`, and what its kind of page shows. `None` for what no
    /// template draws, or what is not there (any more).
    pub fn view_of(&self, subject: &Subject) -> Option<tera::Context> {
        let mut context = tera::Context::new();
        let subject = subject.in_language().1;
        let page = match subject {
            Subject::Home => home::insert(self, &mut context),
            Subject::Agencies => agency::insert_list(self, &mut context),
            Subject::Agency(id) => agency::insert(self, id, &mut context)?,
            Subject::Series(id) => series::insert(self, id, &mut context)?,
            Subject::Report(agency, year) | Subject::Embed(agency, year) => {
                report::insert(self, agency, *year, subject, &mut context)?
            }
            Subject::Years => year::insert_list(self, &mut context),
            Subject::Year(year) => year::insert(self, *year, subject, &mut context),
            Subject::YearTable(year, table) => year_table::insert(self, *year, *table, &mut context)?,
            Subject::Changes => correction::insert(self, &mut context),
            Subject::Compare => compare::insert_list(self, &mut context),
            Subject::Pair(agency, year) => compare::insert(self, agency, *year, &mut context)?,
            Subject::Forms => form::insert_list(self, &mut context),
            Subject::Form(id) => form::insert(self, id, &mut context)?,
            Subject::Data => data::insert(self, &mut context),
            Subject::Prose(name) => home::insert_prose(self, name, &mut context)?,
            Subject::Search => search::insert(self, &mut context),
            Subject::NotFound => PageView::new(self, subject, String::new()).linked_from_base_url(self),
            Subject::Feed => feed::insert_feed(self, &mut context),
            Subject::Sitemap(part) => feed::insert_sitemap(self, *part, &mut context),
            Subject::Robots => PageView::new(self, subject, String::new()),
            Subject::ReportFile(..)
            | Subject::DataFile(_)
            | Subject::Api(_)
            | Subject::Attachment(_)
            | Subject::SearchTerms(_)
            | Subject::SearchAgencies(_)
            | Subject::SearchText(..)
            | Subject::SearchPage(_)
            | Subject::CompareData(..)
            | Subject::CompareForm(_)
            | Subject::Static(_)
            | Subject::In(..) => {
                return None;
            }
        };
        context.insert("page", &page);
        Some(context)
    }

    fn parts(&self) -> Vec<PartItem> {
        let find = |part: &'static str| {
            let (name, _) = self.portal().pages.iter().find(|(_, page)| page.part == Some(part))?;
            Some(PartItem { part, href: Subject::Prose(name.to_string()).route().to_string() })
        };
        Prose::PARTS.into_iter().filter_map(find).collect()
    }

    /// Whether the pages are in the language of the portal.
    pub(super) fn is_own(&self) -> bool {
        self.language == self.portal().language()
    }

    /// The language that reports are written in, where it is not the one of the pages.
    pub(super) fn written(&self) -> Option<String> {
        (!self.is_own()).then(|| self.portal().language().to_owned())
    }

    /// The folder of the pages in a language, below the top of the site.
    pub(super) fn folder_of(&self, language: &str) -> String {
        if language == self.portal().language() { String::new() } else { format!("{language}/") }
    }

    /// The way from the top of the pages in their language to the top of the site.
    pub(super) fn top(&self) -> &'static str {
        if self.is_own() { "" } else { "../" }
    }

    /// The way to an output from the top of the pages in their language.
    pub(super) fn href(&self, subject: &Subject) -> String {
        let top = if subject.is_shared() { self.top() } else { "" };
        format!("{top}{}", crate::path::encode(subject.route().as_str()))
    }

    /// The absolute address of an output.
    pub fn url(&self, subject: &Subject) -> String {
        let folder = if subject.is_shared() { String::new() } else { self.folder_of(self.language) };
        self.url_in(&folder, subject)
    }

    /// The absolute address of an output below a folder.
    pub(super) fn url_in(&self, folder: &str, subject: &Subject) -> String {
        let base = &self.portal().settings.base_url;
        format!("{base}{folder}{}", crate::path::encode(subject.route().address()))
    }
}
