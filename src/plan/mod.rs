//! Everything to be made: every output, its route, and the view its template sees.
//!
//! A view is small and made for one page; templates see nothing else. It is made when the
//! output is rendered, so a plan of half a million outputs stays light, and `serve` can make
//! one page without the others.

mod agency;
mod api;
mod breakdown;
mod chart;
mod collision;
mod compare;
mod correction;
mod data;
mod difference;
mod download;
mod feed;
mod form;
mod frame;
mod home;
mod keys;
mod letters;
mod links;
mod page;
mod paper;
mod ranking;
mod region;
mod report;
mod search;
mod series;
mod table;
mod timeline;
mod year;
mod year_table;

pub use api::{ApiFile, api};
pub use compare::{CompareData, CompareForm, compare_data, compare_form};
pub use data::{
    Card, Column, DataFile, Facts, cards, catalogue, columns, concordance, data_files, dictionary, package,
};
pub use download::{Download, cell_value, report_data};
pub use feed::{Entry, FeedView, SitemapView};
pub use frame::{Asset, Drawn, Site, SiteView};
pub use keys::Keys;
pub use letters::Letters;
pub use page::PageView;
pub use paper::{Block, Caption, Cell, CellKind, Paper, Run, Size, Table, paper};
pub use report::{ReportFacts, report_facts};
pub use search::{SearchIndex, search_agencies, search_page, search_text};
pub use table::{GridView, Grids, TableView, thousands};
pub use year_table::YearTable;

use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::Diagnostics;
use crate::document::Format;
use crate::language::Language;
use crate::model::{Portal, Report};
use crate::path::{Route, SourcePath};

/// What an output shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The home page.
    Home,
    /// All agencies.
    Agencies,
    /// An agency, by id.
    Agency(Arc<str>),
    /// Every figure of an agency over the years.
    Series(Arc<str>),
    /// A report.
    Report(Arc<str>, u16),
    /// A report as a piece of HTML to be pasted into another site.
    Embed(Arc<str>, u16),
    /// A report as a file to take away.
    ReportFile(Arc<str>, u16, Format),
    /// A file beside a report, by the name of its source.
    Attachment(SourcePath),
    /// All years.
    Years,
    /// A year.
    Year(u16),
    /// A table of a year, where it is too long for the page of the year.
    YearTable(u16, YearTable),
    /// All corrections.
    Changes,
    /// What can be compared.
    Compare,
    /// A report against the one of the year before.
    Pair(Arc<str>, u16),
    /// The figures of a report, to be compared with any other.
    CompareData(Arc<str>, u16),
    /// What the cells of a form are, for those who compare.
    CompareForm(String),
    /// All forms.
    Forms,
    /// A form, by id.
    Form(String),
    /// The page of the data of the whole portal.
    Data,
    /// A file of the whole portal.
    DataFile(DataFile),
    /// A file of the API.
    Api(ApiFile),
    /// A prose page, by name.
    Prose(String),
    /// The search page.
    Search,
    /// A shard of the search index.
    SearchTerms(usize),
    /// A block of agencies, for the search.
    SearchAgencies(usize),
    /// The text of a report, for the search.
    SearchText(Arc<str>, u16),
    /// The text of a prose page, for the search.
    SearchPage(String),
    /// What a reader sees at an address that leads nowhere.
    NotFound,
    /// The feed.
    Feed,
    /// The list of all pages for search engines, or one part of it.
    Sitemap(Option<usize>),
    /// What robots may read.
    Robots,
    /// A static file of the theme, by name.
    Static(String),
    /// The same in another language of the portal.
    In(Language, Box<Subject>),
}

