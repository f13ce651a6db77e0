//! The words of the original: what they say of the report itself, and the narrative in the form's sections.

mod agency;
mod date;
mod facts;
mod narrative;

pub(super) use facts::find as find_facts;
pub use facts::{Facts, KnownAgency};
pub(super) use narrative::{Passage, chapters, cut as cut_sections, escape};
