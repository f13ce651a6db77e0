//! The head of a table read backwards: from the words above the figures to the order of the columns. Words may be
//! broken over lines, repeated under several headings, lost, or in another order than the form's.

use std::collections::BTreeMap;

use crate::form::{Axis, Table};
use crate::import::label::key;

use super::headwords::{Match, covers, segments};
use super::lexicon::TableWords;
use super::piece::Piece;

/// The columns of a table as its head in the original has them.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    /// The leaves found, in the order of the original.
    pub order: Vec<usize>,
    /// The leaves recognised only with a slip.
    pub repaired: Vec<usize>,
    /// How much of the head was recognised, from 0 to 1.
    pub share: f32,
    /// Where each leaf stands in a grid, if all stand beside each other.
    pub extents: Vec<(usize, (f32, f32))>,
    /// Whether there are words in it that are no label.
    pub strange: bool,
}

impl Header {
    /// Reads the head from its pieces, in reading order.
    ///
    /// Another order than the form's is believed only where it is plain: in a grid, or where every column is named
    /// exactly on a line of its own. Text out of a PDF has the lines of narrow labels woven into each other; there it
    /// is enough that no line speaks against the form's order.
    pub(super) fn read(pieces: &[Piece], labels: &[usize], words: &TableWords, table: &Table) -> Self {
        let (matches, strange) = segments(pieces, labels, words);
        let rows: Vec<usize> = matches.iter().map(|found| pieces[found.piece].row).collect();
        let alone = rows.windows(2).all(|pair| pair[0] != pair[1]);
        let plain = Self { strange, ..Self::settle(pieces, &matches, table) };
        let leaves = table.columns.leaves.len();
        let whole = plain.order.len() == leaves && plain.repaired.is_empty();
        let enough = plain.order.len() * 3 >= leaves * 2;
        let usual = plain.order.is_sorted();
        // The heading of the chapter above is in none.
        let in_grid = matches.iter().all(|found| pieces[found.piece].in_grid);
        if enough && (usual || in_grid) || whole && alone {
            return plain;
        }
        if in_grid || alone {
            return if usual { plain } else { Self::default() };
        }
        match by_lines(pieces, labels, words, &table.columns) {
            Some((order, strange)) => {
                let share = order.len() as f32 / leaves.max(1) as f32;
                Self { order, share, strange, ..Self::default() }
            }
            None if whole && is_level(pieces, &matches, &table.columns) => {
                Self { repaired: plain.order.clone(), ..plain }
            }
            None => Self::default(),
        }
    }

    fn settle(pieces: &[Piece], matches: &[Match], table: &Table) -> Self {
        let axis = &table.columns;
        if matches.is_empty() {
            return Self::default();
        }
        let assigned = by_order(matches, axis).unwrap_or_else(|| by_heading(pieces, matches, axis));
        let mut position: BTreeMap<usize, usize> = BTreeMap::new();
        let mut repaired = Vec::new();
        for (number, line) in &assigned {
            position.entry(*line).or_insert(*number);
            if let Some(leaf) = axis.lines[*line].leaf
                && !matches[*number].exact
            {
                repaired.push(leaf);
            }
        }
        let mut order = Vec::new();
        let roots = (0..axis.lines.len()).filter(|line| axis.lines[*line].parent.is_none()).collect();
        flatten(axis, roots, &position, &mut order);
        let share = order.len() as f32 / axis.leaves.len().max(1) as f32;
        let extents = extents(pieces, matches, &assigned, axis);
        Self { order, repaired, share, extents, strange: false }
    }

    /// The order with the columns that were not found put where the form has them, and which are told only by that.
    pub(super) fn completed(&self, table: &Table) -> (Vec<usize>, Vec<usize>) {
        let mut order = self.order.clone();
        let missing: Vec<usize> =
            (0..table.columns.leaves.len()).filter(|leaf| !order.contains(leaf)).collect();
        for leaf in &missing {
            let after = (0..*leaf).rev().find_map(|before| order.iter().position(|other| *other == before));
            order.insert(after.map_or(0, |at| at + 1), *leaf);
        }
        // Where a word of the head is not understood it may be that of a lost column, and the others beside it are told
        // only by their order too.
        let unsure = !missing.is_empty() && (self.strange || !self.order.is_sorted());
        let told = if unsure { order.clone() } else { missing };
        (order, told)
    }
}