impl Subject {
    /// The route of an output: a pure function of what it shows.
    pub fn route(&self) -> Route {
        match self {
            Self::Home => Route::page(""),
            Self::Agencies => Route::page("agencies"),
            Self::Agency(id) => Route::file(["agencies/", id, "/index.html"].concat()),
            Self::Series(id) => Route::page(&format!("agencies/{id}/figures")),
            // Asked for many times on every page.
            Self::Report(agency, year) => {
                let mut digits = itoa::Buffer::new();
                Route::file(["agencies/", agency, "/", digits.format(*year), "/index.html"].concat())
            }
            Self::Embed(agency, year) => of_report(agency, *year, "embed.html"),
            Self::ReportFile(agency, year, format) => of_report(agency, *year, format.extension()),
            Self::Attachment(path) => Route::file(path.as_str().trim_start_matches("content/")),
            Self::Years => Route::page("years"),
            Self::Year(year) => Route::page(&format!("years/{year}")),
            Self::YearTable(year, table) => Route::page(&format!("years/{year}/{table}")),
            Self::Changes => Route::page("changes"),
            Self::Compare => Route::page("compare"),
            Self::Pair(agency, year) => Route::page(&format!("compare/{agency}/{}-{year}", year - 1)),
            Self::CompareData(agency, year) => Route::file(format!("compare/data/{agency}/{year}.js")),
            Self::CompareForm(id) => Route::file(format!("compare/forms/{id}.js")),
            Self::Forms => Route::page("forms"),
            Self::Form(id) => Route::page(&format!("forms/{id}")),
            Self::Data => Route::page("data"),
            Self::DataFile(file) => file.route(),
            Self::Api(file) => file.route(),
            Self::Prose(name) if name == "index" => Route::page(""),
            Self::Prose(name) => Route::page(name),
            Self::Search => Route::page("search"),
            Self::SearchTerms(number) => Route::file(format!("search/terms/{number}.js")),
            Self::SearchAgencies(number) => Route::file(format!("search/agencies/{number}.js")),
            Self::SearchPage(name) => Route::file(format!("search/pages/{name}.js")),
            Self::SearchText(agency, year) => Route::file(format!("search/text/{agency}/{year}.js")),
            Self::NotFound => Route::file("404.html"),
            Self::Feed => Route::file("atom.xml"),
            Self::Sitemap(None) => Route::file("sitemap.xml"),
            Self::Sitemap(Some(part)) => Route::file(format!("sitemap-{part}.xml")),
            Self::Robots => Route::file("robots.txt"),
            Self::Static(name) => Route::file(format!("static/{name}")),
            Self::In(language, own) => Route::file(format!("{language}/{}", own.route())),
        }
    }

    /// Whether there is one for all languages.
    pub fn is_shared(&self) -> bool {
        match self {
            Self::ReportFile(..) | Self::Embed(..) | Self::Attachment(_) | Self::Static(_) => true,
            Self::NotFound | Self::Sitemap(_) | Self::Robots | Self::CompareData(..) => true,
            Self::Compare | Self::Pair(..) | Self::CompareForm(_) => false,
            Self::DataFile(_) | Self::Api(_) => true,
            Self::Home | Self::Agencies | Self::Agency(_) | Self::Report(..) | Self::Changes => false,
            Self::Series(_) | Self::YearTable(..) => false,
            Self::Data | Self::Years | Self::Year(_) | Self::Forms | Self::Form(_) | Self::Prose(_) => false,
            Self::Search | Self::SearchTerms(_) | Self::SearchAgencies(_) => false,
            Self::SearchText(..) | Self::SearchPage(_) | Self::Feed => false,
            Self::In(..) => false,
        }
    }

    /// The language it is in, where that is not the portal's own, and what it is there.
    pub fn in_language(&self) -> (Option<&Language>, &Self) {
        match self {
            Self::In(language, own) => (Some(language), own),
            own => (None, own),
        }
    }

