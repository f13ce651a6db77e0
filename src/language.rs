//! Languages of the portal and texts that exist in more than one of them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A language tag as in BCP 47, e.g. `zh-CN` or `en`.
pub type Language = Arc<str>;

/// The language of a portal that names none.
pub const DEFAULT_LANGUAGE: &str = "zh-CN";

/// Whether a text is a language tag that can name a folder: `en`, `zh-TW`.
pub fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric());
    matches!(primary.len(), 2 | 3)
        && primary.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| matches!(part.len(), 1..=8) && letters(part))
}

/// A text in one or more languages; the first is the one its author wrote.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Localised(Vec<(Language, Box<str>)>);

impl Localised {
    /// A text known in one language only.
    pub fn new(language: &str, text: impl Into<Box<str>>) -> Self {
        Self(vec![(language.into(), text.into())])
    }

    /// Adds the text in one more language.
    pub fn push(&mut self, language: &str, text: impl Into<Box<str>>) {
        self.0.push((language.into(), text.into()));
    }

    /// The text in `language`; else in a language of the same primary tag (`en-GB` for
    /// `en`); else as its author wrote it. Empty when there is no text at all.
    pub fn get(&self, language: &str) -> &str {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let found = self.0.iter().find(|(l, _)| &**l == language);
        found
            .or_else(|| self.0.iter().find(|(l, _)| primary(l) == primary(language)))
            .or_else(|| self.0.first())
            .map_or("", |(_, text)| text)
    }

    /// The text as its author wrote it.
    pub fn original(&self) -> &str {
        self.0.first().map_or("", |(_, text)| text)
    }

    /// Every language and its text, the author's first.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(language, text)| (&**language, &**text))
    }

    /// Whether there is no text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, text)| text.is_empty())
    }
}

impl From<&str> for Localised {
    fn from(text: &str) -> Self {
        Self::new("", text)
    }
}
