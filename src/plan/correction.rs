//! What was changed after publication: on the page of a report, and all of it newest first.

use serde::Serialize;

use super::Subject;
use super::frame::Site;
use super::page::PageView;
use super::report::passage_id;
use super::table::cell_id;
use crate::diagnostic::Catalogue;
use crate::document::{Correction, Target};
use crate::model::{Agency, Report};

/// One correction of a report.
#[derive(Clone, Serialize)]
pub(super) struct CorrectionView {
    /// Its place in the report's list, from 1.
    number: usize,
    /// When.
    pub date: String,
    /// The table or section that was changed.
    place: String,
    /// The row and column of the figure; empty for a section.
    label: String,
    /// The id of the cell or section on the report's page.
    id: String,
    from: String,
    to: String,
    reason: String,
    by: String,
}

/// A correction in a list of all reports.
#[derive(Clone, Serialize)]
pub(super) struct ChangeItem {
    /// The title of the report.
    pub title: String,
    /// The agency, short where it has a short name.
    pub agency: String,
    year: u16,
    /// The report's page.
    pub href: String,
    /// The report, as an output.
    #[serde(skip)]
    pub subject: Subject,
    /// What was changed.
    pub correction: CorrectionView,
}

/// A correction as data.
#[derive(Serialize)]
pub(super) struct CorrectionData {
    date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<String>,
    from: String,
    to: String,
    reason: String,
    by: String,
}

impl CorrectionData {
    pub(super) fn new(correction: &Correction) -> Self {
        let Correction { date, from, to, reason, by, .. } = correction.clone();
        let (cell, section) = match &correction.target {
            Target::Cell(cell) => (Some(cell.clone()), None),
            Target::Section(section) => (None, Some(section.clone())),
        };
        Self { date, cell, section, from, to, reason, by }
    }
}

impl ChangeItem {
    /// The id of the correction on the report's page.
    pub(super) fn id(&self) -> String {
        format!("correction-{}", self.correction.number)
    }
}

/// The corrections of a report, the newest first.
pub(super) fn corrections(site: &Site<'_>, report: &Report) -> Vec<CorrectionView> {
    let all = report.head.corrections.iter().enumerate();
    let mut views: Vec<_> = all.map(|(at, correction)| view(site, report, at + 1, correction)).collect();
    views.sort_by(|a, b| (&b.date, b.number).cmp(&(&a.date, a.number)));
    views
}

fn view(site: &Site<'_>, report: &Report, number: usize, correction: &Correction) -> CorrectionView {
    let (place, label, id) = match &correction.target {
        Target::Cell(address) => match report.cell_at(address) {
            Some((sheet, cell)) => {
                let sheet = &report.sheets()[sheet];
                let text = |text: &crate::language::Localised| text.get(site.language).to_owned();
                (text(&sheet.table.title), text(&sheet.label(cell)), cell_id(&sheet.table, cell))
            }
            None => (address.clone(), String::new(), String::new()),
        },
        Target::Section(name) => match report.passage(name) {
            Some(prose) => (prose.heading.to_string(), String::new(), passage_id(report, prose)),
            None => (name.clone(), String::new(), String::new()),
        },
    };
    let Correction { date, from, to, reason, by, .. } = correction.clone();
    CorrectionView { number, date, place, label, id, from, to, reason, by }
}

/// All corrections of the portal, the newest first, or some of them.
pub(super) fn changes(site: &Site<'_>, most: usize) -> Vec<ChangeItem> {
    let portal = site.portal();
    let mut all: Vec<(&Agency, &Report, usize)> = Vec::new();
    for report in portal.reports.iter().filter(|report| !report.head.corrections.is_empty()) {
        let Some(agency) = portal.agency(&report.agency) else { continue };
        all.extend((0..report.head.corrections.len()).map(|at| (&**agency, &**report, at)));
    }
    all.sort_by(|a, b| {
        let key = |(agency, report, at): &(&Agency, &Report, usize)| {
            (report.head.corrections[*at].date.clone(), report.year, agency.id.clone(), *at)
        };
        key(b).cmp(&key(a))
    });
    all.truncate(most);
    let item = |(agency, report, at): (&Agency, &Report, usize)| ChangeItem {
        subject: Subject::Report(agency.id.clone(), report.year),
        title: report.title(agency, site.language),
        agency: agency.short(site.language).to_owned(),
        year: report.year,
        href: Subject::Report(agency.id.clone(), report.year).route().to_string(),
        correction: view(site, report, at + 1, &report.head.corrections[at]),
    };
    all.into_iter().map(item).collect()
}

pub(super) fn insert(site: &Site<'_>, context: &mut tera::Context) -> PageView {
    context.insert("changes", &changes(site, usize::MAX));
    PageView::new(site, &Subject::Changes, Catalogue::get().word("changes", site.language).to_owned())
}