    /// Its kind, as a theme names it in `outputs` of `theme.toml`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ReportFile(.., format) => format.extension(),
            Self::Attachment(_) => "attachment",
            Self::Static(_) => "static",
            Self::Sitemap(_) => "sitemap",
            Self::NotFound => "404",
            Self::CompareData(..) | Self::CompareForm(_) => "compare",
            Self::In(_, own) => own.kind(),
            Self::DataFile(_) => "data",
            Self::Api(_) => "api",
            Self::SearchTerms(_) | Self::SearchAgencies(_) => "search",
            Self::SearchText(..) | Self::SearchPage(_) => "search",
            page => page.template().and_then(|template| template.split('.').next()).unwrap_or_default(),
        }
    }

    /// All kinds of output. Attachments and static files are always there.
    pub const KINDS: [&'static str; 27] = [
        "embed",
        "series",
        "home",
        "agencies",
        "agency",
        "report",
        "csv",
        "json",
        "xlsx",
        "docx",
        "pdf",
        "years",
        "year",
        "year_table",
        "changes",
        "compare",
        "pair",
        "forms",
        "form",
        "data",
        "api",
        "prose",
        "404",
        "atom",
        "sitemap",
        "robots",
        "search",
    ];

    /// The template that draws it; `None` for what is no page of text.
    pub fn template(&self) -> Option<&'static str> {
        Some(match self {
            Self::Home => "home.html",
            Self::Agencies => "agencies.html",
            Self::Agency(_) => "agency.html",
            Self::Series(_) => "series.html",
            Self::Report(..) => "report.html",
            Self::Embed(..) => "embed.html",
            Self::Years => "years.html",
            Self::Year(_) => "year.html",
            Self::YearTable(..) => "year_table.html",
            Self::Changes => "changes.html",
            Self::Compare => "compare.html",
            Self::Pair(..) => "pair.html",
            Self::Forms => "forms.html",
            Self::Form(_) => "form.html",
            Self::Data => "data.html",
            Self::Prose(_) => "prose.html",
            Self::Search => "search.html",
            Self::NotFound => "404.html",
            Self::Feed => "atom.xml",
            Self::Sitemap(None) => "sitemap.xml",
            Self::Sitemap(Some(_)) => "sitemap-part.xml",
            Self::Robots => "robots.txt",
            Self::ReportFile(..)
            | Self::DataFile(_)
            | Self::Api(_)
            | Self::Attachment(_)
            | Self::SearchTerms(_)
            | Self::SearchAgencies(_)
            | Self::SearchText(..)
            | Self::SearchPage(_)
            | Self::CompareData(..)
            | Self::CompareForm(_)
            | Self::Static(_) => return None,
            Self::In(_, own) => return own.template(),
        })
    }

    /// The names of all templates.
    pub const TEMPLATES: [&'static str; 22] = [
        "home.html",
        "agencies.html",
        "agency.html",
        "series.html",
        "embed.html",
        "report.html",
        "years.html",
        "year.html",
        "year_table.html",
        "changes.html",
        "compare.html",
        "pair.html",
        "forms.html",
        "form.html",
        "data.html",
        "prose.html",
        "search.html",
        "404.html",
        "atom.xml",
        "sitemap.xml",
        "sitemap-part.xml",
        "robots.txt",
    ];

    /// Whether it tells of other files, and so is made when they are.
    pub fn tells_of_files(&self) -> bool {
        match self.in_language().1 {
            Self::Data => true,
            Self::DataFile(file) => !file.holds_data(),
            _ => false,
        }
    }

    /// Whether it may show something of every report, or of all of a year, and so takes long to
    /// make.
    pub fn is_broad(&self) -> bool {
        let of_one = matches!(
            self.in_language().1,
            Self::Report(..)
                | Self::Embed(..)
                | Self::ReportFile(..)
                | Self::Attachment(_)
                | Self::Agency(_)
                | Self::Series(_)
                | Self::Pair(..)
                | Self::CompareData(..)
                | Self::SearchText(..)
                | Self::SearchPage(_)
                | Self::Prose(_)
                | Self::Static(_)
                | Self::Api(ApiFile::Agency(_))
        );
        !of_one
    }

    /// Whether it is a page that people read.
    pub fn is_page(&self) -> bool {
        self.template().is_some_and(|template| template.ends_with(".html"))
    }
}

/// The route of a file that a report is offered as.
fn of_report(agency: &str, year: u16, end: &str) -> Route {
    let mut digits = itoa::Buffer::new();
    let year = digits.format(year);
    Route::file(["agencies/", agency, "/", year, "/", agency, "-", year, ".", end].concat())
}

/// Everything to be made, by route.
#[derive(Default)]
pub struct Plan {
    /// Every output with its route, sorted by route.
    pub outputs: Vec<(Route, Subject)>,
}

/// What is wrong with what is to be made: two outputs in one place, and links that lead
/// nowhere. Found without planning everything, since a preview asks after every change.
pub fn wrong(portal: &Portal, drawn: &Drawn) -> Diagnostics {
    let mut found = Diagnostics::default();
    collision::check(portal, drawn, &mut found);
    links::check(portal, drawn, &mut found);
    found
}

