//! The `+++` head of a Markdown file.

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::path::SourcePath;

/// A Markdown file cut in two, with where each part begins.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'t> {
    /// The TOML between the `+++` lines; empty when there is none.
    pub head: &'t str,
    /// Where it begins in the file.
    pub head_start: usize,
    /// The Markdown after it.
    pub body: &'t str,
    /// Where it begins in the file.
    pub body_start: usize,
}

/// Cuts a Markdown file into front matter and body. A head that is not closed is a finding.
pub fn split<'t>(file: &SourcePath, text: &'t str, found: &mut Diagnostics) -> Parts<'t> {
    let none = Parts { head: "", head_start: 0, body: text, body_start: 0 };
    let Some(after) =
        text.strip_prefix("+++").and_then(|rest| rest.trim_start_matches([' ', '\t']).strip_prefix('\n'))
    else {
        return none;
    };
    let head_start = text.len() - after.len();
    let mut at = head_start;
    for line in after.split_inclusive('\n') {
        if line.trim_end() == "+++" {
            let body_start = at + line.len();
            return Parts { head: &text[head_start..at], head_start, body: &text[body_start..], body_start };
        }
        at += line.len();
    }
    found.push(Diagnostic::new("front-matter/open").at(Place::new(file, 0..3)));
    Parts { body: "", body_start: text.len(), ..none }
}