/// Whether the labels that stand below no other are all on one line. Where they are not, the page was read in pieces, and
/// their order says nothing.
fn is_level(pieces: &[Piece], matches: &[Match], axis: &Axis) -> bool {
    let is_root = |found: &&Match| found.lines.iter().any(|line| axis.lines[*line].parent.is_none());
    let rows: Vec<usize> = matches.iter().filter(is_root).map(|found| pieces[found.piece].row).collect();
    rows.windows(2).all(|pair| pair[0] == pair[1])
}

/// Where the leaves of a head stand in a grid; nothing if two stand over each other or one has no place.
fn extents(
    pieces: &[Piece],
    matches: &[Match],
    assigned: &[(usize, usize)],
    axis: &Axis,
) -> Vec<(usize, (f32, f32))> {
    let mut extents = Vec::new();
    for (number, line) in assigned {
        let Some(leaf) = axis.lines[*line].leaf else { continue };
        let piece = &pieces[matches[*number].piece];
        match piece.extent.filter(|_| piece.in_grid) {
            Some(extent) => extents.push((leaf, extent)),
            None => return Vec::new(),
        }
    }
    extents.sort_by(|a, b| a.1.0.total_cmp(&b.1.0));
    let apart = extents.windows(2).all(|pair| pair[0].1.1 <= pair[1].1.0);
    if apart { extents } else { Vec::new() }
}

/// The leaves below lines, each group in the order in which it was met.
fn flatten(axis: &Axis, mut lines: Vec<usize>, position: &BTreeMap<usize, usize>, order: &mut Vec<usize>) {
    let children = |line: usize| -> Vec<usize> {
        (0..axis.lines.len()).filter(|child| axis.lines[*child].parent == Some(line)).collect()
    };
    let met = |line: usize| {
        let own = position.get(&line).copied();
        own.or_else(|| {
            axis.leaves_below(line).filter_map(|leaf| position.get(&axis.leaves[leaf]).copied()).min()
        })
    };
    // A line that was not met keeps its place after the one before it.
    let mut keys: Vec<(usize, usize)> = Vec::new();
    let mut last = 0;
    for (number, line) in lines.iter().enumerate() {
        last = met(*line).unwrap_or(last);
        keys.push((last, number));
    }
    let mut sorted: Vec<usize> = (0..lines.len()).collect();
    sorted.sort_by_key(|at| keys[*at]);
    lines = sorted.into_iter().map(|at| lines[at]).collect();
    for line in lines {
        match axis.lines[line].leaf {
            Some(leaf) if position.contains_key(&line) => order.push(leaf),
            Some(_) => {}
            None => flatten(axis, children(line), position, order),
        }
    }
}

/// The columns whose labels lines of words hint at, in the form's order, and whether some word hints at none; `None` if
/// a line has words that can only stand in another order.
fn by_lines(
    pieces: &[Piece],
    labels: &[usize],
    words: &TableWords,
    axis: &Axis,
) -> Option<(Vec<usize>, bool)> {
    let mut strange: Vec<usize> = Vec::new();
    // For each leaf how many characters of its label were met.
    let mut met = vec![0usize; axis.leaves.len()];
    let mut last: Option<(usize, usize)> = None;
    let mut first = usize::MAX;
    // Where whole labels stand on the page, by their place among the columns.
    let mut standing: Vec<(usize, f32)> = Vec::new();
    let slipped = |word: &str| -> Vec<(usize, Option<usize>)> {
        let lines = words.columns_of(word).0.into_iter();
        lines.filter_map(|line| Some((axis.leaves_below(line).next()?, axis.lines[line].leaf))).collect()
    };
    for at in labels {
        let piece = &pieces[*at];
        if let ([line], true) = (&words.columns_of(&piece.key).0[..], words.columns_of(&piece.key).1)
            && let (Some((left, right)), Some(place)) = (piece.extent, axis.leaves_below(*line).next())
        {
            standing.push((place, (left + right) / 2.0));
        }
        if last.is_none_or(|(row, _)| row != piece.row) {
            last = None;
        }
        let from = last.map_or(0, |(_, leaf)| leaf);
        for word in piece.text.split_whitespace().map(key).filter(|word| !word.is_empty()) {
            let holds = |line: usize| words.columns[line].iter().any(|label| label.contains(word.as_str()));
            let from = last.map_or(from, |(_, leaf)| leaf);
            let named = (0..axis.lines.len()).filter(|line| holds(*line));
            let places: Vec<(usize, Option<usize>)> = named
                .filter_map(|line| Some((axis.leaves_below(line).next()?, axis.lines[line].leaf)))
                .collect();
            let places = if places.is_empty() { slipped(&piece.bare) } else { places };
            let places = if places.is_empty() { slipped(&word) } else { places };
            if places.is_empty() {
                strange.extend((!words.is_furniture(&word)).then_some(piece.row));
                continue;
            }
            let (place, leaf) =
                places.into_iter().filter(|(place, _)| *place >= from).min_by_key(|(place, _)| *place)?;
            if let Some(leaf) = leaf {
                met[leaf] += word.chars().count();
            }
            first = first.min(piece.row);
            last = Some((piece.row, place + usize::from(leaf.is_some())));
        }
    }
    let crossed = |(place, at): &(usize, f32)| standing.iter().any(|(other, x)| other > place && x < at);
    if standing.iter().any(crossed) {
        return None;
    }
    let length =
        |leaf: usize| words.columns[axis.leaves[leaf]].first().map_or(1, |label| label.chars().count());
    let order: Vec<usize> = (0..axis.leaves.len()).filter(|leaf| met[*leaf] * 2 >= length(*leaf)).collect();
    (order.len() * 5 >= axis.leaves.len() * 3).then(|| (order, strange.iter().any(|row| *row >= first)))
}

