//! A diagnostic as a person or a program outside sees it: in one language, with line and
//! column. Its fields are the `--json` contract.

use serde::Serialize;

use super::{Catalogue, Diagnostic, position};
use crate::path::SourcePath;

/// A diagnostic in one language, with lines and columns instead of bytes.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Located {
    /// `stage/name`.
    pub code: String,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// The file, relative to the portal folder.
    pub file: Option<String>,
    /// Where in the file.
    pub span: Option<Span>,
    /// The cell it is about.
    pub cell: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// The reason why it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

/// From a line and column to a line and column, from 1, columns in characters; the end is
/// the first position that is not meant any more.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub struct Span {
    /// The first line.
    pub line: usize,
    /// The first character in it.
    pub column: usize,
    /// The last line.
    pub end_line: usize,
    /// The character after the last.
    pub end_column: usize,
}

impl Located {
    /// Puts a diagnostic into words. `read` gives the text of a source file.
    pub fn new(
        diagnostic: &Diagnostic,
        language: &str,
        read: impl FnOnce(&SourcePath) -> Option<String>,
    ) -> Self {
        let place = diagnostic.place.as_ref();
        let placed = place.filter(|place| place.range.is_some() || place.text.is_some());
        let span = placed.and_then(|place| {
            let text = read(&place.file)?;
            let range = place.range_in(&text)?;
            let (start, end) = (position(&text, range.start), position(&text, range.end));
            Some(Span { line: start.line, column: start.column, end_line: end.line, end_column: end.column })
        });
        let catalogue = Catalogue::get();
        Self {
            code: diagnostic.code.to_string(),
            severity: diagnostic.severity.word(),
            message: catalogue.message(diagnostic, language),
            file: place.map(|p| p.file.to_string()),
            span,
            cell: diagnostic.cell.clone(),
            help: catalogue.help(diagnostic, language),
            accepted: diagnostic.accepted.clone(),
        }
    }
}
