//! The words of a head put together to labels: broken over cells and lines, run together in one, with remarks behind.

use std::collections::BTreeMap;

use crate::import::label::key;

use super::lexicon::TableWords;
use super::piece::Piece;

/// A word group of the head that is the label of one or several columns.
pub(super) struct Match {
    /// The columns that it can be.
    pub lines: Vec<usize>,
    /// Whether it is so without a slip.
    pub exact: bool,
    /// The piece it begins with.
    pub piece: usize,
}

/// Joins pieces to labels so that as much as possible of the head is recognised; also whether something is not.
pub(super) fn segments(pieces: &[Piece], labels: &[usize], words: &TableWords) -> (Vec<Match>, bool) {
    let mut keys: Vec<(String, usize)> = Vec::new();
    let stacks = stacks(pieces, labels, words);
    for at in labels.iter().filter(|at| !stacks.values().flatten().any(|lower| lower == *at)) {
        let piece = &pieces[*at];
        if let Some(lower) = stacks.get(at) {
            let parts = lower.iter().map(|at| pieces[*at].key.as_str());
            keys.push((std::iter::once(piece.key.as_str()).chain(parts).collect(), *at));
        } else if words.columns_named(&piece.key).1 {
            keys.push((piece.key.clone(), *at));
        } else if !piece.bare.is_empty() && words.columns_of(&piece.bare).1 {
            // A remark in brackets behind a label is not part of it.
            keys.push((piece.bare.clone(), *at));
        } else if words.furniture.contains(&piece.key)
            || !piece.text.contains(char::is_whitespace)
            || piece.in_grid && !words.columns_of(&piece.key).0.is_empty()
        {
            keys.push((piece.key.clone(), *at));
        } else {
            // Several labels run together in a line of text.
            keys.extend(piece.text.split_whitespace().map(|word| (key(word), *at)));
        }
    }
    let (mut matches, skipped) = segments_of(&keys, words);
    // What stands above the first label is the chapter's heading.
    let first = matches.first().map_or(usize::MAX, |found| found.piece);
    let beside =
        |at: &usize| *at > first || pieces.get(first).is_some_and(|label| label.row == pieces[*at].row);
    let strange =
        skipped.iter().any(|number| beside(&keys[*number].1) && !words.is_furniture(&keys[*number].0));
    // What stands over other labels is a heading.
    for number in 0..matches.len() {
        let over = &pieces[matches[number].piece];
        if matches.iter().any(|other| covers(over, &pieces[other.piece])) {
            matches[number].lines.retain(|line| words.headings.contains(line));
        }
    }
    matches.retain(|found| !found.lines.is_empty());
    (matches, strange)
}

/// Labels broken over cells that stand right under each other: for each upper cell the lower ones that make it whole.
fn stacks(pieces: &[Piece], labels: &[usize], words: &TableWords) -> BTreeMap<usize, Vec<usize>> {
    const PARTS: usize = 3;
    let mut stacks = BTreeMap::new();
    for (number, at) in labels.iter().enumerate() {
        let upper = &pieces[*at];
        if !upper.in_grid || words.columns_of(&upper.key).1 {
            continue;
        }
        let (mut joined, mut row, mut lower) = (upper.key.clone(), upper.row, Vec::new());
        for below in labels[number + 1..].iter().filter(|below| pieces[**below].extent == upper.extent) {
            if lower.len() == PARTS || pieces[*below].row != row + 1 {
                break;
            }
            joined.push_str(&pieces[*below].key);
            row += 1;
            lower.push(*below);
            if words.columns_of(&joined).1 {
                stacks.insert(*at, lower);
                break;
            }
        }
    }
    stacks
}

/// The labels among the keys, and the keys that belong to none.
fn segments_of(keys: &[(String, usize)], words: &TableWords) -> (Vec<Match>, Vec<usize>) {
    const JOINED: usize = 8;
    let count = keys.len();
    // From the end: the best score, and how many pieces the next label takes (none: the piece is skipped).
    let mut best: Vec<(f32, usize)> = vec![(0.0, 0); count + 1];
    let mut found: BTreeMap<(usize, usize), (Vec<usize>, bool)> = BTreeMap::new();
    for at in (0..count).rev() {
        best[at] = (best[at + 1].0, 0);
        if words.furniture.contains(&keys[at].0) {
            continue;
        }
        let mut joined = String::new();
        for take in 1..=JOINED.min(count - at) {
            joined.push_str(&keys[at + take - 1].0);
            if joined.chars().count() > 40 {
                break;
            }
            let (lines, exact) =
                if take == 1 { words.columns_named(&joined) } else { words.columns_of(&joined) };
            if lines.is_empty() || !exact && take > 2 {
                continue;
            }
            let length = joined.chars().count() as f32;
            let score = if exact { length } else { length * 0.6 } - 0.2 * (take as f32 - 1.0);
            if score + best[at + take].0 > best[at].0 {
                best[at] = (score + best[at + take].0, take);
                found.insert((at, take), (lines, exact));
            }
        }
    }
    let (mut matches, mut skipped) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < count {
        let take = best[at].1;
        match found.get(&(at, take)) {
            Some((lines, exact)) if take > 0 => {
                matches.push(Match { lines: lines.clone(), exact: *exact, piece: keys[at].1 });
            }
            _ => skipped.push(at),
        }
        at += take.max(1);
    }
    (matches, skipped)
}

/// Whether one cell stands above another and is wide enough to cover it.
pub(super) fn covers(above: &Piece, below: &Piece) -> bool {
    let (Some(upper), Some(lower)) = (above.extent, below.extent) else { return false };
    above.in_grid
        && below.in_grid
        && above.row < below.row
        && above.columns > 1
        && upper.0 <= lower.0
        && lower.1 <= upper.1
}
