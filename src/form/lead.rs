//! The sentence that says what a report comes to: words of the form, with cells in braces.

use super::address::Address;

/// A piece of a lead: words, or the sum of some cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Words(Box<str>),
    /// A figure.
    Figure {
        /// The table, by number.
        table: usize,
        /// The cells that add up to it, by number.
        cells: Vec<usize>,
    },
}

/// Takes a text apart: `find` gives the table and cells of an address. The first address
/// that is none, or leads nowhere, is the error.
pub(super) fn pieces(
    text: &str,
    find: impl Fn(&Address) -> Option<(usize, Vec<usize>)>,
) -> Result<Vec<Piece>, &str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or(after)?;
        let (table, cells) = name.parse().ok().and_then(|address| find(&address)).ok_or(name)?;
        if !words.is_empty() {
            pieces.push(Piece::Words(words.into()));
        }
        pieces.push(Piece::Figure { table, cells });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest.into()));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_cells() {
        let find = |address: &Address| (address.table == "t").then(|| (0, vec![7]));
        let words = |words: &str| Piece::Words(words.into());
        let figure = Piece::Figure { table: 0, cells: vec![7] };
        assert_eq!(pieces("新收{t[r, c]}件。", find), Ok(vec![words("新收"), figure.clone(), words("件。")]));
        assert_eq!(pieces("{t[r, c]}", find), Ok(vec![figure]));
        assert_eq!(pieces("no figure", find), Ok(vec![words("no figure")]));
        assert_eq!(pieces("{other[r, c]}", find), Err("other[r, c]"));
        assert_eq!(pieces("{t}", find), Err("t"));
        assert_eq!(pieces("{t[r, c]", find), Err("t[r, c]"));
    }
}
