//! A piece of the original: a cell of a grid or a word group of a line, known to be blank, a figure or a label.

use crate::import::block::Place;
use crate::import::figure::{self, Figure};
use crate::import::label::{bare_key, is_unseen, key};
use crate::import::line::is_prose;

/// A cell of a grid, or a piece of a line.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Its text.
    pub text: String,
    /// The key of the text as a label.
    pub key: String,
    /// The key without what stands in brackets.
    pub bare: String,
    /// What it says, if it is a figure.
    pub figure: Option<Figure>,
    /// Where it stands.
    pub place: Place,
    /// The block it comes from.
    pub block: usize,
    /// The row of a grid or the line it stands in; rises through the document.
    pub row: usize,
    /// Its left and right edge, where the original tells one.
    pub extent: Option<(f32, f32)>,
    /// Whether it stands in a table with rows of its own.
    pub in_grid: bool,
    /// How many columns of a grid it covers.
    pub columns: usize,
    /// The address that the file itself gives it.
    pub address: Option<String>,
    /// Running text: never a label.
    pub prose: bool,
    /// The number of a page, most likely.
    pub noise: bool,
    /// What a label says that only says again what stands above it, and is left blank.
    pub repeated: String,
    /// A blank that only makes up for a span if nothing follows it in its row.
    pub padding: bool,
    /// Whether it comes from a line with pipes.
    pub piped: bool,
}

impl Piece {
    /// A piece with this text; what else is known of it is to be set.
    pub(super) fn new(text: &str, place: Place, block: usize, row: usize) -> Self {
        let text: String = text.chars().filter(|c| !is_unseen(*c)).collect();
        let text = text.trim();
        let figure = figure::read(text);
        let prose = figure.is_none() && is_prose(text);
        let label = figure.is_none() && !prose && !is_odd(text);
        Self {
            text: text.to_owned(),
            key: if label { key(text) } else { String::new() },
            bare: if label { bare_key(text) } else { String::new() },
            figure,
            place,
            block,
            row,
            extent: None,
            in_grid: false,
            columns: 1,
            address: None,
            prose,
            noise: false,
            repeated: String::new(),
            padding: false,
            piped: false,
        }
    }

    /// A part of it with a text of its own.
    pub(super) fn part(&self, text: &str) -> Self {
        Self::new(text, self.place, self.block, self.row)
    }

    /// Whether there is nothing in it.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it is a text that could be a label.
    pub(super) fn is_label(&self) -> bool {
        self.figure.is_none() && !self.prose && !self.key.is_empty()
    }

    /// Whether it stands in a cell: a blank, a figure, or what should be one.
    pub(super) fn is_cell(&self) -> bool {
        self.is_blank() || self.figure.is_some() || is_odd(&self.text)
    }
}

/// Whether a text is no figure, but has digits and no letter, such as `+(0) -(0)`: no label either. Days, numbers of
/// telephones and of pages are not meant.
fn is_odd(text: &str) -> bool {
    const LONGEST: usize = 12;
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (1..=6).contains(&digits)
        && text.chars().count() <= LONGEST
        && !text.chars().any(char::is_alphabetic)
        && text.contains(['(', '（', '+', '＋'])
        && figure::read(text).is_none()
}
