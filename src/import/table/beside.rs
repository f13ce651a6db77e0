//! A table of one row taken apart: each group of its columns stands in a grid of its own, under the heading of the group.
//! Such grids are put beside each other again, the headings above.

use std::ops::Range;

use super::piece::Piece;

/// Grids that are put beside each other at most; more are no table of a form.
const PARTS: usize = 12;
/// Lines that a heading may have.
const HEADINGS: usize = 2;

/// A grid of a head and one row of figures, and the headings above it, by piece.
struct Part {
    headings: Range<usize>,
    head: Range<usize>,
    figures: Range<usize>,
}

/// Puts grids beside each other that have the same head and follow each other under headings of their own.
pub(super) fn put(pieces: &mut Vec<Piece>) {
    let parts = parts(pieces);
    let keys = |part: &Part| pieces[part.head.clone()].iter().map(|piece| &piece.key).collect::<Vec<_>>();
    let headed = |part: &Part| !part.headings.is_empty();
    let goes_on = |a: &Part, b: &Part| {
        headed(a) && headed(b) && a.figures.end == b.headings.start && keys(a) == keys(b)
    };
    let chains: Vec<&[Part]> =
        parts.chunk_by(goes_on).filter(|chain| (2..=PARTS).contains(&chain.len())).collect();
    for chain in chains.into_iter().rev() {
        let rows: [fn(&Part) -> Range<usize>; 3] =
            [|part| part.headings.clone(), |part| part.head.clone(), |part| part.figures.clone()];
        let set: Vec<Piece> = rows.into_iter().flat_map(|rows| set(pieces, chain, rows)).collect();
        pieces.splice(chain[0].headings.start..chain[chain.len() - 1].figures.end, set);
    }
}

/// The same rows of all grids of a chain beside each other.
fn set(pieces: &[Piece], chain: &[Part], rows: fn(&Part) -> Range<usize>) -> Vec<Piece> {
    let row = pieces[rows(&chain[0]).start].row;
    let width = chain[0].figures.len();
    let mut set = Vec::new();
    for (number, part) in chain.iter().enumerate() {
        let left = (number * width) as f32;
        for piece in &pieces[rows(part)] {
            let (from, to) = match piece.in_grid {
                true => piece.extent.unwrap_or_default(),
                false => (0.0, width as f32),
            };
            let extent = Some((left + from, left + to));
            set.push(Piece { row, in_grid: true, columns: (to - from) as usize, extent, ..piece.clone() });
        }
    }
    set
}

/// The grids of a head and one row of figures that stand under headings.
fn parts(pieces: &[Piece]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut start = 0;
    for grid in pieces.chunk_by(|a, b| a.block == b.block && a.in_grid == b.in_grid) {
        let end = start + grid.len();
        let rows: Vec<&[Piece]> = grid.chunk_by(|a, b| a.row == b.row).collect();
        if let [head, figures] = rows[..]
            && grid[0].in_grid
            && head.len() == figures.len()
            && head.len() > 1
            && head.iter().all(Piece::is_label)
            && figures.iter().all(|piece| piece.figure.is_some() || piece.is_blank())
        {
            let middle = start + head.len();
            parts.push(Part {
                headings: headings(pieces, start)..start,
                head: start..middle,
                figures: middle..end,
            });
        }
        start = end;
    }
    parts
}

/// Where the headings right above a grid begin.
fn headings(pieces: &[Piece], grid: usize) -> usize {
    let is_above = |at: &usize| {
        let piece = &pieces[*at];
        !piece.in_grid && !piece.prose && piece.figure.is_none()
    };
    let above = (0..grid).rev().take_while(is_above);
    let rows: Vec<usize> = above.clone().map(|at| pieces[at].row).collect();
    let mut lines = rows.clone();
    lines.dedup();
    let first = lines.get(HEADINGS - 1).or(lines.last());
    above
        .zip(rows)
        .take_while(|(_, row)| first.is_some_and(|first| row >= first))
        .map(|(at, _)| at)
        .last()
        .unwrap_or(grid)
}
