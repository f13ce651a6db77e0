//! The page of a report.

use rust_decimal::Decimal;
use serde::Serialize;

use super::Subject;
use super::compare;
use super::correction;
use super::download::{attachments, downloads};
use super::frame::Site;
use super::page::PageView;
use super::table::{TableView, cell_id};
use super::{links, series};
use crate::diagnostic::{Catalogue, Diagnostic, Located};
use crate::form::{Figures, Form, Piece};
use crate::model::{Agency, Figure, Ground, Proof, Prose, Report, Section, prove};

/// A report in a list.
#[derive(Clone, Serialize)]
pub(super) struct ReportItem {
    /// Its title.
    pub title: String,
    /// The agency's name today, short where it has a short one.
    pub agency: String,
    /// The agency's id.
    pub agency_id: String,
    /// The reporting year.
    pub year: u16,
    /// Its page.
    pub href: String,
    /// When it was published.
    pub published: Option<String>,
    /// By when it should have been.
    pub due: Option<String>,
    /// Whether it was published later than that.
    pub late: bool,
    /// How many findings there are that nobody has accepted.
    pub findings: usize,
    /// How many findings were accepted with a reason.
    pub accepted: usize,
    /// How many corrections there are.
    pub corrections: usize,
    /// The figures that stand for it, as written; empty where there is none.
    pub highlights: Vec<HighlightItem>,
}

/// A figure that stands for a report.
#[derive(Clone, Serialize)]
pub(super) struct HighlightItem {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// The figure as written; empty when there is none.
    pub value: String,
    /// The id of its cell on the report's page; empty for a sum of cells.
    pub cell: String,
}

#[derive(Serialize)]
struct AgencyLink {
    id: String,
    name: String,
    short: String,
    /// The name it had in the year of the report.
    name_then: String,
    href: String,
}

#[derive(Serialize)]
struct FormLink {
    id: String,
    title: String,
    authority: String,
    href: String,
}

#[derive(Serialize)]
struct ReportView {
    /// The language it is written in, where that is not the one of the page.
    lang: Option<String>,
    title: String,
    year: u16,
    agency: AgencyLink,
    form: Option<FormLink>,
    published: Option<String>,
    updated: Option<String>,
    due: Option<String>,
    late: bool,
    draft: bool,
    source: Option<String>,
    number: Option<String>,
    index: Option<String>,
    /// What it comes to, in a sentence; empty where a figure of it is not known.
    lead: Vec<PieceView>,
    preface: tera::Value,
    sections: Vec<SectionView>,
    highlights: Vec<HighlightItem>,
    /// The way to the agency's figures over the years; empty where there are none.
    series: String,
    extra: serde_json::Value,
}

/// A piece of a sentence: words, or a figure with the id of its cell.
#[derive(Serialize)]
struct PieceView {
    text: String,
    cell: String,
    figure: bool,
}

#[derive(Serialize)]
struct SectionView {
    id: String,
    title: String,
    html: tera::Value,
    tables: Vec<TableView>,
}

/// A sum or rule of the form with every place it was worked out.
#[derive(Serialize)]
struct CheckView {
    code: String,
    says: String,
    table: String,
    level: &'static str,
    passed: usize,
    failed: usize,
    cases: Vec<CaseView>,
}

/// A sum or rule worked out in one line.
#[derive(Serialize)]
struct CaseView {
    label: String,
    /// The id of the cell on the page.
    cell: String,
    /// Both sides in figures.
    left: String,
    sign: &'static str,
    right: String,
    holds: bool,
}

/// A finding as readers see it.
#[derive(Serialize)]
struct FindingView {
    code: String,
    severity: &'static str,
    message: String,
    cell: String,
    cell_id: String,
    accepted: Option<String>,
}

/// A report that a page leads to.
#[derive(Serialize)]
pub(super) struct Neighbour {
    /// Its year.
    pub year: u16,
    /// Its title.
    pub title: String,
    /// Its page.
    pub href: String,
}

