//! The tables of the original laid on those of a form. Blocks are cut into pieces, pieces are gathered into runs of
//! figures, runs are given to rows by the words around them, and the figures of a row to its columns; the sums and
//! rules of the form judge the result.

mod align;
mod beside;
mod cell;
mod columns;
mod cut;
mod fill;
mod glued;
mod header;
mod headwords;
mod judge;
mod left;
mod lexicon;
mod matching;
mod piece;
mod reading;
mod remark;
mod run;
mod solve;
mod transpose;

pub(super) use lexicon::Lexicon;
pub(super) use matching::Pieces;
pub use matching::{Matched, lay};
pub(super) use reading::say;
pub use reading::{CellReading, Doubt, Reading, TableReading};
