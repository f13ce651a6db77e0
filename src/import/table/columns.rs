//! Where the columns of a table stand, learnt from its head and from the rows in which there is nothing to decide; and
//! the cells of other rows laid by where they stand.

use std::collections::BTreeMap;

use super::piece::Piece;
use super::run::Run;

/// What is known of the other rows of the table.
#[derive(Clone, Debug, Default)]
pub(super) struct Usual {
    /// The left and right edge of each column.
    edges: Vec<(f32, f32)>,
    /// How many blank cells stand before the first column, in rows of so many cells.
    margins: BTreeMap<usize, Option<usize>>,
    /// Where the head puts each column, in the order of the original.
    head: Vec<(f32, f32)>,
    /// Whether all rows of the grid end at the same column.
    even: bool,
}

impl Usual {
    /// Learns from rows in which there is nothing to decide.
    pub(super) fn of(pieces: &[Piece], rows: &[&Run], width: usize, head: Vec<(f32, f32)>) -> Self {
        let plain: Vec<Vec<usize>> = rows
            .iter()
            .filter(|run| run.cells.len() == width || windows(pieces, &run.cells, width).len() == 1)
            .filter_map(|run| {
                let start = if run.cells.len() == width { 0 } else { windows(pieces, &run.cells, width)[0] };
                Some(run.cells.get(start..start + width)?.to_vec())
            })
            .collect();
        let edges = (0..width)
            .map_while(|column| {
                let mut lefts: Vec<f32> = Vec::new();
                let mut rights: Vec<f32> = Vec::new();
                for row in &plain {
                    if let Some((left, right)) = pieces[row[column]].extent {
                        lefts.push(left);
                        rights.push(right);
                    }
                }
                Some((middle(&mut lefts)?, middle(&mut rights)?))
            })
            .collect();
        let mut margins: BTreeMap<usize, Option<usize>> = BTreeMap::new();
        for run in rows.iter().filter(|run| run.cells.len() > width) {
            if let [only] = windows(pieces, &run.cells, width)[..] {
                let margin = margins.entry(run.cells.len()).or_insert(Some(only));
                *margin = margin.filter(|margin| *margin == only);
            }
        }
        let ends: Vec<Option<f32>> = rows
            .iter()
            .map(|run| run.cells.last().and_then(|at| pieces[*at].extent).map(|extent| extent.1))
            .collect();
        let even = ends.windows(2).all(|pair| pair[0] == pair[1]);
        Self { edges, margins, head, even }
    }
}

fn middle(values: &mut [f32]) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Where a window of as many cells as columns can begin so that nothing outside it is filled.
pub(super) fn windows(pieces: &[Piece], cells: &[usize], width: usize) -> Vec<usize> {
    if cells.len() < width || width == 0 {
        return Vec::new();
    }
    let filled = |at: &usize| !pieces[*at].is_blank();
    (0..=cells.len() - width)
        .filter(|start| !cells[..*start].iter().any(filled) && !cells[start + width..].iter().any(filled))
        .collect()
}

/// Lays cells under the columns of the head: each filled cell stands under one, and those under the same say the
/// same, for a span may repeat its figure.
pub(super) fn under_head(
    pieces: &[Piece],
    cells: &[usize],
    width: usize,
    usual: &Usual,
) -> Option<Vec<Option<usize>>> {
    if usual.head.len() != width || !usual.even {
        return None;
    }
    let mut laid: Vec<Option<usize>> = vec![None; width];
    for at in cells {
        let piece = &pieces[*at];
        let (left, right) = piece.extent.filter(|_| piece.in_grid)?;
        let middle = (left + right) / 2.0;
        match usual.head.iter().position(|(from, to)| *from < middle && middle < *to) {
            None if piece.is_blank() => {}
            None => return None,
            Some(column) => match laid[column] {
                Some(first) if pieces[first].is_blank() => laid[column] = Some(*at),
                Some(first) if piece.is_blank() || pieces[first].text == piece.text => {}
                Some(_) => return None,
                None => laid[column] = Some(*at),
            },
        }
    }
    laid.iter().all(Option::is_some).then_some(laid)
}

/// Whether a row of as many cells as columns stands elsewhere than the other rows.
pub(super) fn displaced(pieces: &[Piece], cells: &[Option<usize>], usual: &Usual) -> bool {
    usual.even
        && usual.edges.len() == cells.len()
        && cells.iter().zip(&usual.edges).any(|(cell, (left, right))| {
            let piece = cell.map(|at| &pieces[at]);
            piece
                .filter(|piece| piece.in_grid)
                .and_then(|piece| piece.extent)
                .is_some_and(|(l, r)| r <= *left || *right <= l)
        })
}

/// The window that stands where the other rows stand.
pub(super) fn best_window(
    pieces: &[Piece],
    cells: &[usize],
    open: &[usize],
    width: usize,
    usual: &Usual,
) -> Option<usize> {
    if let [only] = open {
        return Some(*only);
    }
    let in_place = |start: &&usize| {
        usual.edges.len() == width
            && cells[**start..**start + width].iter().zip(&usual.edges).all(|(at, (left, right))| {
                pieces[*at].in_grid && pieces[*at].extent.is_some_and(|(l, r)| l < *right && *left < r)
            })
    };
    let placed: Vec<&usize> = open.iter().filter(in_place).collect();
    if let [only] = placed[..] {
        return Some(*only);
    }
    usual.margins.get(&cells.len()).copied().flatten().filter(|margin| open.contains(margin))
}

/// Lays cells by where they stand, if every one of them stands clearly in one column.
pub(super) fn by_place(
    pieces: &[Piece],
    cells: &[usize],
    width: usize,
    usual: &Usual,
) -> Option<Vec<Option<usize>>> {
    if usual.edges.len() != width {
        return None;
    }
    let mut placed = vec![None; width];
    for at in cells {
        let (left, right) = pieces[*at].extent?;
        let middle = (left + right) / 2.0;
        let distance = |edges: &(f32, f32)| (middle - (edges.0 + edges.1) / 2.0).abs();
        let mut nearest: Vec<usize> = (0..width).collect();
        nearest.sort_by(|a, b| distance(&usual.edges[*a]).total_cmp(&distance(&usual.edges[*b])));
        let column = *nearest.first()?;
        // Twice as near to one column as to any other, or it is not clear.
        if let Some(second) = nearest.get(1)
            && distance(&usual.edges[column]) * 2.0 > distance(&usual.edges[*second])
        {
            return None;
        }
        if placed[column].is_some() {
            return None;
        }
        placed[column] = Some(*at);
    }
    Some(placed)
}
