//! Blocks cut into pieces: every cell of a grid and every word group of a line, in reading order.

use crate::import::block::{Block, Place, TextGrid};
use crate::import::figure;
use crate::import::line::{is_page_number, is_prose};

use super::piece::Piece;
use super::{beside, remark};

/// Cuts blocks into pieces.
pub(super) fn cut(blocks: &[Block]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut row = 0;
    for (number, block) in blocks.iter().enumerate() {
        row += 1;
        match block {
            Block::Grid(grid) => cut_grid(grid, number, &mut row, &mut pieces),
            Block::Paragraph(paragraph) => {
                for line in paragraph.text.split('\n').filter(|line| !is_page_number(line)) {
                    row += 1;
                    cut_line(line, paragraph.place, number, row, &mut pieces);
                }
            }
            Block::Line(line) => {
                let text = line.fragments.iter().map(|f| f.text.as_str()).collect::<Vec<_>>().join("  ");
                if is_page_number(&text) {
                    continue;
                }
                if text.contains('|') || is_prose(&text) {
                    cut_line(&text, line.place, number, row, &mut pieces);
                    continue;
                }
                for fragment in &line.fragments {
                    let from = pieces.len();
                    cut_line(&fragment.text, line.place, number, row, &mut pieces);
                    place_words(&mut pieces[from..], &fragment.text, fragment.extent);
                }
            }
            Block::Image(..) => {}
        }
    }
    mark_pages(&mut pieces);
    remark::join(&mut pieces);
    beside::put(&mut pieces);
    pieces
}

/// Gives the words of a fragment their extents, by how far along its text they stand.
fn place_words(pieces: &mut [Piece], text: &str, (left, right): (f32, f32)) {
    let columns =
        |text: &str, wide: f32| text.chars().map(|c| if c.is_ascii() { 1.0 } else { wide }).sum::<f32>();
    // A text measured in characters is as long as it has characters.
    let han = if right - left <= text.chars().count() as f32 + 0.5 { 1.0 } else { 2.0 };
    let wide = |text: &str| columns(text, han);
    let scale = (right - left) / wide(text).max(1.0);
    let mut from = 0;
    for piece in pieces {
        let Some(at) = text.get(from..).and_then(|rest| rest.find(piece.text.as_str())) else { return };
        let start = left + wide(&text[..from + at]) * scale;
        piece.extent = Some((start, start + wide(&piece.text) * scale));
        from += at + piece.text.len();
    }
}

/// Marks lines of a single number, counting up, in a text whose tables have all figures of a row on one line: these
/// are the numbers of pages.
fn mark_pages(pieces: &mut [Piece]) {
    /// The highest number that the first page met can have, and pages without one that may lie between two.
    const FIRST: u16 = 30;
    const SKIPPED: u16 = 4;
    let mut lines: Vec<(usize, usize, usize)> = Vec::new();
    for (at, piece) in pieces.iter().enumerate().filter(|(_, piece)| !piece.in_grid) {
        let figure = usize::from(piece.figure.is_some());
        match lines.last_mut().filter(|(row, ..)| *row == piece.row) {
            Some(line) => *line = (line.0, line.1 + figure, usize::MAX),
            None => lines.push((piece.row, figure, at)),
        }
    }
    // Between cells that end with pipes a figure without one is none of them.
    let piped = |at: Option<usize>| at.and_then(|at| pieces.get(at)).is_some_and(|piece| piece.piped);
    let between: Vec<usize> = lines
        .iter()
        .filter(|(_, figures, at)| *figures == 1 && *at < pieces.len() && !pieces[*at].piped)
        .map(|(.., at)| *at)
        .filter(|at| piped(at.checked_sub(1)) && piped(Some(at + 1)))
        .filter(|at| pieces[*at].text.trim().parse::<u16>().is_ok_and(|number| number < 300))
        .collect();
    between.into_iter().for_each(|at| pieces[at].noise = true);
    if lines.iter().filter(|(_, figures, _)| *figures >= 5).count() < 4 {
        return;
    }
    let mut last = 0;
    for (_, figures, at) in lines {
        let Some(piece) = pieces.get_mut(at).filter(|_| figures == 1) else { continue };
        if let Ok(number) = piece.text.trim().parse::<u16>()
            && number > last
            && number <= last + if last == 0 { FIRST } else { SKIPPED }
            && !piece.piped
        {
            last = number;
            piece.noise = true;
        }
    }
}

