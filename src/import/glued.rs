//! Labels with their figures right behind them, as programs write that lose what stands between cells: `行政许可97`,
//! `规章000`. They are taken apart again.

use super::figure;
use super::label::{key, widths};
use super::lexicon::Lexicon;
use super::piece::Piece;

/// The pieces, with glued labels taken apart; `None` if there are none.
pub(super) fn split(pieces: &[Piece], lexicon: &Lexicon) -> Option<Vec<Piece>> {
    let parts = |at: usize| {
        let piece = &pieces[at];
        let glued = piece.is_label() && !piece.in_grid && piece.text.ends_with(char::is_numeric);
        let goes_on =
            || pieces.get(at + 1).is_some_and(|next| next.row == piece.row && next.figure.is_some());
        glued.then(|| taken_apart(&piece.text, goes_on(), lexicon)).flatten()
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

/// A label and what stands behind it.
struct Parts {
    label: String,
    figures: String,
    /// Whether every digit is a figure of its own.
    digits: bool,
}

impl Parts {
    fn pieces(&self, whole: &Piece) -> Vec<Piece> {
        let mut pieces = vec![whole.part(&self.label)];
        if !self.digits {
            pieces.push(whole.part(&self.figures));
            return pieces;
        }
        for digit in self.figures.chars() {
            let mut cell = whole.part(&digit.to_string());
            cell.figure.iter_mut().for_each(|figure| figure.guessed = true);
            cell.text.clone_from(&self.figures);
            pieces.push(cell);
        }
        pieces
    }
}

/// The label of a row and the figures glued to it. With as many digits as the row has columns each is a figure; more
/// figures than one are else only told apart where the others stand apart.
fn taken_apart(text: &str, goes_on: bool, lexicon: &Lexicon) -> Option<Parts> {
    let text = widths(text);
    let (label, figures) = cut(&text);
    let leaves = lexicon.leaves_of_row(&key(label))?;
    figure::read(figures)?;
    let digits = !goes_on && leaves > 1;
    let told = !digits || figures.len() == leaves && figures.bytes().all(|b| b.is_ascii_digit());
    told.then(|| Parts { label: label.to_owned(), figures: figures.to_owned(), digits })
}

/// Whether figures are glued to the label of a row that could not be taken apart, or digits for all its columns stand
/// right behind it in a longer text.
pub(super) fn is_glued(text: &str, lexicon: &Lexicon) -> bool {
    let wide = widths(text);
    let (label, figures) = cut(&wide);
    !figures.is_empty() && lexicon.leaves_of_row(&key(label)).is_some() || lexicon.is_glued(text)
}

/// A text without the figures at its end, and these.
fn cut(text: &str) -> (&str, &str) {
    let body = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    (body.trim_end_matches([':', ' ']), &text[body.len()..])
}