/// Plans every output of a portal.
pub fn plan(portal: &Portal, drawn: &Drawn) -> Plan {
    let mut subjects =
        vec![Subject::Home, Subject::Agencies, Subject::Years, Subject::Changes, Subject::Forms];
    subjects.extend([Subject::NotFound, Subject::Robots, Subject::Sitemap(None)]);
    if portal.settings.feeds {
        subjects.push(Subject::Feed);
    }
    subjects.extend(portal.agencies.iter().map(|agency| Subject::Agency(agency.id.clone())));
    let with_figures = portal.agencies.iter().filter(|agency| series::is_wanted(portal, &agency.id));
    subjects.extend(with_figures.map(|agency| Subject::Series(agency.id.clone())));
    let beside = |report: &Arc<Report>| {
        let attachments = report.attachments.iter();
        let attachments = attachments.map(|attachment| Subject::Attachment(attachment.path.clone()));
        let all = in_folder(portal, report).chain(attachments);
        all.filter(|subject| drawn.wants(subject)).collect::<Vec<_>>()
    };
    subjects.par_extend(portal.reports.par_iter().flat_map_iter(beside));
    subjects.extend(portal.years().map(Subject::Year));
    subjects.extend(year_table::pages(portal));
    subjects.extend(portal.forms.in_use(&portal.settings).map(|form| Subject::Form(form.id.to_string())));
    let pages = portal.pages.iter().filter(|(name, _)| &**name != "index");
    subjects.extend(pages.map(|(name, _)| Subject::Prose(name.to_string())));
    subjects.push(Subject::Data);
    subjects.extend(data::all_files(portal).into_iter().map(Subject::DataFile));
    subjects.extend(api::files(portal).map(Subject::Api));
    subjects.push(Subject::Compare);
    if drawn.wants(&Subject::Compare) {
        subjects.extend(compare::forms(portal).map(|form| Subject::CompareForm(form.id.to_string())));
        let with_figures = portal.reports.iter().filter(|report| report.form.is_some());
        let name = |report: &Arc<Report>| Subject::CompareData(report.agency.clone(), report.year);
        subjects.extend(with_figures.map(name));
    }
    subjects.extend(compare::pairs(portal));
    subjects.push(Subject::Search);
    if drawn.wants(&Subject::Search) {
        subjects.extend(search::files(portal));
    }
    subjects.extend(drawn.assets.values().map(|asset| Subject::Static(asset.published.clone())));
    subjects.extend(feed::sitemap_parts(portal).map(|part| Subject::Sitemap(Some(part))));
    subjects.retain(|subject| drawn.wants(subject));
    let own = subjects.len();
    for language in &portal.settings.others {
        let translated = |at: usize| {
            let own = &subjects[at];
            (!own.is_shared()).then(|| Subject::In(language.clone(), Box::new(own.clone())))
        };
        let translated: Vec<_> = (0..own).filter_map(translated).collect();
        subjects.extend(translated);
    }
    let mut outputs: Vec<_> = subjects.into_par_iter().map(|subject| (subject.route(), subject)).collect();
    outputs.par_sort_unstable();
    Plan { outputs }
}

/// The source an output comes from, as a person would name it.
pub fn origin(subject: &Subject) -> String {
    match subject {
        Subject::Attachment(path) => path.to_string(),
        Subject::Agency(id) | Subject::Series(id) => format!("content/agencies/{id}/agency.toml"),
        Subject::Report(agency, year)
        | Subject::ReportFile(agency, year, _)
        | Subject::Pair(agency, year)
        | Subject::CompareData(agency, year)
        | Subject::SearchText(agency, year) => {
            format!("content/agencies/{agency}/{year}/report.md")
        }
        Subject::Prose(name) | Subject::SearchPage(name) => format!("content/{name}.md"),
        Subject::In(_, own) => origin(own),
        other => other
            .template()
            .map_or_else(|| other.route().to_string(), |template| format!("templates/{template}")),
    }
}

/// What is made in the folder of a report, but for what lies there already.
fn in_folder(portal: &Portal, report: &Report) -> impl Iterator<Item = Subject> {
    let page = std::iter::once(Subject::Report(report.agency.clone(), report.year));
    let embed = portal.settings.embed.then(|| Subject::Embed(report.agency.clone(), report.year));
    page.chain(embed).chain(download::files(portal, report))
}

