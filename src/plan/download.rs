//! The files of a report to take away, and the data that CSV and JSON are written from.

use serde::Serialize;

use super::Subject;
use super::correction::CorrectionData;
use super::frame::Site;
use super::paper::paper;
use crate::diagnostic::{Diagnostic, Located};
use crate::document::Format;
use crate::model::{Portal, Report, State};

/// A file to take away.
#[derive(Clone, Serialize)]
pub struct Download {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub href: String,
    /// Its absolute address.
    pub url: String,
    /// Its ending in capitals: `CSV`, `PDF`.
    pub format: String,
    /// Its size in bytes, where it is known before it is made.
    pub size: Option<u64>,
    /// The size in words: `12.3 KB`.
    pub size_text: String,
}

/// The files that a report is offered as: those the portal wants and the report can fill.
pub(super) fn files(portal: &Portal, report: &Report) -> impl Iterator<Item = Subject> {
    let (agency, year, has_tables) = (report.agency.clone(), report.year, report.form.is_some());
    let formats = portal.settings.downloads.iter().filter(move |format| has_tables || !format.needs_tables());
    formats.map(move |format| Subject::ReportFile(agency.clone(), year, *format))
}

/// The files of a report that the theme wants too, for its page.
pub(super) fn downloads(site: &Site<'_>, report: &Report) -> Vec<Download> {
    let is_made = |subject: &Subject| match subject {
        Subject::ReportFile(.., Format::Pdf) => can_print(site, report),
        _ => true,
    };
    let wanted = files(site.portal(), report).filter(|subject| site.drawn.wants(subject) && is_made(subject));
    wanted.map(|subject| Download::new(site, &subject, None)).collect()
}

/// Whether there is a typeface for everything in a report.
fn can_print(site: &Site<'_>, report: &Report) -> bool {
    // Whatever language a page is in, the document is in that of the portal.
    let own = Site { language: site.portal().language(), ..*site };
    let paper = || paper(&own, &report.agency, report.year);
    site.letters.is_none_or(|letters| paper().is_some_and(|paper| letters.can_print(&paper)))
}

/// The files that lie beside a report.
pub(super) fn attachments(site: &Site<'_>, report: &Report) -> Vec<Download> {
    let files = report.attachments.iter();
    files
        .map(|file| Download::new(site, &Subject::Attachment(file.path.clone()), Some(file.stamp.size)))
        .collect()
}

impl Download {
    fn new(site: &Site<'_>, subject: &Subject, size: Option<u64>) -> Self {
        let route = subject.route();
        let name = route.as_str().rsplit('/').next().unwrap_or_default();
        let format = name.rsplit_once('.').map(|(_, end)| end.to_uppercase()).unwrap_or_default();
        Self {
            name: name.to_owned(),
            href: site.href(subject),
            url: site.url(subject),
            format,
            size_text: size.map(size_text).unwrap_or_default(),
            size,
        }
    }
}

/// A size in words.
pub(super) fn size_text(size: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", size / unit, size % unit * 10 / unit);
    match size {
        0..1024 => format!("{size} B"),
        1024..1_048_576 => format!("{} KB", tenths(1 << 10)),
        1_048_576..1_073_741_824 => format!("{} MB", tenths(1 << 20)),
        _ => format!("{} GB", tenths(1 << 30)),
    }
}

/// The data of a report, as its JSON and CSV files hold it.
#[derive(Serialize)]
pub struct ReportData {
    agency: String,
    name: String,
    year: u16,
    form: Option<String>,
    title: String,
    published: Option<String>,
    /// The tables by id, in the order of the form.
    pub tables: indexmap::IndexMap<String, Vec<RowData>>,
    findings: Vec<Located>,
    /// What was changed after publication, in the order it was written down.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    corrections: Vec<CorrectionData>,
}

/// One row of a table.
#[derive(Serialize)]
pub struct RowData {
    /// Its id.
    pub row: String,
    /// Its label.
    pub label: String,
    /// The values by column: whole numbers, decimals as texts, blank as null.
    pub cells: indexmap::IndexMap<String, serde_json::Value>,
    /// The labels of the columns, with the headings above them.
    #[serde(skip)]
    pub columns: Vec<String>,
}

/// The data of a report.
pub fn report_data(site: &Site<'_>, agency: &str, year: u16) -> Option<ReportData> {
    let (agency, report) = (site.portal().agency(agency)?, site.portal().report(agency, year)?);
    let language = site.language;
    let rows = |sheet: &crate::model::Sheet| {
        let table = &sheet.table;
        let path = |line: usize| {
            let path = table
                .columns
                .path(line)
                .into_iter()
                .map(|line| table.columns.lines[line].label.get(language));
            path.collect::<Vec<_>>().join(" / ")
        };
        let columns: Vec<String> = table.columns.leaves.iter().map(|line| path(*line)).collect();
        let row = |row: usize| RowData {
            row: table.rows.leaf(row).id.to_string(),
            label: table.rows.leaf(row).label.get(language).to_owned(),
            cells: (0..table.columns.leaves.len())
                .map(|column| {
                    (table.columns.leaf(column).id.to_string(), cell_value(sheet, table.cell(row, column)))
                })
                .collect(),
            columns: columns.clone(),
        };
        (table.id.to_string(), (0..table.rows.leaves.len()).map(row).collect())
    };
    let located = |diagnostic: &Diagnostic| Located::new(diagnostic, language, |_| None);
    Some(ReportData {
        agency: agency.id.to_string(),
        name: agency.name_in(year, language).to_owned(),
        year,
        form: report.form.as_ref().map(|form| form.id.to_string()),
        title: report.title(agency, language),
        published: report.head.published.clone(),
        tables: report.sheets().iter().map(rows).collect(),
        findings: site.checked.found_in(report).iter().map(located).collect(),
        corrections: report.head.corrections.iter().map(CorrectionData::new).collect(),
    })
}

/// What a cell holds: a whole number, a decimal or text as text, nothing.
pub fn cell_value(sheet: &crate::model::Sheet, number: usize) -> serde_json::Value {
    let cell = &sheet.cells()[number];
    match (cell.state, cell.value()) {
        (State::NotApplicable, _) => "/".into(),
        (State::Text, _) => sheet.text(cell).unwrap_or_default().into(),
        (_, Some(number)) if number.scale() == 0 => {
            i64::try_from(number).map_or_else(|_| number.to_string().into(), serde_json::Value::from)
        }
        (_, Some(number)) => number.to_string().into(),
        _ => serde_json::Value::Null,
    }
}
