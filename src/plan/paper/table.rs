//! A statutory table laid out for paper: every cell with its span, every column with its
//! width.

use serde::Serialize;

use crate::form::{self, GridCell};
use crate::language::Localised;
use crate::model::{Sheet, State};

/// The width of a table; those of its columns are parts of it.
const WIDTH: usize = 10_000;

/// A statutory table for paper.
#[derive(Serialize)]
pub struct Table {
    /// Its caption.
    pub title: String,
    /// Where the caption stands.
    pub caption: Caption,
    /// The unit of its figures.
    pub unit: Option<String>,
    /// What stands under it.
    pub note: Option<String>,
    /// How many columns the labels of rows take.
    pub stub: usize,
    /// The size of its letters.
    pub size: Size,
    /// The width of each column; together 10,000.
    pub widths: Vec<usize>,
    /// The header rows.
    pub head: Vec<Vec<Cell>>,
    /// The other rows.
    pub body: Vec<Vec<Cell>>,
}

/// Where the caption of a table stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Caption {
    /// Above it.
    Above,
    /// In its first row.
    Inside,
    /// In the heading of its section.
    Said,
}

/// The size of letters in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// Size 5, 10.5 points.
    Usual,
    /// Small size 5, 9 points: for many columns.
    Small,
    /// 6.5 points: for many columns of long words.
    Tiny,
}

/// A cell, in the row it begins in.
#[derive(Serialize)]
pub struct Cell {
    /// What it is.
    pub kind: CellKind,
    /// What stands in it.
    pub text: String,
    /// Rows it is high.
    pub rows: usize,
    /// Columns it is wide.
    pub columns: usize,
}

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CellKind {
    /// The corner above the labels of rows.
    Corner,
    /// The label of columns.
    Column,
    /// The label of rows.
    Row,
    /// A figure, or what was written instead.
    Figure,
}

impl Table {
    /// The table of a sheet.
    pub(super) fn new(sheet: &Sheet, caption: Caption, language: &str) -> Self {
        let table = &*sheet.table;
        let text = |text: &Option<Localised>| text.as_ref().map(|text| text.get(language).to_owned());
        let lay = |rows: &[Vec<GridCell>]| -> Vec<Vec<Cell>> {
            let row = |row: &Vec<GridCell>| row.iter().map(|cell| lay_out(sheet, cell, language)).collect();
            rows.iter().map(row).collect()
        };
        let (head, body) = (lay(&table.grid.head), lay(&table.grid.body));
        let (size, widths) = widths(table, &body, language);
        Self {
            title: table.title.get(language).to_owned(),
            caption,
            unit: text(&table.unit),
            note: text(&table.note),
            stub: table.grid.stub,
            size,
            widths,
            head,
            body,
        }
    }
}

fn lay_out(sheet: &Sheet, cell: &GridCell, language: &str) -> Cell {
    let table = &sheet.table;
    let text =
        |text: &Option<Localised>| text.as_ref().map(|t| t.get(language).to_owned()).unwrap_or_default();
    let (kind, text, rows, columns) = match *cell {
        GridCell::Corner { rows, columns } => (CellKind::Corner, text(&table.corner), rows, columns),
        GridCell::Heading { columns } => (CellKind::Column, text(&table.heading), 1, columns),
        GridCell::Column { line, rows, columns } => {
            (CellKind::Column, table.columns.lines[line].label.get(language).to_owned(), rows, columns)
        }
        GridCell::Row { line, rows, columns } => {
            (CellKind::Row, table.rows.lines[line].label.get(language).to_owned(), rows, columns)
        }
        GridCell::Cell(number) => (CellKind::Figure, figure(sheet, number), 1, 1),
    };
    Cell { kind, text, rows, columns }
}

/// A figure as written.
fn figure(sheet: &Sheet, number: usize) -> String {
    let cell = &sheet.cells()[number];
    match cell.state {
        State::NotApplicable => "/".to_owned(),
        State::Text => sheet.text(cell).unwrap_or_default().to_owned(),
        _ => cell.written().unwrap_or_default(),
    }
}

/// What a column takes, in halves of a Chinese character.
#[derive(Clone, Copy)]
struct Room {
    /// What cannot be broken.
    needed: usize,
    /// What looks well.
    wanted: usize,
}

/// The size of the letters, and the widths of the columns. Labels wrap, so a column wants
/// only some of the width of its label; words and figures do not, so it has room for these.
fn widths(table: &form::Table, body: &[Vec<Cell>], language: &str) -> (Size, Vec<usize>) {
    /// How many columns are many.
    const MANY: usize = 9;
    /// What a line of small letters takes.
    const LINE: usize = 98;
    let rooms = rooms(table, body, language);
    let needed: usize = rooms.iter().map(|room| room.needed).sum();
    let size = match rooms.len() {
        0..MANY => Size::Usual,
        _ if needed <= LINE => Size::Small,
        _ => Size::Tiny,
    };
    let width = |room: &Room| if size == Size::Tiny { room.needed } else { room.wanted };
    let sum: usize = rooms.iter().map(width).sum();
    let mut widths: Vec<usize> = rooms.iter().map(|room| width(room) * WIDTH / sum).collect();
    let rest = WIDTH - widths.iter().sum::<usize>();
    if let Some(first) = widths.first_mut() {
        *first += rest;
    }
    (size, widths)
}

fn rooms(table: &form::Table, body: &[Vec<Cell>], language: &str) -> Vec<Room> {
    let (stub, count) = (table.grid.stub, table.columns.leaves.len());
    let mut rooms = vec![Room { needed: 4, wanted: 4 }; stub];
    // Four Chinese characters of a label side by side; where that is too much, two.
    rooms.extend(table.columns.leaves.iter().map(|line| {
        let needed = longest_word(table.columns.lines[*line].label.get(language)).clamp(4, 16);
        Room { needed, wanted: needed.max(8) }
    }));
    for row in body {
        // The place of a label follows from what stands behind it.
        let mut at = stub + count;
        for cell in row.iter().rev() {
            at -= cell.columns;
            if cell.columns > 1 {
                continue;
            }
            let most = match cell.kind {
                CellKind::Figure => 40,
                _ if at + 1 < stub => 6,
                _ => 24,
            };
            let room = &mut rooms[at];
            room.wanted = room.wanted.max(span(&cell.text).min(most));
            room.needed = room.needed.max(longest_word(&cell.text).min(most));
        }
    }
    // Room at both sides of the text.
    rooms.iter().map(|room| Room { needed: room.needed + 2, wanted: room.wanted + 2 }).collect()
}

/// How wide a text is, in halves of a Chinese character.
fn span(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// How wide the longest piece of a text is that no line end may cut: a word or figure, or
/// two Chinese characters.
fn longest_word(text: &str) -> usize {
    let words = text.split(|c: char| !c.is_ascii() || c.is_ascii_whitespace() || c == '-');
    // Capitals are wider.
    let width = |word: &str| word.len() + word.bytes().filter(u8::is_ascii_uppercase).count() / 3;
    let longest = words.map(width).max().unwrap_or(0);
    if text.is_ascii() { longest } else { longest.max(4) }
}
