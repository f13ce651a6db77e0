//! A table filled in: typed cells, sums derived where they were left out.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::diagnostic::{Diagnostic, Diagnostics, Fact, Place};
use crate::document::{Entry, Figures};
use crate::fields::nearest;
use crate::form::{Axis, Blank, Name, Spelling, Table, Value, parse_value};
use crate::language::Localised;
use crate::path::SourcePath;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum State {
    /// Nothing was written.
    #[default]
    Blank,
    /// It does not apply.
    NotApplicable,
    /// A number as written.
    Number,
    /// A sum that was left out and is derived.
    Derived,
    /// A text.
    Text,
    /// Something that is no figure was written, or a sum of it was left out: nobody knows what
    /// it comes to.
    Unread,
}

/// One cell, in 16 bytes: a portal may hold twenty million of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cell {
    /// The digits of the number, or the number of the text in the sheet.
    pub(super) digits: i64,
    /// Where it was written, as bytes of `tables.toml`.
    pub(super) start: u32,
    pub(super) length: u16,
    /// How many of the digits are decimals.
    pub(super) decimals: u8,
    /// What it holds.
    pub state: State,
}

impl Cell {
    fn number(number: Decimal, state: State) -> Option<Self> {
        let digits = i64::try_from(number.mantissa()).ok()?;
        let decimals = u8::try_from(number.scale()).ok()?;
        Some(Self { digits, decimals, state, ..Self::default() })
    }

    /// Its number, if it holds one.
    pub fn value(&self) -> Option<Decimal> {
        match self.state {
            State::Number | State::Derived => Decimal::try_new(self.digits, u32::from(self.decimals)).ok(),
            _ => None,
        }
    }

    /// What some cells come to; those without a number count as 0. `None` where nobody knows.
    pub(super) fn sum(cells: &mut dyn Iterator<Item = Self>) -> Option<Decimal> {
        let (mut counts, mut others) = (0i64, Decimal::ZERO);
        for cell in cells {
            // Almost all are counts, and few sums of them need more than 64 bits.
            match cell.count().and_then(|count| counts.checked_add(count)) {
                Some(sum) => counts = sum,
                None if cell.state == State::Unread => return None,
                None => others += cell.value().unwrap_or_default(),
            }
        }
        Some(others + Decimal::from(counts))
    }

    /// Its number, if it holds one that is written without decimals.
    pub fn count(&self) -> Option<i64> {
        let is_number = matches!(self.state, State::Number | State::Derived);
        (is_number && self.decimals == 0).then_some(self.digits)
    }

    /// Whether it holds the number 0.
    pub fn is_zero(&self) -> bool {
        matches!(self.state, State::Number | State::Derived) && self.digits == 0
    }

    /// Its number as written, if it holds one.
    pub fn written(&self) -> Option<String> {
        matches!(self.state, State::Number | State::Derived).then(|| self.to_string())
    }

    /// Whether anything was written in it.
    pub fn is_written(&self) -> bool {
        self.length > 0
    }
}

/// The number as written; nothing where there is none.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count() {
            Some(count) => count.fmt(f),
            None => self.value().map_or(Ok(()), |value| value.fmt(f)),
        }
    }
}

/// A table filled in.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The blank table; of an open one, with the rows of the agency.
    pub table: Arc<Table>,
    /// The cells, row by row.
    pub(super) cells: Box<[Cell]>,
    pub(super) texts: Vec<Box<str>>,
    /// Where each row is written.
    pub(super) rows: Box<[(u32, u32)]>,
    /// Where the table is written.
    pub(super) start: (u32, u32),
}

impl Sheet {
    /// A sheet in which nothing is written.
    pub fn blank(table: Arc<Table>, start: Range<usize>) -> Self {
        let cells = vec![Cell::default(); table.size()].into();
        let rows = vec![(0, 0); table.rows.leaves.len()].into();
        let start = (offset(start.start), offset(start.end));
        Self { table, cells, texts: Vec::new(), rows, start }
    }

