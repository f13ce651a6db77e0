//! lib
pub mod check;
pub mod diagnostic;
pub mod document;
pub mod fields;
pub mod fingerprint;
pub mod form;
pub mod import;
pub mod language;
pub mod model;
pub mod path;
pub mod pipeline;
pub mod plan;

pub mod source;
