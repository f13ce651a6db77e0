//! Where everything of a report stands in its workbook: a sheet per section that has tables,
//! the tables of a section below one another, each cell at a place of its own.
//!
//! This file only counts; nothing is written here.

use rust_xlsxwriter::utility::{quote_sheet_name, row_col_to_cell};

use crate::form::{Axis, Line, Table};
use crate::model::{Report, Sheet};

/// The rows above the first table: the title of the report and the line below it.
const ABOVE: u32 = 2;
/// The longest name that a sheet can have.
const NAME: usize = 31;

/// The sheets of a workbook that hold tables.
pub(super) struct Layout<'r> {
    pub pages: Vec<Page<'r>>,
}

/// A sheet of the workbook.
pub(super) struct Page<'r> {
    /// Its name: the section's, as far as a name can be as long.
    pub name: String,
    /// The tables from top to bottom.
    pub tables: Vec<Placed<'r>>,
    /// How many columns the widest table has.
    pub width: u16,
}

/// A table in its place.
pub(super) struct Placed<'r> {
    /// Its number in the form.
    pub number: usize,
    /// Its figures.
    pub sheet: &'r Sheet,
    /// The row of its caption.
    pub top: u32,
    /// How many rows its checks take.
    pub checks: u32,
}

impl<'r> Layout<'r> {
    /// Lays a report out. `checks` gives the rows wanted below a table.
    pub(super) fn new(report: &'r Report, language: &str, checks: &dyn Fn(usize) -> u32) -> Self {
        let mut pages: Vec<Page<'r>> = Vec::new();
        for section in report.form.iter().flat_map(|form| &form.sections) {
            let mut top = ABOVE;
            let mut tables = Vec::new();
            for number in section.tables.iter().copied() {
                let Some(sheet) = report.sheet(number) else { continue };
                let placed = Placed { number, sheet, top, checks: checks(number) };
                top = placed.end() + 1;
                tables.push(placed);
            }
            if !tables.is_empty() {
                let others: Vec<&str> = pages.iter().map(|page: &Page<'_>| page.name.as_str()).collect();
                let name = sheet_name(section.title.get(language), &others);
                let width = tables.iter().map(Placed::width).max().unwrap_or(1);
                pages.push(Page { name, tables, width });
            }
        }
        Self { pages }
    }

    /// The page and place of a table.
    pub(super) fn find(&self, number: usize) -> Option<(&Page<'r>, &Placed<'r>)> {
        self.pages.iter().find_map(|page| {
            let placed = page.tables.iter().find(|placed| placed.number == number)?;
            Some((page, placed))
        })
    }
}

impl Page<'_> {
    /// Its name as formulas write it.
    pub(super) fn quoted(&self) -> String {
        quote_sheet_name(&self.name)
    }
}

impl Placed<'_> {
    pub(super) fn table(&self) -> &Table {
        &self.sheet.table
    }

    /// The first header row.
    pub(super) fn head(&self) -> u32 {
        self.top + 1
    }

    /// The first row of figures.
    pub(super) fn body(&self) -> u32 {
        self.head() + self.table().grid.head.len() as u32
    }

    /// The row after the last row of figures.
    pub(super) fn below(&self) -> u32 {
        self.body() + self.table().grid.body.len() as u32
    }

    /// The row after all of it.
    pub(super) fn end(&self) -> u32 {
        self.below() + self.checks + u32::from(self.table().note.is_some())
    }

    /// How many columns its labels take.
    pub(super) fn stub(&self) -> u16 {
        self.table().grid.stub as u16
    }

    /// How many columns it takes.
    pub(super) fn width(&self) -> u16 {
        self.stub() + self.table().columns.leaves.len() as u16
    }

    /// The place of a figure.
    pub(super) fn spot(&self, row: usize, column: usize) -> (u32, u16) {
        (self.body() + row as u32, self.stub() + column as u16)
    }

    /// The name of a figure's place: `B5`.
    pub(super) fn cell_name(&self, row: usize, column: usize) -> String {
        let (row, column) = self.spot(row, column);
        row_col_to_cell(row, column)
    }
}

