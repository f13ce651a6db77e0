//! Foreign reports come in here: any file becomes blocks, the blocks are laid on a form by their labels, and the
//! result is a draft, ready to be written, with a finding for everything that was not plainly there.

mod align;
mod block;
mod cmap;
mod decode;
mod detect;
mod doc;
mod docx;
mod figure;
mod fill;
mod header;
mod html;
mod label;
mod lexicon;
mod limits;
mod matching;
mod package;
mod page;
mod pdf;
mod piece;
mod sheet;
mod text;

pub use block::*;
pub use detect::read;
pub use matching::*;
pub use limits::Refusal;