fn cut_grid(grid: &TextGrid, block: usize, row: &mut usize, pieces: &mut Vec<Piece>) {
    let mut above: Vec<Piece> = Vec::new();
    // In a grid whose rows are of different lengths one column does not stand over another.
    let even = grid
        .rows
        .iter()
        .all(|cells| cells.last().is_none_or(|cell| cell.column + cell.columns == grid.width));
    for cells in &grid.rows {
        *row += 1;
        let mut own: Vec<Piece> = Vec::new();
        let caption = cells.len() > 1 && cells.iter().all(|cell| cell.text == cells[0].text);
        for cell in cells {
            let mut piece = Piece::new(cell.text.trim(), cell.place, block, *row);
            // A table of one column is a list: its rows are lines.
            piece.in_grid = grid.width > 1;
            piece.columns = cell.columns;
            piece.extent = Some((cell.column as f32, (cell.column + cell.columns) as f32));
            piece.address = cell.address.clone();
            // A label repeated over the columns of a flattened span is one, if the label above spans both too.
            let start = own.last().and_then(|last| last.extent).map_or(0.0, |extent| extent.0);
            let end = (cell.column + cell.columns) as f32;
            let under = above.is_empty()
                || caption
                || above
                    .iter()
                    .any(|over| over.columns > 1 && over.extent.is_some_and(|(l, r)| l <= start && end <= r));
            let repeats =
                |last: &&mut Piece| under && piece.is_label() && last.is_label() && last.text == piece.text;
            match own.last_mut().filter(repeats) {
                Some(last) => {
                    last.columns += piece.columns;
                    last.extent = last.extent.zip(piece.extent).map(|((left, _), (_, right))| (left, right));
                }
                None => own.push(piece),
            }
        }
        // So is one repeated over its rows: what is left is a blank.
        let fresh = own.clone();
        for piece in own.iter_mut().filter(|piece| piece.is_label() && piece.in_grid) {
            if even && above.iter().any(|other| other.extent == piece.extent && other.text == piece.text) {
                let blank = Piece::new("", piece.place, block, *row);
                let (columns, extent) = (piece.columns, piece.extent);
                *piece = Piece { in_grid: true, columns, extent, repeated: piece.text.clone(), ..blank };
            }
        }
        above = fresh;
        pieces.extend(own);
    }
}

/// Cuts a line: at pipes, each of which ends a cell, else between figures that stand apart and words.
fn cut_line(line: &str, place: Place, block: usize, row: usize, pieces: &mut Vec<Piece>) {
    let line = line.trim();
    if line.contains('|') {
        let mut cells: Vec<&str> = line.split('|').collect();
        // What follows the last pipe is a cell only if there is something.
        if cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        let body = line.trim_end_matches('|');
        let pipes = line.len() - body.len();
        let ends_cell = !matches!(body.trim_end().chars().next_back(), None | Some('|'));
        let padding = if pipes < 2 { 0 } else { pipes - usize::from(ends_cell) };
        let real = cells.len().saturating_sub(padding);
        for (number, cell) in cells.into_iter().enumerate() {
            let padding = number >= real;
            pieces.push(Piece { padding, piped: true, ..Piece::new(cell.trim(), place, block, row) });
        }
        return;
    }
    if line.is_empty() {
        return;
    }
    if figure::read(line).is_some() || is_prose(line) {
        pieces.push(Piece::new(line, place, block, row));
        return;
    }
    let words = figure::words(line).into_iter();
    pieces.extend(words.map(|word| Piece::new(&word, place, block, row)));
}