impl Neighbour {
    pub(super) fn new(site: &Site<'_>, agency: &Agency, report: &Report) -> Self {
        Self {
            year: report.year,
            title: report.title(agency, site.language),
            href: Subject::Report(agency.id.clone(), report.year).route().to_string(),
        }
    }
}

impl ReportItem {
    pub(super) fn new(site: &Site<'_>, agency: &Agency, report: &Report) -> Self {
        let due = site.portal().due(agency, report.year);
        let late = report.is_after(due.as_deref());
        Self {
            title: report.title(agency, site.language),
            agency: agency.short(site.language).to_owned(),
            agency_id: agency.id.to_string(),
            year: report.year,
            href: Subject::Report(agency.id.clone(), report.year).route().to_string(),
            published: report.head.published.clone(),
            due,
            late,
            findings: open_findings(site, report),
            accepted: site.checked.found_in(report).accepted(),
            corrections: report.head.corrections.len(),
            highlights: highlights(site, report),
        }
    }
}

/// What lists say of a report besides its figures.
pub struct ReportFacts {
    /// Its title.
    pub title: String,
    /// By when it should have been published.
    pub due: Option<String>,
    /// Whether it was published later than that.
    pub late: bool,
    /// How many figures are to be verified.
    pub findings: usize,
}

/// What lists say of a report besides its figures.
pub fn report_facts(site: &Site<'_>, agency: &Agency, report: &Report) -> ReportFacts {
    let due = site.portal().due(agency, report.year);
    ReportFacts {
        title: report.title(agency, site.language),
        late: report.is_after(due.as_deref()),
        findings: open_findings(site, report),
        due,
    }
}

/// How many findings about figures there are that nobody has accepted.
pub(super) fn open_findings(site: &Site<'_>, report: &Report) -> usize {
    site.checked.found_in(report).iter().filter(|d| d.accepted.is_none() && d.cell.is_some()).count()
}

/// The figures that stand for a report.
pub(super) fn highlights(site: &Site<'_>, report: &Report) -> Vec<HighlightItem> {
    let Some(form) = &report.form else { return Vec::new() };
    let item = |highlight: &crate::form::Highlight| HighlightItem {
        id: highlight.id.to_string(),
        label: highlight.label.get(site.language).to_owned(),
        value: report.highlight(highlight).map(|value| value.to_string()).unwrap_or_default(),
        cell: cell_of(form, highlight.table, &highlight.cells),
    };
    form.highlights.iter().map(item).collect()
}

/// Inserts what the page of a report shows, or `subject`, another output that shows it.
pub(super) fn insert(
    site: &Site<'_>,
    agency: &str,
    year: u16,
    subject: &Subject,
    context: &mut tera::Context,
) -> Option<PageView> {
    let portal = site.portal();
    let (agency, report) = (portal.agency(agency)?, portal.report(agency, year)?);
    let title = report.title(agency, site.language);
    context.insert("report", &report_view(site, agency, report, &title, subject));
    site.insert(context, subject, "checks", || checks(site, report));
    site.insert(context, subject, "findings", || findings(site, report));
    site.insert(context, subject, "pair", || compare::pair_of(site, report));
    site.insert(context, subject, "corrections", || correction::corrections(site, report));
    site.insert(context, subject, "downloads", || downloads(site, report));
    site.insert(context, subject, "attachments", || attachments(site, report));
    let neighbour = |year: Option<u16>| {
        let other = portal.report(&agency.id, year?)?;
        Some(Neighbour::new(site, agency, other))
    };
    context.insert("previous", &neighbour(year.checked_sub(1)));
    context.insert("next", &neighbour(year.checked_add(1)));
    let agencies = Catalogue::get().word("agencies", site.language);
    let own = Subject::Report(agency.id.clone(), year);
    let page = PageView::new(site, &own, title.clone()).about(title);
    let page = page.below(agencies, &Subject::Agencies);
    Some(page.below(agency.name(site.language), &Subject::Agency(agency.id.clone())))
}

