//! What any foreign file boils down to: paragraphs, lines, text grids and images, each with its place in the
//! original. This file does not know where the blocks come from, nor what the report's form is.

use std::fmt;

use super::limits;

/// Where something stands in the original, as a clerk would look it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The n-th paragraph of a text document or page.
    Paragraph(u32),
    /// A cell of the n-th table of a text document or page.
    Cell {
        /// The number of the table.
        table: u32,
        /// The row, from 1.
        row: u32,
        /// The column, from 1.
        column: u32,
    },
    /// A line of a plain text.
    Line(u32),
    /// A line of a page of a PDF.
    PageLine {
        /// The page, from 1.
        page: u32,
        /// The line on it, from 1.
        line: u32,
    },
    /// A cell of the n-th sheet of a workbook.
    SheetCell {
        /// The number of the sheet.
        sheet: u32,
        /// The row, from 1.
        row: u32,
        /// The column, from 1.
        column: u32,
    },
}

impl Place {
    /// The place in words of the language, such as `表2第5行第3列`.
    pub fn describe(&self, chinese: bool) -> String {
        match (*self, chinese) {
            (Self::Paragraph(n), true) => format!("第{n}段"),
            (Self::Paragraph(n), false) => format!("paragraph {n}"),
            (Self::Cell { table, row, column }, true) => format!("表{table}第{row}行第{column}列"),
            (Self::Cell { table, row, column }, false) => {
                format!("table {table}, row {row}, column {column}")
            }
            (Self::Line(n), true) => format!("第{n}行"),
            (Self::Line(n), false) => format!("line {n}"),
            (Self::PageLine { page, line }, true) => format!("第{page}页第{line}行"),
            (Self::PageLine { page, line }, false) => format!("page {page}, line {line}"),
            (Self::SheetCell { sheet, row, column }, true) => format!("工作表{sheet}第{row}行第{column}列"),
            (Self::SheetCell { sheet, row, column }, false) => {
                format!("sheet {sheet}, row {row}, column {column}")
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(true))
    }
}

/// What a paragraph is in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Running text.
    Body,
    /// A heading that the file itself marks as one, with its level from 1.
    Heading(u8),
    /// The heading of a section of the form, told by a file of ours: no other text is one.
    Section,
    /// An entry of a bulleted or numbered list.
    Item,
    /// A footnote or endnote.
    Footnote,
}

/// A stretch of a paragraph that links somewhere or stands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where the stretch begins, in bytes of the text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The target of a link, or nothing for strong text.
    pub target: Option<String>,
}

/// A paragraph of a word processor or web page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// Its text, lines separated by `\n`.
    pub text: String,
    /// Links and strong stretches, in order, not overlapping.
    pub marks: Vec<Mark>,
    /// What it is.
    pub role: Role,
    /// Where it stands.
    pub place: Place,
}

/// A piece of a line, with its horizontal extent where the file tells one.
#[derive(Clone, Debug, PartialEq)]
pub struct Fragment {
    /// Its text.
    pub text: String,
    /// The left and right edge, in columns of text or points of a page.
    pub extent: (f32, f32),
}

/// A line of a plain text or of a PDF page.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its pieces from left to right; none for an empty line.
    pub fragments: Vec<Fragment>,
    /// Where it stands.
    pub place: Place,
}

impl Line {
    /// The whole line as text, pieces a space apart.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for fragment in &self.fragments {
            // Two Han characters need no space between them: they were apart only because of the layout.
            let touching = text.chars().next_back().is_some_and(|c| !c.is_ascii())
                && fragment.text.chars().next().is_some_and(|c| !c.is_ascii());
            if !text.is_empty() && !touching {
                text.push(' ');
            }
            text.push_str(&fragment.text);
        }
        text
    }
}

/// A cell of a text grid, at its upper left position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextCell {
    /// Its text, paragraphs separated by `\n`.
    pub text: String,
    /// The row it begins in, from 0.
    pub row: usize,
    /// The column it begins in, from 0.
    pub column: usize,
    /// How many rows it covers.
    pub rows: usize,
    /// How many columns it covers.
    pub columns: usize,
    /// The address of a cell of a form, where the file names it: our own pages do.
    pub address: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// A table as text: rows of cells, spans resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextGrid {
    /// The cells that begin in each row, from left to right.
    pub rows: Vec<Vec<TextCell>>,
    /// The number of columns.
    pub width: usize,
    /// The caption, where the file marks one.
    pub caption: Option<String>,
}

/// One piece of a foreign file.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Paragraph),
    /// A line whose paragraph is not known.
    Line(Line),
    /// A table.
    Grid(TextGrid),
    /// An image, by its number among the attachments.
    Image(usize, Place),
}