/// The widths of the columns of a page. `figure` gives the width of the longest figure in a
/// column of a table.
pub(super) fn widths(
    page: &Page<'_>,
    language: &str,
    figure: &dyn Fn(&Placed<'_>, usize) -> usize,
) -> Vec<f64> {
    let mut widths = vec![0_f64; usize::from(page.width)];
    for placed in &page.tables {
        let table = placed.table();
        for (level, width) in
            stub_widths(&table.rows, placed.table().grid.stub, language).into_iter().enumerate()
        {
            widths[level] = widths[level].max(width);
        }
        for column in 0..table.columns.leaves.len() {
            let label = table.columns.leaf(column).label.get(language);
            let wanted =
                (figure(placed, column) + 2).max(longest_word(label) + 2).max(text_width(label) / 3 + 4);
            let at = table.grid.stub + column;
            widths[at] = widths[at].max(wanted.clamp(8, 18) as f64);
        }
    }
    widths
}

/// The widths of the columns of row labels: headings narrow, for they run down; the last
/// wide enough for most labels.
fn stub_widths(rows: &Axis, depth: usize, language: &str) -> Vec<f64> {
    let label = |line: &Line| text_width(line.label.get(language));
    let mut widths: Vec<f64> = (0..depth)
        .map(|level| {
            let headings = rows.lines.iter().filter(|line| line.depth == level && line.leaf.is_none());
            let widest = headings.map(|line| (label(line) / 2 + 2).clamp(8, 14)).max().unwrap_or(8);
            widest as f64
        })
        .collect();
    let leaves = rows.lines.iter().filter(|line| line.leaf.is_some());
    let wanted = leaves.map(|line| label(line) + 2).max().unwrap_or(0).clamp(14, 34) as f64;
    if let Some(last) = widths.last_mut() {
        *last = wanted;
    }
    widths
}

/// How wide a text is, in columns of a Latin letter.
pub(in crate::render) fn text_width(text: &str) -> usize {
    text.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum()
}

/// The width of the longest stretch without a place to break at.
fn longest_word(text: &str) -> usize {
    let breaks = |c: char| c.is_whitespace() || c >= '\u{1100}' || c == '-' || c == '/';
    text.split(breaks).map(text_width).max().unwrap_or(0)
}

/// How many lines a text takes in a column so wide.
pub(super) fn lines(text: &str, width: f64) -> u32 {
    let room = (width - 1.0).max(1.0);
    text.split('\n').map(|line| (text_width(line) as f64 / room).ceil().max(1.0) as u32).sum()
}

/// A name for a sheet: short, without the signs that names cannot have, unlike the others.
pub(in crate::render) fn sheet_name(title: &str, others: &[&str]) -> String {
    let plain: String =
        title.chars().map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c }).collect();
    let cut = |length: usize| {
        let mut units = 0;
        let fits = |c: &char| {
            units += c.len_utf16();
            units <= length
        };
        plain.trim().chars().take_while(fits).collect::<String>().trim_end().to_owned()
    };
    let taken = |name: &str| others.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    let numbered = (2..).map(|number| format!("{} {number}", cut(NAME - 4)));
    std::iter::once(cut(NAME))
        .chain(numbered)
        .find(|name| !name.is_empty() && !taken(name))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_spreadsheets_take() {
        assert_eq!(sheet_name("二、主动公开政府信息情况", &[]), "二、主动公开政府信息情况");
        assert_eq!(sheet_name("V.A. Received/Processed [all]", &[]), "V.A. Received Processed  all");
        assert_eq!(sheet_name("3. Requests received and processed", &[]), "3. Requests received and proces");
        assert_eq!(sheet_name("COSTS", &["Costs", "costs 2"]), "COSTS 3");
        assert_eq!(sheet_name("ÉTATS", &["états"]), "ÉTATS 2");
    }

    #[test]
    fn texts_are_measured_as_they_are_seen() {
        assert_eq!(text_width("总计 (1)"), 8);
        assert_eq!(lines("本年收费金额（单位：万元）", 14.0), 2);
        assert_eq!(longest_word("Public-interest organisations"), 13);
    }
}