fn report_view(
    site: &Site<'_>,
    agency: &Agency,
    report: &Report,
    title: &str,
    subject: &Subject,
) -> ReportView {
    let language = site.language;
    let due = site.portal().due(agency, report.year);
    let page = Subject::Report(agency.id.clone(), report.year);
    ReportView {
        lang: site.written(),
        title: title.to_owned(),
        year: report.year,
        agency: AgencyLink {
            id: agency.id.to_string(),
            name: agency.name(language).to_owned(),
            short: agency.short(language).to_owned(),
            name_then: agency.name_in(report.year, language).to_owned(),
            href: Subject::Agency(agency.id.clone()).route().to_string(),
        },
        form: report.form.as_ref().map(|form| FormLink {
            id: form.id.to_string(),
            title: form.title.get(language).to_owned(),
            authority: form.authority.get(language).to_owned(),
            href: Subject::Form(form.id.to_string()).route().to_string(),
        }),
        published: report.head.published.clone(),
        updated: report.updated().map(str::to_owned),
        late: report.is_after(due.as_deref()),
        due,
        draft: report.head.draft,
        source: report.head.source.clone(),
        number: report.head.number.clone(),
        index: report.head.index.clone(),
        lead: lead(site, report).unwrap_or_default(),
        preface: links::text(site, &page, report.preface()),
        sections: sections(site, report, &page, subject),
        highlights: highlights(site, report),
        series: series::href(site, &agency.id),
        extra: report.head.extra.as_deref().cloned().unwrap_or_else(|| serde_json::json!({})),
    }
}

/// The lead of the form with the figures of a report.
fn lead(site: &Site<'_>, report: &Report) -> Option<Vec<PieceView>> {
    let form = report.form.as_ref()?;
    let piece = |piece: &Piece| match piece {
        Piece::Words(words) => {
            Some(PieceView { text: words.to_string(), cell: String::new(), figure: false })
        }
        Piece::Figure { table, cells } => {
            let text = report.sum(*table, cells)?.to_string();
            Some(PieceView { text, cell: cell_of(form, *table, cells), figure: true })
        }
    };
    form.lead(site.language).iter().map(piece).collect()
}

/// The id of the cell that a figure is; empty for a sum of cells.
pub(super) fn cell_of(form: &Form, table: usize, cells: &[usize]) -> String {
    let table = &form.tables[table];
    match cells {
        [cell] => cell_id(table, *cell),
        _ => String::new(),
    }
}

/// A report beside the one of the year before.
pub(super) fn beside<'r>(site: &Site<'r>, report: &'r Report) -> Figure<'r> {
    let portal = site.portal();
    let previous = portal.previous(report);
    let previous = previous.and_then(|older| Some((&**older, &**portal.lineage(report, older)?)));
    Figure { report, previous }
}

/// By how much each figure of a table differs from the year before.
fn changes(figures: &Figure<'_>, number: usize) -> Vec<Option<Decimal>> {
    let table = figures.table(number);
    let change = |cell: usize| {
        let (row, column) = table.crossing(cell);
        let now = figures.figure(false, number, row, column)?;
        now.checked_sub(figures.figure(true, number, row, column)?)
    };
    (0..table.size()).map(change).collect()
}

/// The sections of the form with their prose and tables; then the prose that fits none.
fn sections(site: &Site<'_>, report: &Report, page: &Subject, subject: &Subject) -> Vec<SectionView> {
    let found = site.checked.found_in(report);
    let asks = |name: &str| site.drawn.asks(subject, name);
    let (marks, against) = (asks("marks"), asks("changes") || asks("against"));
    let figures = beside(site, report);
    let has_figures = |older: &Report| older.sheets().iter().any(|sheet| !sheet.is_blank());
    let older =
        figures.previous.filter(|(older, _)| against && has_figures(older)).map(|(older, _)| older.year);
    let cells: Vec<&str> = found.iter().filter_map(|diagnostic| diagnostic.cell.as_deref()).collect();
    let table = |number: &usize| {
        let (form, sheet) = (report.form.as_ref()?, report.sheet(*number)?);
        let is_found = |cell: usize| !cells.is_empty() && cells.contains(&sheet.table.address(cell).as_str());
        let view = TableView::filled(form, sheet, site.grids, marks.then_some(&is_found));
        Some(match older {
            Some(year) => view.against(year, &sheet.table, &changes(&figures, *number)),
            None => view,
        })
    };
    let view = |section: Section<'_>| SectionView {
        title: section.title.to_owned(),
        html: links::text(site, page, section.html),
        tables: section.tables.iter().filter_map(table).collect(),
        id: section.id,
    };
    report.sections(site.language).map(view).collect()
}