/// Assigns every match to a line in the form's own order, by rows of the head or heading by heading; `None` if
/// some match fits only in another order.
fn by_order(matches: &[Match], axis: &Axis) -> Option<Vec<(usize, usize)>> {
    let depth_first: Vec<usize> = (0..axis.lines.len()).collect();
    let mut by_rows = depth_first.clone();
    by_rows.sort_by_key(|line| axis.lines[*line].depth);
    [by_rows, depth_first]
        .iter()
        .map(|expected| align(matches, expected))
        .find(|found| found.len() == matches.len())
}

/// The longest common sequence of matches and expected lines.
fn align(matches: &[Match], expected: &[usize]) -> Vec<(usize, usize)> {
    let (rows, columns) = (matches.len(), expected.len());
    let mut length = vec![vec![0usize; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            length[row][column] = if matches[row].lines.contains(&expected[column]) {
                length[row + 1][column + 1] + 1
            } else {
                length[row + 1][column].max(length[row][column + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut pairs = Vec::new();
    while row < rows && column < columns {
        if matches[row].lines.contains(&expected[column]) {
            pairs.push((row, expected[column]));
            row += 1;
            column += 1;
        } else if length[row + 1][column] >= length[row][column + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

/// Assigns matches where the order is not the form's: by the heading that stands over a label, else in the order
/// of the headings.
fn by_heading(pieces: &[Piece], matches: &[Match], axis: &Axis) -> Vec<(usize, usize)> {
    let mut assigned: Vec<(usize, usize)> = Vec::new();
    let mut taken: Vec<usize> = Vec::new();
    for (number, found) in matches.iter().enumerate() {
        if let [line] = found.lines[..]
            && !taken.contains(&line)
        {
            taken.push(line);
            assigned.push((number, line));
        }
    }
    let headings = assigned.clone();
    for (number, found) in matches.iter().enumerate().filter(|(_, found)| found.lines.len() > 1) {
        let over = headings.iter().filter(|(heading, line)| {
            axis.lines[*line].leaf.is_none() && covers(&pieces[matches[*heading].piece], &pieces[found.piece])
        });
        let over: Vec<usize> = over.map(|(_, line)| *line).collect();
        let mut candidates: Vec<usize> =
            found.lines.iter().copied().filter(|line| !taken.contains(line)).collect();
        if !over.is_empty() {
            candidates.retain(|line| axis.lines[*line].parent.is_some_and(|parent| over.contains(&parent)));
        }
        // Labels of upper rows of the head come first, then heading by heading as these were met.
        candidates.sort_by_key(|line| {
            let parent = axis.lines[*line].parent;
            let met = headings
                .iter()
                .find(|(_, heading)| Some(*heading) == parent)
                .map_or(usize::MAX, |(at, _)| *at);
            (axis.lines[*line].depth, met, *line)
        });
        if let Some(line) = candidates.first() {
            taken.push(*line);
            assigned.push((number, *line));
        }
    }
    assigned.sort_unstable();
    assigned
}