/// A file found inside the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// A safe file name, made from the content and never from the original's path.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Something to tell about the original that is not about a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// Tracked deletions were left out: how many, and where the first stands.
    Deletions(usize, Place),
    /// Tracked insertions were taken in.
    Insertions(usize, Place),
    /// Hidden text was left out.
    Hidden(usize, Place),
    /// A comment that is not part of the text.
    Comment(String),
    /// An embedded object that cannot be read.
    Embedded(usize, Place),
    /// A picture that the file only points at.
    LinkedImage(String),
    /// Text around the article of a web page, left out.
    Furniture(String),
    /// The text was not UTF-8, and was read as this encoding.
    Encoding(&'static str),
    /// Some characters could not be decoded.
    Undecodable,
    /// A table was cut at the limit.
    Cut(Place),
    /// Pages that hold a picture and no text.
    PagesWithoutText(Vec<u32>),
}

/// A foreign file, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Original {
    /// Its blocks in order.
    pub blocks: Vec<Block>,
    /// Files inside it.
    pub attachments: Vec<Attachment>,
    /// What the file says of itself: `title`, `date`, `source`, and the names of a page's meta tags.
    pub facts: Vec<(String, String)>,
    /// Things to tell.
    pub remarks: Vec<Remark>,
}

/// Lays cells with spans on a grid, as a browser does: each cell takes the first free column of its row.
#[derive(Default)]
pub(super) struct GridBuilder {
    grid: TextGrid,
    /// For each column, how many further rows a cell from above covers.
    covered: Vec<usize>,
    column: usize,
    cells: usize,
    cut: bool,
}

impl GridBuilder {
    /// Begins the next row.
    pub(super) fn row(&mut self) {
        if !self.grid.rows.is_empty() {
            self.close_row();
        }
        self.grid.rows.push(Vec::new());
        self.column = 0;
    }

    /// Leaves columns free at the left of the row.
    pub(super) fn skip(&mut self, columns: usize) {
        self.column = (self.column + columns).min(limits::COLUMNS);
    }

    /// Puts a cell into the row; `place` is made from the row and column, both from 1.
    pub(super) fn cell(
        &mut self,
        text: String,
        (rows, columns): (usize, usize),
        address: Option<String>,
        place: impl FnOnce(u32, u32) -> Place,
    ) {
        if self.grid.rows.is_empty() {
            self.row();
        }
        let row = self.grid.rows.len() - 1;
        while self.covered.get(self.column).is_some_and(|rows| *rows > 0) {
            self.column += 1;
        }
        self.cells += 1;
        if self.column >= limits::COLUMNS || row >= limits::ROWS || self.cells > limits::CELLS {
            self.cut = true;
            return;
        }
        let columns = columns.clamp(1, limits::COLUMNS - self.column);
        let rows = rows.clamp(1, limits::ROWS);
        let end = self.column + columns;
        if self.covered.len() < end {
            self.covered.resize(end, 0);
        }
        // A cell spanning into one from above is drawn over it; counting from the longer keeps both in place.
        for covered in &mut self.covered[self.column..end] {
            *covered = (*covered).max(rows);
        }
        let place = place(row as u32 + 1, self.column as u32 + 1);
        self.grid.rows[row].push(TextCell { text, row, column: self.column, rows, columns, address, place });
        self.column = end;
        self.grid.width = self.grid.width.max(end);
    }

    /// Merges the cell into the one above that begins in the same column; `false` if there is none.
    pub(super) fn continue_above(&mut self, columns: usize) -> bool {
        let column = self.column;
        let Some(row) = self.grid.rows.len().checked_sub(1) else { return false };
        let above = self.grid.rows[..row]
            .iter_mut()
            .rev()
            .find_map(|cells| cells.iter_mut().find(|cell| cell.column == column))
            .filter(|cell| cell.row + cell.rows == row);
        let Some(cell) = above else { return false };
        cell.rows += 1;
        self.column += columns.max(1);
        self.grid.width = self.grid.width.max(self.column);
        true
    }

    /// Widens the cell put last by more columns.
    pub(super) fn widen(&mut self, columns: usize) {
        if let Some(cell) = self.grid.rows.last_mut().and_then(|row| row.last_mut())
            && cell.column + cell.columns + columns <= limits::COLUMNS
        {
            cell.columns += columns;
            self.column = cell.column + cell.columns;
            self.grid.width = self.grid.width.max(self.column);
        }
    }

    /// The row and column that the next cell takes, from 1.
    pub(super) fn position(&self) -> (u32, u32) {
        (self.grid.rows.len() as u32, self.column as u32 + 1)
    }

    /// Whether no more rows or cells are taken.
    pub(super) fn is_full(&self) -> bool {
        self.grid.rows.len() > limits::ROWS || self.cells > limits::CELLS
    }

    /// Whether cells had to be left out.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// The finished grid; row spans are cut at the last row.
    pub(super) fn finish(mut self, caption: Option<String>) -> TextGrid {
        let height = self.grid.rows.len();
        for cell in self.grid.rows.iter_mut().flatten() {
            cell.rows = cell.rows.min(height - cell.row);
        }
        self.grid.caption = caption;
        self.grid
    }

    fn close_row(&mut self) {
        for covered in &mut self.covered {
            *covered = covered.saturating_sub(1);
        }
    }
}