/// The id of a passage on the page: its section's, or a number where it fits none.
pub(super) fn passage_id(report: &Report, prose: Prose<'_>) -> String {
    match (prose.section, &report.form) {
        (Some(number), Some(form)) => form.sections[number].id.to_string(),
        _ => {
            let mut others = report.prose().filter(|prose| prose.section.is_none());
            let number =
                others.position(|other| std::ptr::eq(other.heading, prose.heading)).unwrap_or_default();
            format!("more-{}", number + 1)
        }
    }
}

fn checks(site: &Site<'_>, report: &Report) -> Vec<CheckView> {
    let figures = beside(site, report);
    let mut views: Vec<CheckView> = Vec::new();
    prove(&figures, |proof| {
        let (code, says, level) = said(&proof, site.language);
        let sheet = &report.sheets()[proof.cell.0];
        let table = sheet.table.title.get(site.language).to_owned();
        let case = case(&figures, &proof, site.language);
        let holds = proof.holds;
        let known =
            views.iter().position(|view| view.code == code && view.says == says && view.table == table);
        let at = known.unwrap_or_else(|| {
            let cases = Vec::new();
            views.push(CheckView { code, says, table, level, passed: 0, failed: 0, cases });
            views.len() - 1
        });
        views[at].passed += usize::from(holds);
        views[at].failed += usize::from(!holds);
        views[at].cases.push(case);
    });
    views
}

fn said(proof: &Proof<'_>, language: &str) -> (String, String, &'static str) {
    let word = |word| Catalogue::get().word(word, language).to_owned();
    match proof.ground {
        Ground::RowSum => ("sheet/sum".to_owned(), word("row-sum"), "error"),
        Ground::ColumnSum => ("sheet/sum".to_owned(), word("column-sum"), "error"),
        Ground::Rule(rule) => {
            (format!("rule/{}", rule.id), rule.says.get(language).to_owned(), rule.level.word())
        }
    }
}

fn case(figures: &Figure<'_>, proof: &Proof<'_>, language: &str) -> CaseView {
    let (number, cell) = proof.cell;
    let table = figures.table(number);
    let [left, mut right] = figures.in_figures(proof).unwrap_or_default();
    // Where both sides come to the same, that is said once: 11 + 2 = 13 = 10 + 3.
    let sum = left.rsplit(" = ").next().unwrap_or_default();
    if let Some((_, parts)) = right.split_once(" = ").filter(|(other, _)| *other == sum) {
        right = parts.to_owned();
    }
    let operator = if proof.holds { proof.operator } else { proof.operator.opposite() };
    CaseView {
        label: figures.line_label(proof).get(language).to_owned(),
        cell: cell_id(table, cell),
        left,
        sign: operator.sign(),
        right,
        holds: proof.holds,
    }
}

fn findings(site: &Site<'_>, report: &Report) -> Vec<FindingView> {
    let view = |diagnostic: &Diagnostic| {
        let located = Located::new(diagnostic, site.language, |_| None);
        let cell = diagnostic.cell.clone().unwrap_or_default();
        FindingView {
            code: located.code,
            severity: located.severity,
            message: located.message,
            cell_id: id_of(report, &cell),
            cell,
            accepted: located.accepted,
        }
    };
    let found = site.checked.found_in(report).iter();
    found.filter(|diagnostic| diagnostic.cell.is_some() || diagnostic.accepted.is_some()).map(view).collect()
}

/// The id of a cell on the page, from its address.
fn id_of(report: &Report, address: &str) -> String {
    let found = report.cell_at(address);
    found.map(|(sheet, cell)| cell_id(&report.sheets()[sheet].table, cell)).unwrap_or_default()
}
