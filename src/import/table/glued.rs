//! Labels with their figures right behind them, as programs write that lose what stands between cells: `行政许可97`,
//! `规章000`. They are taken apart again.

use crate::form::{Form, Table};
use crate::import::figure;
use crate::import::label::{key, widths};

use super::lexicon::{Lexicon, TableWords};
use super::piece::Piece;

/// Labels that are tried at most; a report has about forty rows.
const ROWS: usize = 200;
/// Digits of a row that are taken apart at most.
const DIGITS: usize = 14;

/// The pieces, with glued labels taken apart; `None` if there are none.
pub(super) fn split(pieces: &[Piece], form: &Form, lexicon: &Lexicon) -> Option<Vec<Piece>> {
    let mut tried = 0;
    let mut parts = |at: usize| {
        let piece = &pieces[at];
        if piece.in_grid || !piece.text.ends_with(char::is_numeric) {
            return None;
        }
        tried += usize::from(piece.is_label());
        let is_tried = piece.is_label() && tried <= ROWS;
        let labelled = is_tried.then(|| taken_apart(pieces, at, form, lexicon)).flatten();
        labelled.or_else(|| unlabelled(&piece.text, form))
    };
    let glued: Vec<(usize, Parts)> = (0..pieces.len()).filter_map(|at| Some((at, parts(at)?))).collect();
    if glued.is_empty() {
        return None;
    }
    let mut split = Vec::with_capacity(pieces.len() + glued.len() * 4);
    let mut done = 0;
    for (at, parts) in glued {
        split.extend_from_slice(&pieces[done..at]);
        split.extend(parts.pieces(&pieces[at]));
        done = at + 1;
    }
    split.extend_from_slice(&pieces[done..]);
    Some(split)
}

/// A label and the figures behind it.
struct Parts {
    label: Option<String>,
    figures: Vec<String>,
    /// The digits, where several figures had to be told from each other.
    together: Option<String>,
}

impl Parts {
    fn pieces(&self, whole: &Piece) -> Vec<Piece> {
        let figure = |text: &String| {
            let mut piece = whole.part(text);
            if let Some(together) = &self.together {
                piece.figure.iter_mut().for_each(|figure| figure.guessed = true);
                piece.text.clone_from(together);
            }
            piece
        };
        self.label.iter().map(|label| whole.part(label)).chain(self.figures.iter().map(figure)).collect()
    }
}

/// The label of a row and the figures glued to it. In a table of one column, the head of which stands before, these are
/// one figure; so they are where the others stand apart. Else there must be one way only to make the row of the digits.
fn taken_apart(pieces: &[Piece], at: usize, form: &Form, lexicon: &Lexicon) -> Option<Parts> {
    let text = widths(&pieces[at].text);
    let (label, figures) = cut(&text);
    let number = lexicon.table_of_row(&key(label))?;
    figure::read(figures)?;
    let words = &lexicon.tables[number];
    let goes_on = pieces.get(at + 1).is_some_and(|next| next.row == pieces[at].row && next.figure.is_some());
    let label = Some(label.to_owned());
    if goes_on || words.leaves == 1 && has_head(&pieces[..at], words) {
        return Some(Parts { label, figures: vec![figures.to_owned()], together: None });
    }
    let digits = words.leaves > 1 && figures.len() <= DIGITS && figures.bytes().all(|b| b.is_ascii_digit());
    let mut ways = Vec::new();
    if digits {
        cut_up(figures, words.leaves, &mut Vec::new(), &mut ways);
    }
    ways.retain(|way| adds_up(way, &form.tables[number]));
    let [only] = &ways[..] else { return None };
    let together = figures.to_owned();
    let figures = only.iter().map(|figure| (*figure).to_owned()).collect();
    Some(Parts { label, figures, together: Some(together) })
}

/// The row of a table without labels whose digits stand together, each a figure.
fn unlabelled(text: &str, form: &Form) -> Option<Parts> {
    const LONG: usize = 8;
    let digits = widths(text);
    let row: Vec<&str> = digits.split("").filter(|digit| !digit.is_empty()).collect();
    let fits = |table: &Table| !table.stub && table.columns.leaves.len() == row.len() && adds_up(&row, table);
    let is_row = row.len() >= LONG && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_row || !form.tables.iter().any(|table| fits(table)) {
        return None;
    }
    let figures = row.iter().map(|digit| (*digit).to_owned()).collect();
    Some(Parts { label: None, figures, together: Some(digits.clone()) })
}

/// All ways to cut digits up into so many numbers.
fn cut_up<'t>(digits: &'t str, count: usize, begun: &mut Vec<&'t str>, ways: &mut Vec<Vec<&'t str>>) {
    if count == 0 {
        ways.extend(digits.is_empty().then(|| begun.clone()));
        return;
    }
    // A number has no zero before others.
    let longest = if digits.starts_with('0') { 1 } else { (digits.len() + 1).saturating_sub(count) };
    for length in 1..=longest.min(digits.len()) {
        begun.push(&digits[..length]);
        cut_up(&digits[length..], count - 1, begun, ways);
        begun.pop();
    }
}

/// Whether the sums over the columns of a table are right in a row, if it has any.
fn adds_up(row: &[&str], table: &Table) -> bool {
    let number = |leaf: usize| row[leaf].parse::<u64>().unwrap_or_default();
    (0..row.len()).all(|leaf| {
        let parts = table.columns.leaf(leaf).sum.as_ref();
        parts.is_none_or(|parts| parts.iter().map(|part| number(*part)).sum::<u64>() == number(leaf))
    })
}

/// Whether the label of the only column of a table stands before, alone or behind what stands over the labels of rows.
fn has_head(before: &[Piece], words: &TableWords) -> bool {
    const NEAR: usize = 4;
    let labels = before.iter().rev().filter(|piece| piece.is_label()).take(NEAR);
    let is_head = |piece: &Piece| {
        let column = words.columns.iter().flatten().find_map(|label| piece.key.strip_suffix(label.as_str()));
        column.is_some_and(|corner| corner.is_empty() || words.furniture.iter().any(|word| word == corner))
    };
    labels.into_iter().any(is_head)
}

/// Whether figures are glued to the label of a row that could not be taken apart, or digits for all its columns stand
/// right behind it in a longer text.
pub(super) fn is_glued(text: &str, lexicon: &Lexicon) -> bool {
    let wide = widths(text);
    let (label, figures) = cut(&wide);
    !figures.is_empty() && lexicon.table_of_row(&key(label)).is_some() || lexicon.is_glued(text)
}

/// A text without the figures at its end, and these.
fn cut(text: &str) -> (&str, &str) {
    let body = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    (body.trim_end_matches([':', ' ']), &text[body.len()..])
}