    /// Fills a table with the figures written for it; what does not fit is found.
    pub fn fill(
        table: &Arc<Table>,
        figures: &Figures<'_, '_>,
        file: &SourcePath,
        found: &mut Diagnostics,
    ) -> Self {
        let mut sheet = Self::blank(table.clone(), figures.place());
        figures.walk(&mut |path, key, entry, place| {
            let name = table.name(path);
            if let Some(Name::Row(row)) = name {
                sheet.rows[row] = (offset(key.start), offset(place.end));
            }
            match (entry, name) {
                (Entry::Table, Some(Name::Row(_) | Name::Beginning)) => true,
                (Entry::Figure(text), Some(Name::Cell(cell))) => {
                    sheet.write(cell, &text, place, file, found);
                    false
                }
                (Entry::Table | Entry::Figure(_), _) => {
                    found.push(unknown(table, path, Place::new(file, key)));
                    false
                }
                (Entry::Other, _) => {
                    if let Some(Name::Cell(cell)) = name {
                        sheet.cells[cell].state = State::Unread;
                    }
                    let diagnostic = Diagnostic::new("cells/other").fact("what", path);
                    found.push(diagnostic.at(Place::new(file, place)));
                    false
                }
            }
        });
        sheet.derive();
        sheet
    }

    fn write(
        &mut self,
        cell: usize,
        text: &str,
        place: Range<usize>,
        file: &SourcePath,
        found: &mut Diagnostics,
    ) {
        let (row, column) = self.table.crossing(cell);
        let kind = self.table.kind_of(row, column);
        let about = |code| {
            let diagnostic = Diagnostic::new(code).fact("written", text).fact("label", self.label(cell));
            diagnostic.cell(self.table.address(cell)).at(Place::new(file, place.clone()))
        };
        let mut written = Cell::default();
        match parse_value(text, kind) {
            None => {
                found.push(about(if is_long(text) { "cells/too-large" } else { "cells/not-a-number" }));
                written.state = State::Unread;
            }
            Some((Value::Blank, _)) => {}
            Some((Value::NotApplicable, _)) => written.state = State::NotApplicable,
            Some((Value::Text(text), _)) => {
                written = Cell { digits: self.texts.len() as i64, state: State::Text, ..written };
                self.texts.push(text.into());
            }
            Some((Value::Number(number), spelling)) => {
                if !kind.admits(number) {
                    found.push(about("cells/kind").fact("kind", Fact::Word(kind.word().into())));
                }
                if spelling == Spelling::Loose {
                    found.push(about("cells/spelling").fact("number", number.to_string()));
                }
                match Cell::number(number, State::Number) {
                    Some(cell) => written = cell,
                    None => {
                        found.push(about("cells/too-large"));
                        written.state = State::Unread;
                    }
                }
            }
        }
        let length = u16::try_from(place.len()).unwrap_or(u16::MAX);
        self.cells[cell] = Cell { start: offset(place.start), length, ..written };
    }

    /// Derives every sum that was left out: along the rows, down the columns, and along the
    /// rows again, since a sum of sums may have come before its parts.
    fn derive(&mut self) {
        self.derive_rows();
        let table = self.table.clone();
        for row in table.rows.sums() {
            let parts = table.rows.leaf(row).sum.iter().flatten();
            for column in (0..table.columns.leaves.len()).filter(|column| table.adds_up(*column)) {
                let parts = parts.clone().map(|part| table.cell(*part, column));
                self.derive_cell(table.cell(row, column), parts);
            }
        }
        self.derive_rows();
    }

    fn derive_rows(&mut self) {
        let table = self.table.clone();
        for column in table.columns.sums() {
            let parts = table.columns.leaf(column).sum.iter().flatten();
            for row in 0..table.rows.leaves.len() {
                let parts = parts.clone().map(|part| table.cell(row, *part));
                self.derive_cell(table.cell(row, column), parts);
            }
        }
    }

    /// A sum is derived only where nothing at all is written and a part of it is.
    fn derive_cell(&mut self, cell: usize, parts: impl Iterator<Item = usize> + Clone) {
        if self.cells[cell].state != State::Blank {
            return;
        }
        if parts.clone().any(|part| self.cells[part].state == State::Unread) {
            self.cells[cell].state = State::Unread;
            return;
        }
        if !parts.clone().any(|part| self.cells[part].value().is_some()) {
            return;
        }
        let sum: Decimal = parts.map(|part| self.cells[part].value().unwrap_or_default()).sum();
        if let Some(number) = Cell::number(sum, State::Derived) {
            let Cell { start, length, .. } = self.cells[cell];
            self.cells[cell] = Cell { start, length, ..number };
        }
    }

    /// The cells, row by row.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The text of a cell that holds one.
    pub fn text(&self, cell: &Cell) -> Option<&str> {
        let text = (cell.state == State::Text).then(|| usize::try_from(cell.digits).ok()).flatten()?;
        self.texts.get(text).map(|text| &**text)
    }

