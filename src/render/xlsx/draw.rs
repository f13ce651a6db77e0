//! A table drawn on a sheet as on the page: caption, merged heads, labels, figures, note.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::layout::{Page, Placed, lines};
use super::style::Styles;
use crate::form::GridCell;
use crate::language::Localised;

/// The longest text that a cell can hold, in units of UTF-16.
const LONGEST: usize = 32_767;
/// A4.
const PAPER: u8 = 9;
/// The height of a line of text, in points.
const LINE: f64 = 15.0;
/// Columns so wide together stand better on a page turned sideways.
const UPRIGHT: f64 = 130.0;

/// Writes a figure at a row and column, by the number of its cell.
pub(super) type Figure<'f, 'w> = dyn FnMut(&mut Canvas<'w>, (u32, u16), usize) -> Result<(), XlsxError> + 'f;

/// A sheet being drawn.
pub(super) struct Canvas<'w> {
    pub sheet: &'w mut Worksheet,
    pub styles: &'w Styles,
    pub widths: Vec<f64>,
    pub language: &'w str,
    heights: BTreeMap<u32, f64>,
}

impl<'w> Canvas<'w> {
    /// An empty sheet, set up for printing.
    pub(super) fn new(
        sheet: &'w mut Worksheet,
        styles: &'w Styles,
        name: &str,
        widths: Vec<f64>,
        language: &'w str,
    ) -> Result<Self, XlsxError> {
        sheet.set_name(name)?.set_paper_size(PAPER).set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3).set_print_center_horizontally(true);
        sheet.set_footer("&C&P / &N");
        // What a formula comes to before it is worked out: nothing.
        sheet.set_formula_result_default("");
        if widths.iter().sum::<f64>() > UPRIGHT {
            sheet.set_landscape();
        }
        for (column, width) in widths.iter().enumerate() {
            sheet.set_column_width(column as u16, *width)?;
        }
        Ok(Self { sheet, styles, widths, language, heights: BTreeMap::new() })
    }

    /// Writes a text over some rows and columns. A text is never taken for a formula.
    pub(super) fn text(
        &mut self,
        (row, column): (u32, u16),
        (rows, columns): (u32, u16),
        text: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let text = within_limit(text);
        if rows * u32::from(columns) > 1 {
            self.sheet.merge_range(row, column, row + rows - 1, column + columns - 1, text, format)?;
        } else {
            self.sheet.write_string_with_format(row, column, text, format)?;
        }
        let width: f64 = self.widths.iter().skip(column.into()).take(columns.into()).sum();
        self.need(row, rows, f64::from(lines(text, width)) * LINE + 4.0);
        Ok(())
    }

    /// Makes some rows so high together.
    pub(super) fn need(&mut self, row: u32, rows: u32, height: f64) {
        let usual = LINE + 4.0;
        let others: f64 =
            (row..row + rows - 1).map(|row| self.heights.get(&row).copied().unwrap_or(usual)).sum();
        let last = self.heights.entry(row + rows - 1).or_insert(usual);
        *last = last.max(height - others).min(400.0);
    }

    /// The title of the report and what stands below it.
    pub(super) fn title(&mut self, title: &str, subtitle: &str, columns: u16) -> Result<(), XlsxError> {
        let styles = self.styles;
        self.text((0, 0), (1, columns), title, &styles.title)?;
        let width: f64 = self.widths.iter().take(columns.into()).sum();
        self.need(0, 1, f64::from(lines(title, width / 1.35)) * 20.0 + 6.0);
        self.text((1, 0), (1, columns), subtitle, &styles.subtitle)?;
        self.need(1, 1, 26.0);
        Ok(())
    }

    /// A table but for its figures, which `figure` writes.
    pub(super) fn table(
        &mut self,
        page: &Page<'_>,
        placed: &Placed<'_>,
        caption: &str,
        figure: &mut Figure<'_, 'w>,
    ) -> Result<(), XlsxError> {
        let (table, styles) = (placed.table(), self.styles);
        self.text((placed.top, 0), (1, page.width), caption, &styles.caption)?;
        for (rows, top) in [(&table.grid.head, placed.head()), (&table.grid.body, placed.body())] {
            for (row, cells) in rows.iter().enumerate() {
                for cell in cells {
                    self.cell(placed, top + row as u32, cell, figure)?;
                }
            }
        }
        if let Some(note) = &table.note {
            self.text((placed.end() - 1, 0), (1, page.width), note.get(self.language), &styles.note)?;
        }
        Ok(())
    }

    fn cell(
        &mut self,
        placed: &Placed<'_>,
        row: u32,
        cell: &GridCell,
        figure: &mut Figure<'_, 'w>,
    ) -> Result<(), XlsxError> {
        let (table, stub, styles) = (placed.table(), placed.stub(), self.styles);
        let language = self.language;
        let label = |label: &Localised| label.get(language).to_owned();
        let text = |text: &Option<Localised>| text.as_ref().map(label).unwrap_or_default();
        match *cell {
            GridCell::Corner { rows, columns } => {
                let text = text(&table.corner);
                self.text((row, 0), (rows as u32, columns as u16), &text, &styles.head)
            }
            GridCell::Heading { columns } => {
                let text = text(&table.heading);
                self.text((row, stub), (1, columns as u16), &text, &styles.head)
            }
            GridCell::Column { line, rows, columns } => {
                let first = table.columns.leaves_below(line).next().unwrap_or(0) as u16;
                let text = label(&table.columns.lines[line].label);
                self.text((row, stub + first), (rows as u32, columns as u16), &text, &styles.head)
            }
            GridCell::Row { line, rows, columns } => {
                let line = &table.rows.lines[line];
                let (text, column) = (label(&line.label), line.depth as u16);
                self.text((row, column), (rows as u32, columns as u16), &text, &styles.label)
            }
            GridCell::Cell(number) => {
                let (_, column) = table.crossing(number);
                figure(self, (row, stub + column as u16), number)
            }
        }
    }

    /// Gives the rows their heights.
    pub(super) fn finish(self) -> Result<(), XlsxError> {
        for (row, height) in &self.heights {
            self.sheet.set_row_height(*row, *height)?;
        }
        Ok(())
    }
}

/// As much of a text as a cell can hold.
pub(in crate::render) fn within_limit(text: &str) -> &str {
    if text.len() <= LONGEST {
        return text;
    }
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > LONGEST
    });
    end.map_or(text, |(end, _)| &text[..end])
}
