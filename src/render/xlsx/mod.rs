//! A report as a workbook (.xlsx): its tables as on the page, with typed figures and live
//! sums, and a dictionary that names every cell.
//!
//! A figure is written as a number with as many decimals as it was written with; one of more
//! digits than a spreadsheet holds is written as a text. A text stays a text, whatever it
//! begins with. There is no author and no clock in a workbook.

mod collection;
mod dictionary;
mod draw;
mod formula;
mod layout;
mod style;

pub use collection::collection;
pub(super) use draw::within_limit;
pub(super) use layout::{sheet_name, text_width};

use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Formula, Workbook, XlsxError};

use crate::diagnostic::Catalogue;
use crate::form::{NOT_APPLICABLE, Table};
use crate::model::{Agency, Cell, Report, Sheet, State};
use crate::plan::Site;
use dictionary::Facts;
use draw::Canvas;
use layout::{Layout, Page, Placed, widths};
use style::{Styles, decimals};

/// Decimal digits that a spreadsheet holds.
pub(super) const PRECISION: usize = 15;

/// The workbook of a report; none for a report without tables.
pub(super) fn report(site: &Site<'_>, agency: &str, year: u16) -> Option<Vec<u8>> {
    let (agency, report) = (site.portal().agency(agency)?, site.portal().report(agency, year)?);
    report.form.as_ref()?;
    let found = site.checked.found_in(report).iter().filter_map(|diagnostic| diagnostic.cell.clone());
    let book = Download { report, agency, language: site.language, found: found.collect() };
    book.write().ok()
}

/// A report being written as a workbook.
struct Download<'r> {
    report: &'r Report,
    agency: &'r Agency,
    language: &'r str,
    /// The addresses of cells with findings.
    found: Vec<String>,
}

impl Download<'_> {
    fn write(&self) -> Result<Vec<u8>, XlsxError> {
        let (language, styles) = (self.language, Styles::new());
        let layout = Layout::new(self.report, language, &|_| 0);
        let mut workbook = Workbook::new();
        let title = self.report.title(self.agency, language);
        workbook.set_properties(&properties(&title, self.report.head.published.as_deref())?);
        let subtitle = subtitle(self.report, self.agency, language);
        for page in &layout.pages {
            let widths = widths(page, language, &longest_figure);
            let mut canvas = Canvas::new(workbook.add_worksheet(), &styles, &page.name, widths, language)?;
            canvas.title(&title, &subtitle, page.width)?;
            for placed in &page.tables {
                let caption = caption(placed.table(), language);
                canvas.table(page, placed, &caption, &mut |canvas, at, number| {
                    self.figure(canvas, placed, at, number)
                })?;
            }
            freeze(&mut canvas, page)?;
            canvas.finish()?;
        }
        let facts = Facts { agency: self.agency, report: self.report, title: &title, is_template: false };
        dictionary::write(&mut workbook, &layout, &facts, None, &styles, language)?;
        workbook.save_to_buffer()
    }

    /// Writes a figure: a sum that adds up as a formula, everything else as it is.
    fn figure(
        &self,
        canvas: &mut Canvas<'_>,
        placed: &Placed<'_>,
        at: (u32, u16),
        number: usize,
    ) -> Result<(), XlsxError> {
        let (table, cell) = (placed.table(), &placed.sheet.cells()[number]);
        let (row, column) = table.crossing(number);
        let styles = canvas.styles;
        let is_sum = table.rows.leaf(row).sum.is_some() || table.columns.leaf(column).sum.is_some();
        // Most reports have no findings: then no cell is named to look it up.
        let is_found = !self.found.is_empty() && self.found.contains(&table.address(number));
        let format = match (is_sum, is_found) {
            (_, true) => &styles.found,
            (true, _) => &styles.sum,
            _ => &styles.figure,
        };
        match cell.state {
            State::Blank | State::Unread => canvas.sheet.write_blank(at.0, at.1, format)?,
            State::NotApplicable => {
                canvas.sheet.write_string_with_format(at.0, at.1, NOT_APPLICABLE[0], format)?
            }
            State::Text => {
                let text = placed.sheet.text(cell).unwrap_or_default();
                return canvas.text(at, (1, 1), text, format);
            }
            State::Number | State::Derived => {
                let written = cell.written().unwrap_or_default();
                let scale = cell.value().map_or(0, |value| value.scale());
                let format = decimals(format, scale);
                match (formula(placed, row, column), exact(cell)) {
                    (Some(formula), Some(_)) => {
                        let formula = Formula::new(formula).set_result(written);
                        canvas.sheet.write_formula_with_format(at.0, at.1, formula, &format)?
                    }
                    (None, Some(number)) => {
                        canvas.sheet.write_number_with_format(at.0, at.1, number, &format)?
                    }
                    (_, None) => canvas.sheet.write_string_with_format(at.0, at.1, written, &format)?,
                }
            }
        };
        Ok(())
    }
}

