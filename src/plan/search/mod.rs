//! The search page and its index: everything is a file that the page loads as a script, so
//! that search needs no server and works from a disk.
//!
//! - `search/terms/<n>.js`: a shard of the index. A term has the numbers of the reports it
//!   occurs in and, behind dots, of the agencies whose names and of the prose pages it occurs
//!   in. There are the more shards the more reports there are, so that a shard stays small.
//! - `search/agencies/<n>.js`: a block of agencies: id, name, short name, former names.
//! - `search/text/<agency>/<year>.js`, `search/pages/<name>.js`: the text of a report or page
//!   in sections, to verify a phrase and show where it stands.
//!
//! Reports are numbered by year and agency, so the reports of a new year leave the numbers
//! of the others alone. The page says how. It asks for every file with a mark of all that can
//! be found, so that a file a host kept from before is not taken for a new one.

mod index;
mod pinyin;
mod terms;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::Subject;
use super::frame::Site;
use super::page::PageView;
use crate::diagnostic::Catalogue;
use crate::document::Prose;
use crate::fingerprint::Fingerprinter;
use crate::model::{Agency, AgencyReports, Portal, Report};
use index::{Index, List, Term};
use terms::shard_of;
pub(super) use text::push_text;

/// How many agencies are in a block.
const BLOCK: usize = 32;
/// About how many reports there are to a shard, and how many shards at most.
const REPORTS: usize = 10;
const SHARDS: usize = 1024;

/// What the template of the search page sees as `search`.
#[derive(Serialize)]
struct SearchView {
    /// What the script must know, as JSON.
    data: String,
}

/// What the script must know of the index.
#[derive(Serialize)]
struct Numbering {
    /// A mark of all that can be found.
    mark: String,
    /// How many shards there are.
    shards: usize,
    /// How many agencies are in a block.
    block: usize,
    /// For each year, oldest first, the agencies that have a report: how many numbers are
    /// passed over, how many follow, and so on, packed.
    years: Vec<(u16, String)>,
    /// The prose pages: name and title.
    pages: Vec<(String, String)>,
}

/// A block of agencies, by number.
#[derive(Serialize)]
#[serde(transparent)]
pub struct AgenciesView(Vec<AgencyNames>);

/// The id of an agency, its name, its short name or nothing, its former names.
#[derive(Serialize)]
struct AgencyNames(String, String, String, Vec<String>);

/// The text of a report: its title, the name the agency had, its sections.
#[derive(Serialize)]
pub struct TextView(String, String, Vec<SectionText>);

/// The id of a section on the page, its title, its text.
#[derive(Serialize)]
struct SectionText(String, String, String);

/// A shard of the index: terms with what they occur in.
#[derive(Serialize)]
#[serde(transparent)]
pub struct TermsView<'i>(BTreeMap<&'i str, &'i str>);

/// The index of a portal: for each shard the terms with what they occur in, a line each.
pub struct SearchIndex(Vec<String>);

impl SearchIndex {
    /// Reads every report once.
    pub fn new(site: &Site<'_>) -> Self {
        let portal = site.portal();
        let numbered: Vec<&Arc<Report>> = portal.years().flat_map(|year| portal.reports_in(year)).collect();
        let reports =
            Index::of_texts(numbered.len(), |number, out| write_report(site, numbered[number], out));
        let names = |number: usize, out: &mut String| {
            for name in names(&portal.agencies[number]) {
                out.push_str(name);
                out.push('\n');
            }
        };
        let mut agencies = Index::of_texts(portal.agencies.len(), names);
        for (agency, number) in portal.agencies.iter().zip(0..) {
            agencies.add(&format!("={}", agency.id), number);
            let typed: BTreeSet<String> = self::names(agency).into_iter().flat_map(pinyin::terms).collect();
            typed.iter().for_each(|term| agencies.add(term, number));
        }
        let prose: Vec<&Prose> = pages(site).map(|(_, page)| page).collect();
        let pages = Index::of_texts(prose.len(), |number, out| {
            out.push_str(&prose[number].title);
            out.push('\n');
            push_text(&prose[number].html, out);
        });
        Self::of([reports, agencies, pages], shards(portal))
    }