    /// The number of a cell as sums and rules see it: an empty cell counts as the form
    /// says; `None` where it cannot be counted.
    pub fn figure(&self, row: usize, column: usize) -> Option<Decimal> {
        let cell = &self.cells[self.table.cell(row, column)];
        match cell.state {
            State::Number | State::Derived => cell.value(),
            State::Blank | State::NotApplicable => {
                (self.table.blank_of(row, column) == Blank::Zero).then_some(Decimal::ZERO)
            }
            State::Text | State::Unread => None,
        }
    }

    /// Where a cell is written; else its row; else the table.
    pub fn place(&self, file: &SourcePath, cell: usize) -> Place {
        let Cell { start, length, .. } = self.cells[cell];
        if length > 0 {
            return Place::new(file, start as usize..start as usize + length as usize);
        }
        let (row, _) = self.table.crossing(cell);
        let (start, end) = match self.rows[row] {
            (0, 0) => self.start,
            row => row,
        };
        Place::new(file, start as usize..end as usize)
    }

    /// The name of a cell in words: row and column as printed.
    pub fn label(&self, cell: usize) -> Localised {
        let (row, _) = self.table.crossing(cell);
        let mut label = Localised::default();
        for (language, _) in self.table.rows.leaf(row).label.all() {
            label.push(language, self.label_in(cell, language));
        }
        label
    }

    /// The name of a cell in words of a language.
    pub fn label_in(&self, cell: usize, language: &str) -> String {
        let (row, column) = self.table.crossing(cell);
        if !self.table.stub {
            return self.column_path(column, language);
        }
        let row = self.table.rows.leaf(row).label.get(language);
        [row, " · ", &self.column_label(column, language)].concat()
    }

    /// The label of a column; with the headings above it where several are called so.
    pub fn column_label(&self, column: usize, language: &str) -> String {
        let columns = &self.table.columns;
        let label = columns.leaf(column).label.get(language);
        let mut others = (0..columns.leaves.len()).filter(|other| *other != column);
        if others.any(|other| columns.leaf(other).label.get(language) == label) {
            return self.column_path(column, language);
        }
        label.to_owned()
    }

    /// The label of a column with the headings above it.
    fn column_path(&self, column: usize, language: &str) -> String {
        let columns = &self.table.columns;
        let path = columns.path(columns.leaves[column]).into_iter();
        path.map(|line| columns.lines[line].label.get(language)).collect::<Vec<_>>().join(" · ")
    }

    /// Whether the table is there at all, be it empty.
    pub fn is_written(&self) -> bool {
        self.start != (0, 0)
    }

    /// Whether anything is written in it.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.state == State::Blank)
    }
}

fn offset(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Whether a text is digits only, more of them than any number has.
fn is_long(text: &str) -> bool {
    text.len() > 28 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-')
}

/// The heading that a path stands for, a column of it or not: of rows, else of columns.
fn heading_of<'n>(table: &Table, path: &'n str) -> Option<&'n str> {
    let is_heading = |axis: &Axis, id: &str| axis.line(id).is_some_and(|line| line.leaf.is_none());
    if let Some((_, rest)) = table.row_of(path) {
        return is_heading(&table.columns, rest).then_some(rest);
    }
    let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
    let mut headings = ends.map(|end| path.split_at(end)).filter(|(row, _)| is_heading(&table.rows, row));
    let column = |rest: &str| rest.is_empty() || table.columns.line(&rest[1..]).is_some();
    headings.find(|(_, rest)| column(rest)).map(|(row, _)| row)
}

/// Says what is wrong with a path that is no cell of a table.
fn unknown(table: &Table, path: &str, place: Place) -> Diagnostic {
    let (rows, columns) = (&table.rows, &table.columns);
    let ids =
        |axis: &'_ Axis| axis.leaves.iter().map(|leaf| axis.lines[*leaf].id.to_string()).collect::<Vec<_>>();
    let (rest, near, code) = match (table.row_of(path), heading_of(table, path)) {
        (_, Some(heading)) => (heading, Vec::new(), "cells/heading"),
        (Some((_, rest)), _) => (rest, ids(columns), "cells/unknown-column"),
        (None, _) if matches!(table.name(path), Some(Name::Row(_))) => (path, Vec::new(), "cells/no-column"),
        (None, _) => (path, ids(rows), "cells/unknown-row"),
    };
    let diagnostic = Diagnostic::new(code).fact("name", rest).fact("table", &*table.id).at(place);
    match nearest(rest, near.iter().map(String::as_str)) {
        Some(near) => {
            let axis = if code == "cells/unknown-row" { rows } else { columns };
            let label = axis.line(near).map(|line| line.label.clone()).unwrap_or_default();
            diagnostic.fact("near", near).fact("near_label", label)
        }
        None => diagnostic,
    }
}
