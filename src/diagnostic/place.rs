//! A place in a source file, and how bytes become lines and columns.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::path::SourcePath;

/// A place in the source: a file and, where one can be named, a range of bytes in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file.
    pub file: SourcePath,
    /// The bytes meant; `None` for the file as a whole.
    pub range: Option<Range<usize>>,
    /// Where no bytes are known: a text that stands there.
    pub text: Option<String>,
}

impl Place {
    /// A range of bytes in a file.
    pub fn new(file: &SourcePath, range: Range<usize>) -> Self {
        Self { file: file.clone(), range: Some(range), text: None }
    }

    /// A file as a whole.
    pub fn file(file: &SourcePath) -> Self {
        Self { file: file.clone(), range: None, text: None }
    }

    /// Where a text first stands in a file.
    pub fn of_text(file: &SourcePath, text: &str) -> Self {
        Self { file: file.clone(), range: None, text: Some(text.to_owned()) }
    }

    /// The bytes meant, in the text of the file.
    pub fn range_in(&self, source: &str) -> Option<Range<usize>> {
        let found = || {
            let text = self.text.as_ref()?;
            source.find(text.as_str()).map(|start| start..start + text.len())
        };
        self.range.clone().or_else(found)
    }
}

/// A line and a column, both from 1; the column counts characters, so it is right under
/// Chinese text too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

/// The position of a byte offset in a text. Offsets past the end mean the end; CRLF and LF
/// both end a line.
pub fn position(text: &str, offset: usize) -> Position {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[line_start..].chars().filter(|c| *c != '\u{feff}').count() + 1;
    Position { line: before.matches('\n').count() + 1, column }
}