    /// Deals the terms out over shards.
    fn of(kinds: [Index; 3], count: usize) -> Self {
        let mut all: Vec<(u32, Term, u8, List)> = Vec::new();
        let mut text = String::new();
        for (kind, index) in (0..).zip(kinds) {
            all.extend(index.into_lists().map(|(term, list)| {
                text.clear();
                term.push_to(&mut text);
                (shard_of(text.chars(), count) as u32, term, kind, list)
            }));
        }
        all.sort_unstable_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
        let mut shards = vec![String::new(); count];
        for same in all.chunk_by(|a, b| (a.0, &a.1) == (b.0, &b.1)) {
            let (number, term, ..) = &same[0];
            let shard = &mut shards[*number as usize];
            term.push_to(shard);
            shard.push('\t');
            let mut last = 0;
            for (.., kind, list) in same {
                (last..*kind).for_each(|_| shard.push('.'));
                shard.push_str(list.as_str());
                last = *kind;
            }
            shard.push('\n');
        }
        Self(shards)
    }

    /// A shard.
    pub fn shard(&self, number: usize) -> Option<TermsView<'_>> {
        let lines = self.0.get(number)?.lines().filter_map(|line| line.split_once('\t'));
        Some(TermsView(lines.collect()))
    }
}

/// How many shards the index of a portal has.
fn shards(portal: &Portal) -> usize {
    (portal.reports.len() / REPORTS).next_power_of_two().min(SHARDS)
}

/// All outputs of the search but the page: shards, blocks of agencies, texts.
pub(super) fn files(portal: &Portal) -> impl Iterator<Item = Subject> {
    let shards = (0..shards(portal)).map(Subject::SearchTerms);
    let blocks = (0..portal.agencies.len().div_ceil(BLOCK)).map(Subject::SearchAgencies);
    let text = |report: &Arc<Report>| Subject::SearchText(report.agency.clone(), report.year);
    let pages = names_of_pages(portal).map(|name| Subject::SearchPage(name.to_owned()));
    shards.chain(blocks).chain(portal.reports.iter().map(text)).chain(pages)
}

/// The file of the search with this name below its folder.
pub(super) fn find(portal: &Portal, names: &[&str]) -> Option<Subject> {
    let number = |name: &str| name.strip_suffix(".js")?.parse::<usize>().ok();
    match *names {
        ["terms", name] => number(name).filter(|n| *n < shards(portal)).map(Subject::SearchTerms),
        ["agencies", name] => {
            let blocks = portal.agencies.len().div_ceil(BLOCK);
            number(name).filter(|n| *n < blocks).map(Subject::SearchAgencies)
        }
        ["text", agency, name] => {
            let year = u16::try_from(number(name)?).ok()?;
            portal.report(agency, year).map(|report| Subject::SearchText(report.agency.clone(), year))
        }
        ["pages", name] => {
            let name = name.strip_suffix(".js")?;
            names_of_pages(portal).find(|known| *known == name).map(|_| Subject::SearchPage(name.to_owned()))
        }
        _ => None,
    }
}

/// The prose pages that can be found: all but the text of the home page.
fn names_of_pages(portal: &Portal) -> impl Iterator<Item = &str> {
    portal.pages.iter().map(|(name, _)| &**name).filter(|name| *name != "index")
}

/// The same with the pages, in the language of the site where they are.
fn pages<'c>(site: &Site<'c>) -> impl Iterator<Item = (&'c str, &'c Prose)> {
    let (portal, language) = (site.portal(), site.language);
    names_of_pages(portal).filter_map(move |name| Some((name, portal.page(name, language)?.0)))
}

/// The view of the search page.
pub(super) fn insert(site: &Site<'_>, context: &mut tera::Context) -> PageView {
    let data = serde_json::to_string(&numbering(site)).unwrap_or_default();
    context.insert("search", &SearchView { data });
    let title = Catalogue::get().word("search", site.language);
    PageView::new(site, &Subject::Search, title.to_owned())
}