/// What is made at a route, without planning everything else.
pub fn find(portal: &Portal, drawn: &Drawn, route: &str) -> Option<Subject> {
    let translated = || {
        let (folder, own) = route.split_once('/')?;
        let language = portal.settings.others.iter().find(|language| ***language == *folder)?;
        let own = find_own(portal, drawn, own).filter(|own| !own.is_shared())?;
        Some(Subject::In(language.clone(), Box::new(own)))
    };
    translated().or_else(|| find_own(portal, drawn, route))
}

/// What is made of the whole portal at a route.
fn find_data(portal: &Portal, names: &[&str], route: &str) -> Option<Subject> {
    Some(match names {
        ["data", "index.html"] => Subject::Data,
        ["data", ..] => Subject::DataFile(DataFile::find(portal, route)?),
        ["api", names @ ..] => Subject::Api(ApiFile::find(portal, names)?),
        _ => return None,
    })
}

/// The page of a report, a file it is offered as, or one that lies beside it.
fn find_of_report(portal: &Portal, report: &Report, name: &str, route: &str) -> Option<Subject> {
    let made = in_folder(portal, report).find(|made| made.route().as_str() == route);
    made.or_else(|| {
        let attachment = report.attachments.iter().find(|attachment| attachment.name() == name)?;
        Some(Subject::Attachment(attachment.path.clone()))
    })
}

/// What is made at a route in the language of the portal.
fn find_own(portal: &Portal, drawn: &Drawn, route: &str) -> Option<Subject> {
    let is_here = |subject: &Subject| subject.route().as_str() == route && drawn.wants(subject);
    find_fixed(portal, drawn, route).filter(is_here).or_else(|| find_prose(portal, route).filter(is_here))
}

/// The prose page of a route.
fn find_prose(portal: &Portal, route: &str) -> Option<Subject> {
    let name = route.strip_suffix("/index.html")?;
    let (name, _) = portal.pages.iter().find(|(page, _)| **page == *name && &**page != "index")?;
    Some(Subject::Prose(name.to_string()))
}

/// What may be made at a route in the language of the portal, prose pages aside.
fn find_fixed(portal: &Portal, drawn: &Drawn, route: &str) -> Option<Subject> {
    let names: Vec<&str> = route.split('/').collect();
    Some(match names[..] {
        ["index.html"] => Subject::Home,
        ["404.html"] => Subject::NotFound,
        ["atom.xml"] if portal.settings.feeds => Subject::Feed,
        ["robots.txt"] => Subject::Robots,
        ["sitemap.xml"] => Subject::Sitemap(None),
        [name] => {
            let part: usize = name.strip_prefix("sitemap-")?.strip_suffix(".xml")?.parse().ok()?;
            feed::sitemap_parts(portal)
                .find(|known| *known == part)
                .map(|part| Subject::Sitemap(Some(part)))?
        }
        ["agencies", "index.html"] => Subject::Agencies,
        ["years", "index.html"] => Subject::Years,
        ["changes", "index.html"] => Subject::Changes,
        ["compare", ref names @ ..] => compare::find(portal, names)?,
        ["forms", "index.html"] => Subject::Forms,
        ["search", "index.html"] => Subject::Search,
        ["data" | "api", ..] => find_data(portal, &names, route)?,
        ["search", ref names @ ..] => search::find(portal, names)?,
        ["static", ..] => {
            let name = route.strip_prefix("static/")?;
            drawn.assets.values().find(|asset| asset.published == name)?;
            Subject::Static(name.to_owned())
        }
        ["years", year, "index.html"] => {
            let year: u16 = year.parse().ok()?;
            portal.years().find(|known| *known == year).map(Subject::Year)?
        }
        ["years", year, table, "index.html"] => year_table::find(portal, year.parse().ok()?, table)?,
        ["forms", id, "index.html"] => {
            let form = portal.forms.in_use(&portal.settings).find(|form| *form.id == *id)?;
            Subject::Form(form.id.to_string())
        }
        ["agencies", id, "index.html"] => Subject::Agency(portal.agency(id)?.id.clone()),
        ["agencies", id, "figures", "index.html"] if series::is_wanted(portal, id) => {
            Subject::Series(portal.agency(id)?.id.clone())
        }
        ["agencies", agency, year, ref rest @ ..] => {
            let report = portal.report(agency, year.parse().ok()?)?;
            find_of_report(portal, report, &rest.join("/"), route)?
        }
        _ => return None,
    })
}
