//! Foreign reports come in here: any file becomes blocks, the blocks are laid on a form by their labels, and the
//! result is a draft, ready to be written, with a finding for everything that was not plainly there.

mod block;
mod cmap;
mod decode;
mod detect;
mod doc;
mod docx;
mod html;
mod limits;
mod package;
mod page;
mod pdf;
mod sheet;
mod text;

pub use block::*;
pub use detect::read;
pub use limits::Refusal;