fn numbering(site: &Site<'_>) -> Numbering {
    let portal = site.portal();
    let mut years = Vec::new();
    for year in portal.years() {
        let (mut packed, mut passed) = (Vec::new(), 0);
        let mut numbers = portal.reports_in(year).filter_map(|report| portal.agency_number(&report.agency));
        let mut next = numbers.next();
        while let Some(start) = next {
            let mut end = start + 1;
            next = numbers.next();
            while next == Some(end) {
                end += 1;
                next = numbers.next();
            }
            index::pack((start - passed) as u32, &mut packed);
            index::pack((end - start) as u32, &mut packed);
            passed = end;
        }
        years.push((year, String::from_utf8(packed).unwrap_or_default()));
    }
    let pages = pages(site).map(|(name, page)| (name.to_owned(), page.title.clone())).collect();
    Numbering { mark: mark(site), shards: shards(portal), block: BLOCK, years, pages }
}

/// Changes whenever anything that can be found does.
fn mark(site: &Site<'_>) -> String {
    let portal = site.portal();
    let mut mark = Fingerprinter::new("search");
    for (_, page) in pages(site) {
        mark.add(page.fingerprint);
    }
    for AgencyReports { agency, reports } in portal.by_agency() {
        mark.text(&agency.id).add(agency.file.fingerprint);
        for report in reports {
            mark.number(report.year.into()).text(&report.title(agency, site.language));
            each_section(report, site.language, |_, title, html| {
                mark.text(title).text(html);
            });
        }
    }
    mark.finish().mark()
}

/// A block of agencies.
pub fn search_agencies(site: &Site<'_>, number: usize) -> Option<AgenciesView> {
    let text = |text: &crate::language::Localised| text.get(site.language).to_owned();
    let names = |agency: &Arc<Agency>| {
        let file = &agency.file;
        let short = file.short.as_ref().map(text).filter(|short| *short != text(&file.name));
        let former = file.former.iter().map(|former| text(&former.name)).collect();
        AgencyNames(agency.id.to_string(), text(&file.name), short.unwrap_or_default(), former)
    };
    let block = site.portal().agencies.chunks(BLOCK).nth(number)?;
    Some(AgenciesView(block.iter().map(names).collect()))
}

/// The text of a report.
pub fn search_text(site: &Site<'_>, agency: &str, year: u16) -> Option<TextView> {
    let (agency, report) = (site.portal().agency(agency)?, site.portal().report(agency, year)?);
    let mut sections = Vec::new();
    each_section(report, site.language, |id, title, html| {
        let mut text = String::new();
        push_text(html, &mut text);
        text.truncate(text.trim_end().len());
        if !(title.is_empty() && text.is_empty()) {
            sections.push(SectionText(id.to_owned(), title.to_owned(), text));
        }
    });
    let name = agency.name_in(year, site.language).to_owned();
    Some(TextView(report.title(agency, site.language), name, sections))
}

/// The text of a prose page.
pub fn search_page(site: &Site<'_>, name: &str) -> Option<TextView> {
    let (_, page) = pages(site).find(|(known, _)| *known == name)?;
    let mut text = String::new();
    push_text(&page.html, &mut text);
    Some(TextView(page.title.clone(), String::new(), vec![SectionText(String::new(), String::new(), text)]))
}

/// Writes all that a report is found by.
fn write_report(site: &Site<'_>, report: &Report, out: &mut String) {
    if let Some(agency) = site.portal().agency(&report.agency) {
        out.push_str(&report.title(agency, site.language));
        out.push('\n');
        out.push_str(agency.name_in(report.year, site.language));
    }
    each_section(report, site.language, |_, title, html| {
        out.push('\n');
        out.push_str(title);
        out.push('\n');
        push_text(html, out);
    });
}

/// Calls `take` for the sections as the page shows them: id, title, HTML.
pub(super) fn each_section(report: &Report, language: &str, mut take: impl FnMut(&str, &str, &str)) {
    take("", "", report.preface());
    for (number, section) in report.form.iter().flat_map(|form| form.sections.iter().enumerate()) {
        let html = report.section(number).map_or("", |prose| prose.html);
        take(&section.id, section.title.get(language), html);
    }
    let others = report.prose().filter(|prose| prose.section.is_none());
    for (prose, number) in others.zip(1..) {
        take(&format!("more-{number}"), prose.heading, prose.html);
    }
}

/// All names an agency has or had, in all languages.
fn names(agency: &Agency) -> BTreeSet<&str> {
    let file = &agency.file;
    let former = file.former.iter().map(|former| &former.name);
    let all = std::iter::once(&file.name).chain(&file.short).chain(former);
    all.flat_map(|name| name.all().map(|(_, name)| name)).collect()
}
