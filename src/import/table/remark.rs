//! Remarks that stand in brackets on a line below their figure, in text that has one cell of a table broken over lines.

use crate::import::label::widths;

use super::piece::Piece;

/// Puts a remark that stands in brackets on a line below a figure behind it, such as `（其中修订16件）`: the figure right
/// before, or the one of the line above under which it stands.
pub(super) fn join(pieces: &mut Vec<Piece>) {
    let is_remark = |at: &usize| !pieces[*at].in_grid && is_remark(&pieces[*at].text);
    let remarks: Vec<(usize, usize)> =
        (1..pieces.len()).filter(is_remark).filter_map(|at| Some((at, remarked(pieces, at)?))).collect();
    for (remark, figure) in &remarks {
        let whole = format!("{}{}", pieces[*figure].text, pieces[*remark].text);
        let extent = pieces[*figure].extent;
        pieces[*figure] = Piece { extent, ..pieces[*figure].part(&whole) };
    }
    let mut remarks = remarks.iter().map(|(remark, _)| *remark).peekable();
    let mut at = 0;
    pieces.retain(|_| {
        at += 1;
        remarks.next_if_eq(&(at - 1)).is_none()
    });
}

/// Whether a text is nothing but a remark with a number in it, in one pair of brackets.
fn is_remark(text: &str) -> bool {
    const LONGEST: usize = 30;
    let text = widths(text);
    let inner = text.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    inner.is_some_and(|inner| {
        !inner.contains(['(', ')'])
            && inner.chars().count() <= LONGEST
            && inner.contains(|c: char| c.is_ascii_digit())
            && inner.contains(|c: char| !c.is_ascii() && c.is_alphabetic())
    })
}

/// The figure in the row above that a remark belongs to.
fn remarked(pieces: &[Piece], remark: usize) -> Option<usize> {
    let row = pieces[remark - 1].row;
    let is_plain = |piece: &Piece| {
        piece.figure.as_ref().is_some_and(|figure| figure.number.is_some() && figure.remark.is_none())
    };
    let above = (0..remark).rev().take_while(|at| pieces[*at].row == row);
    let figures: Vec<usize> = above.filter(|at| is_plain(&pieces[*at])).collect();
    if pieces[remark - 1].in_grid || row == pieces[remark].row {
        return None;
    }
    if let [only] = figures[..] {
        return Some(only);
    }
    let (left, right) = pieces[remark].extent?;
    let over = |at: &&usize| pieces[**at].extent.is_some_and(|(l, r)| l < right && left < r);
    match figures.iter().filter(over).collect::<Vec<_>>()[..] {
        [only] => Some(*only),
        _ => None,
    }
}