/// The formula of a sum that adds up.
fn formula(placed: &Placed<'_>, row: usize, column: usize) -> Option<String> {
    let (table, cells) = (placed.table(), placed.sheet.cells());
    let sum = cells[table.cell(row, column)].value()?;
    let parts = formula::parts(table, row, column).into_iter().find(|parts| {
        let cells = parts.iter().map(|(row, column)| &cells[table.cell(*row, *column)]);
        let held = cells.clone().all(|cell| cell.value().is_none() || exact(cell).is_some());
        held && cells.filter_map(Cell::value).sum::<Decimal>() == sum
    })?;
    let spots: Vec<_> = parts.iter().map(|(row, column)| placed.spot(*row, *column)).collect();
    let ranges = formula::ranges(&spots);
    // Binary fractions do not add up to what decimals add up to.
    Some(match sum.scale() {
        0 => format!("=SUM({ranges})"),
        scale => format!("=ROUND(SUM({ranges}),{scale})"),
    })
}

/// The number of a cell, if a spreadsheet holds all its digits.
fn exact(cell: &Cell) -> Option<f64> {
    let value = cell.value()?;
    let digits = value.mantissa().unsigned_abs().to_string().len();
    (digits <= PRECISION).then(|| value.to_string().parse().ok()).flatten()
}

/// What a workbook says of itself: its title, and when the report was published.
fn properties(title: &str, published: Option<&str>) -> Result<DocProperties, XlsxError> {
    let date = published.and_then(|date| ExcelDateTime::parse_from_str(date).ok());
    let date = date.map_or_else(|| ExcelDateTime::from_ymd(2000, 1, 1), Ok)?;
    Ok(DocProperties::new().set_title(title).set_creation_datetime(&date))
}

/// The line below the title: agency, year, and the day of publication.
fn subtitle(report: &Report, agency: &Agency, language: &str) -> String {
    let published = report.head.published.as_deref().unwrap_or_default();
    let word = if published.is_empty() { "book-undated" } else { "book-dated" };
    let facts = [
        ("agency", agency.name_in(report.year, language)),
        ("year", &report.year.to_string()),
        ("date", published),
    ];
    words(word, language, &facts)
}

/// The caption of a table with its unit.
fn caption(table: &Table, language: &str) -> String {
    let title = table.title.get(language);
    match &table.unit {
        Some(unit) => words("book-caption", language, &[("title", title), ("unit", unit.get(language))]),
        None => title.to_owned(),
    }
}

/// Words of the catalogue with the facts in them.
fn words(word: &'static str, language: &str, facts: &[(&str, &str)]) -> String {
    let text = Catalogue::get().word(word, language).to_owned();
    facts.iter().fold(text, |text, (name, fact)| text.replace(&format!("{{{name}}}"), fact))
}

/// Keeps the head of a table in sight, where the sheet has only one; else the title.
fn freeze(canvas: &mut Canvas<'_>, page: &Page<'_>) -> Result<(), XlsxError> {
    let (rows, columns) = match &page.tables[..] {
        [only] => (only.body(), only.stub()),
        _ => (page.tables.first().map_or(0, |first| first.top), 0),
    };
    canvas.sheet.set_freeze_panes(rows, columns)?;
    if rows > 0 {
        canvas.sheet.set_repeat_rows(0, rows - 1)?;
    }
    Ok(())
}

/// The width of the longest figure in a column.
fn longest_figure(placed: &Placed<'_>, column: usize) -> usize {
    let Sheet { table, .. } = placed.sheet;
    let width = |row: usize| {
        let cell = &placed.sheet.cells()[table.cell(row, column)];
        match cell.written() {
            Some(number) => number.len(),
            None => placed.sheet.text(cell).map_or(1, |text| text_width(text).min(24)),
        }
    };
    (0..table.rows.leaves.len()).map(width).max().unwrap_or(0)
}
