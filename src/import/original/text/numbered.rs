//! The lines of a text, each with its number in the original, so that lines can be joined and left out.

use std::borrow::Cow;

/// A line and its number in the original, from 1.
#[derive(Clone, Debug)]
pub(super) struct Numbered<'t> {
    /// The number.
    pub number: u32,
    /// What stands in the line.
    pub text: Cow<'t, str>,
}

/// The lines of a text with their numbers, the first of which is given.
pub(super) fn numbered(text: &str, first: u32) -> Vec<Numbered<'_>> {
    (first..).zip(text.split('\n')).map(|(number, text)| Numbered { number, text: text.into() }).collect()
}
