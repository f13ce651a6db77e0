//! What was left of a document that is laid on a form: rows that were not found though figures are left, and texts inside
//! the tables that are no part of the form.

use crate::form::Table;
use crate::import::block::Place;

use super::align::{Ground, Row};
use super::glued;
use super::matching::{Layer, Matched};
use super::piece::Piece;
use super::reading::{CellReading, Doubt, Reading, TableReading};
use super::run::Run;

impl Layer<'_> {
    /// Where figures were left that belong to no row, near the rows found or several anywhere.
    fn left_over(&self, rows: &[Row]) -> Option<Place> {
        const SEVERAL: usize = 3;
        let is_number =
            |at: &&usize| self.pieces[**at].figure.as_ref().is_some_and(|figure| figure.number.is_some());
        let figures = |run: usize| self.runs[run].cells.iter().filter(is_number).count();
        let left: Vec<usize> = (0..self.runs.len())
            .filter(|run| figures(*run) > 0 && !rows.iter().any(|row| row.run == *run))
            .filter(|run| !self.is_date(&self.runs[*run]))
            .collect();
        let near = |run: &&usize| {
            rows.first().is_some_and(|first| first.run <= **run)
                && rows.last().is_some_and(|last| **run <= last.run + 2)
        };
        let several = left.iter().map(|run| figures(*run)).sum::<usize>() >= SEVERAL;
        let run = left.iter().find(near).or(left.first().filter(|_| several));
        let at = run.and_then(|run| self.runs[*run].cells.first().copied());
        let glued = || {
            self.pieces
                .iter()
                .position(|piece| piece.figure.is_none() && glued::is_glued(&piece.text, self.lexicon))
        };
        at.or_else(glued).map(|at| self.pieces[at].place)
    }

    /// Where figures were left that belong to no row, or went to one only by their place, every row not found could
    /// be theirs.
    pub(super) fn missing(&self, rows: &[Row], matched: &mut Matched) {
        let placed = rows.iter().find(|row| row.ground == Ground::Position);
        let placed = placed.and_then(|row| self.runs[row.run].cells.first()).map(|at| self.pieces[*at].place);
        let Some(place) = self.left_over(rows).or(placed).or(matched.stray) else { return };
        let tables = matched.tables.iter_mut().zip(&self.form.tables);
        for (read, table) in tables.filter(|(_, table)| table.open.is_none()) {
            for row in (0..table.rows.leaves.len()).filter(|row| !read.rows[*row]).collect::<Vec<_>>() {
                miss(read, table, row, place);
            }
            // A row of blanks may be one that was only taken for it.
            for row in (0..table.rows.leaves.len()).filter(|row| read.rows[*row]) {
                let cells = (0..table.columns.leaves.len()).map(|column| table.cell(row, column));
                let blank = |cell: &CellReading| cell.reading == Reading::Blank;
                if !cells.clone().all(|cell| read.cells[cell].as_ref().is_none_or(blank)) {
                    continue;
                }
                for cell in cells {
                    if let Some(cell) = read.cells[cell].as_mut().filter(|cell| cell.doubts.is_empty()) {
                        cell.doubts.push(Doubt::RowMissing);
                    }
                }
            }
        }
    }

    /// Tells of rows without any figure whose label is followed by a word that is strange to the form.
    pub(super) fn worded(&self, matched: &mut Matched) {
        let tables = matched.tables.iter_mut().zip(&self.form.tables).zip(&self.lexicon.tables);
        let fixed = tables.filter(|((read, table), _)| table.open.is_none() && read.rows.contains(&true));
        for ((read, table), words) in fixed {
            for row in (0..table.rows.leaves.len()).filter(|row| !read.rows[*row]).collect::<Vec<_>>() {
                let is_it = |pair: &&[Piece]| {
                    pair[0].is_label()
                        && words.rows[row].contains(&pair[0].key)
                        && pair[1].is_label()
                        && self.lexicon.is_strange(&pair[1].text)
                };
                if let Some(pair) = self.pieces.windows(2).find(is_it) {
                    miss(read, table, row, pair[1].place);
                }
            }
        }
    }

    /// What stands inside the tables and was not recognised.
    pub(super) fn leftovers(&self, rows: &[Row], used: &[bool], matched: &mut Matched) {
        let Some(last) = rows.last() else { return };
        let last_piece = self.runs[last.run].cells.last().copied().unwrap_or(0);
        let mut table = 0;
        for (at, piece) in self.pieces.iter().enumerate() {
            if let Some(number) = matched.table_of[piece.block] {
                table = number;
            }
            let inside = matched.taken[piece.block] || matched.table_of[piece.block].is_some();
            let wordless = piece.key.is_empty() && piece.figure.is_none() && !piece.prose;
            if used[at] || wordless || !inside || at > last_piece && !piece.in_grid {
                continue;
            }
            let known = piece.is_label() && self.lexicon.knows(&piece.text);
            // The head of a table that was taken apart comes again with each part.
            let again = piece.is_label()
                && matched.extra.iter().any(|(text, _, of)| *of == table && *text == piece.text);
            if !known && !again {
                matched.extra.push((piece.text.clone(), piece.place, table));
            }
        }
    }

    /// Whether the figures of a run are those of a day.
    pub(super) fn is_date(&self, run: &Run) -> bool {
        let Some(at) = run.cells.first() else { return false };
        let row = self.pieces[*at].row;
        let near = self.pieces.iter().skip(at.saturating_sub(6)).take(14).filter(|piece| piece.row == row);
        near.filter(|piece| piece.is_label()).any(|piece| piece.text.starts_with(['年', '月', '日']))
    }
}

/// Leaves a row blank, to be told.
fn miss(read: &mut TableReading, table: &Table, row: usize, place: Place) {
    for cell in (0..table.columns.leaves.len()).map(|column| table.cell(row, column)) {
        let doubts = vec![Doubt::RowMissing];
        read.cells[cell] = Some(CellReading { reading: Reading::Blank, place, doubts });
    }
}
