//! The cells of a sheet of a workbook. Numbers are taken as the file writes them, rounded to the fifteen digits that a
//! spreadsheet shows, so that no binary fraction shows through.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use crate::import::block::{Block, GridBuilder, Paragraph, Place, Role};
use crate::import::limits::{self, Refusal};

use crate::import::original::package::{Node, Tag, Xml};

/// The cells of a sheet by row and column, as sparse as the file writes them.
#[derive(Default)]
pub(super) struct Cells {
    cells: BTreeMap<(usize, usize), String>,
    /// The cells that hold a formula.
    formulas: BTreeSet<(usize, usize)>,
    merges: BTreeMap<(usize, usize), (usize, usize)>,
    /// Rows that are not shown.
    hidden_rows: BTreeSet<usize>,
    /// Columns that are not shown.
    hidden_columns: BTreeSet<usize>,
    /// The cells in them that hold anything.
    pub(super) unseen: BTreeSet<(usize, usize)>,
    at: (usize, usize),
    kind: String,
    text: String,
    reading: bool,
    /// Whether it has more cells than are read.
    pub(super) cut: bool,
}

/// Whether a row or column is not shown.
fn is_hidden(tag: &Tag<'_>) -> bool {
    tag.attribute("hidden").is_some_and(|hidden| matches!(hidden.as_str(), "1" | "true"))
}

impl Cells {
    /// The cells of a sheet, its XML and the strings of its workbook given.
    pub(super) fn of(xml: &str, strings: &[String]) -> Result<Self, Refusal> {
        let mut found = Self::default();
        Xml::new(xml).each(|node| match node {
            Node::Open(tag) => match tag.name().as_str() {
                "row" => {
                    found.at = (tag.number("r").unwrap_or(found.at.0 + 1), 0);
                    if is_hidden(&tag) && found.at.0 <= limits::ROWS {
                        found.hidden_rows.insert(found.at.0);
                    }
                }
                "col" if is_hidden(&tag) => {
                    let (from, to) = (tag.number("min").unwrap_or(1), tag.number("max").unwrap_or(0));
                    found.hidden_columns.extend(from..=to.min(limits::COLUMNS));
                }
                "c" => {
                    let place = tag.attribute("r").and_then(|name| cell_name(&name));
                    found.at = place.unwrap_or((found.at.0, found.at.1 + 1));
                    found.kind = tag.attribute("t").unwrap_or_default();
                    found.text.clear();
                }
                "v" | "t" => found.reading = true,
                "f" => drop(found.formulas.insert(found.at)),
                "mergeCell" => {
                    let area = tag.attribute("ref").unwrap_or_default();
                    if let Some((from, to)) = area.split_once(':')
                        && let (Some(from), Some(to)) = (cell_name(from), cell_name(to))
                    {
                        let span = (to.0.saturating_sub(from.0) + 1, to.1.saturating_sub(from.1) + 1);
                        found.merges.insert(from, span);
                    }
                }
                _ => {}
            },
            Node::Close("v" | "t") => found.reading = false,
            Node::Close("c") => found.close(strings),
            Node::Text(text) if found.reading => found.text.push_str(text),
            _ => {}
        })?;
        Ok(found)
    }

    /// The text of a cell, by row and column from 1.
    pub(super) fn get(&self, at: (usize, usize)) -> &str {
        self.cells.get(&at).map_or("", String::as_str)
    }

    /// Whether a cell holds a formula.
    pub(super) fn is_formula(&self, at: (usize, usize)) -> bool {
        self.formulas.contains(&at)
    }

    /// The last row that holds anything.
    pub(super) fn last_row(&self) -> usize {
        self.cells.keys().map(|at| at.0).max().unwrap_or(0)
    }

    fn close(&mut self, strings: &[String]) {
        let text = match self.kind.as_str() {
            "s" => self
                .text
                .trim()
                .parse::<usize>()
                .ok()
                .and_then(|n| strings.get(n))
                .cloned()
                .unwrap_or_default(),
            "inlineStr" | "str" | "b" | "e" => self.text.clone(),
            _ => tidy_number(self.text.trim()),
        };
        let is_hidden = self.hidden_rows.contains(&self.at.0) || self.hidden_columns.contains(&self.at.1);
        if self.at.1 > limits::COLUMNS || self.at.0 > limits::ROWS || self.cells.len() >= limits::CELLS {
            self.cut = self.cut || !text.is_empty();
        } else if !text.trim().is_empty() && is_hidden {
            self.unseen.insert(self.at);
        } else if !text.trim().is_empty() {
            self.cells.insert(self.at, text.trim().to_owned());
        }
    }

