//! The finished site: written to a folder all or nothing, or served to a browser.
//!
//! Knows nothing of reports or pages: routes and bytes only.

mod apply;
mod manifest;
mod serve;
mod write;

pub use manifest::Entry;
pub use serve::{Answer, Page, Source, bind, serve};
pub use write::{Stamps, Summary, WriteError, Writer, clean};