    /// The sheet as grids, apart where rows are empty. A lone cell of text is a paragraph.
    pub(super) fn grids(self, number: u32) -> Vec<Block> {
        let right = self.cells.keys().map(|at| at.1).max().unwrap_or(1);
        let rows: BTreeSet<usize> = self.cells.keys().map(|at| at.0).collect();
        let mut covered: BTreeSet<(usize, usize)> = BTreeSet::new();
        let mut bound: BTreeSet<usize> = rows.clone();
        let last = rows.last().copied().unwrap_or(0);
        for (from, span) in &self.merges {
            let end = (from.0 + span.0).min(last + 1);
            // A row that a merged cell reaches into is not empty.
            bound.extend((from.0..end).filter(|_| self.cells.contains_key(from)));
            for row in from.0..end {
                covered.extend((from.1..(from.1 + span.1).min(right + 1)).map(|column| (row, column)));
            }
            covered.remove(from);
        }
        let mut blocks = Vec::new();
        let mut rows = bound.into_iter().peekable();
        while let Some(first) = rows.next() {
            let mut end = first;
            let next = |end: usize| (end + 1..).find(|row| !self.hidden_rows.contains(row));
            while let Some(next) = next(end).filter(|next| rows.next_if_eq(next).is_some()) {
                end = next;
            }
            blocks.push(self.stretch(number, first..=end, right, &covered));
        }
        blocks
    }

    /// Rows that stand together.
    fn stretch(
        &self,
        number: u32,
        rows: RangeInclusive<usize>,
        right: usize,
        covered: &BTreeSet<(usize, usize)>,
    ) -> Block {
        let place = |row: usize, column: usize| Place::SheetCell {
            sheet: number,
            row: row as u32,
            column: column as u32,
        };
        let mut filled = self.cells.range((*rows.start(), 0)..=(*rows.end(), usize::MAX));
        if let (Some((at, text)), None) = (filled.next(), filled.next()) {
            let (place, role) = (place(at.0, at.1), Role::Body);
            return Block::Paragraph(Paragraph { text: text.clone(), marks: Vec::new(), role, place });
        }
        let mut grid = GridBuilder::default();
        let seen = |column: &usize| !self.hidden_columns.contains(column);
        for row in rows.clone().filter(|row| !self.hidden_rows.contains(row)) {
            grid.row();
            for column in (1..=right).filter(seen).filter(|column| !covered.contains(&(row, *column))) {
                let text = self.cells.get(&(row, column)).cloned().unwrap_or_default();
                let span = self.merges.get(&(row, column)).copied().unwrap_or((1, 1));
                let down = row..(row + span.0).min(rows.end() + 1);
                let across = column..(column + span.1).min(right + 1);
                let down = down.filter(|row| !self.hidden_rows.contains(row)).count();
                let span = (down, across.filter(seen).count());
                grid.cell(text, span, None, |_, _| place(row, column));
            }
        }
        Block::Grid(grid.finish(None))
    }
}

/// The row and column, from 1, of a name such as `B12`.
pub(super) fn cell_name(name: &str) -> Option<(usize, usize)> {
    let name = name.replace('$', "");
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = name.split_at(digits);
    if letters.is_empty() || letters.len() > 3 || !letters.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let column =
        letters.bytes().fold(0usize, |sum, b| sum * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1);
    Some((digits.parse().ok()?, column))
}

/// A number without the noise of binary fractions: `0.30000000000000004` is `0.3`.
fn tidy_number(raw: &str) -> String {
    let digits = raw.bytes().filter(u8::is_ascii_digit).count();
    if digits <= 15 && !raw.contains(['e', 'E']) {
        return raw.to_owned();
    }
    match raw.parse::<f64>() {
        Ok(number) if number.abs() < 1e15 => {
            let whole = number.abs().log10().floor().max(0.0) as usize + 1;
            let text = format!("{number:.*}", 15usize.saturating_sub(whole));
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        }
        _ => raw.to_owned(),
    }
}
