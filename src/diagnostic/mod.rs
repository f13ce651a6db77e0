//! Anything to tell a person: a code, its facts, and the place in the source.
//!
//! A diagnostic knows no sentence. The sentences, per language, are data in
//! `catalogue.toml`; the place is a range of bytes that the door turns into line and
//! column. So a stage that finds something needs neither the language nor the file.

mod catalogue;
mod explain;
mod place;

pub use catalogue::{Catalogue, Sentence};
pub use explain::Located;
pub use place::{Place, Position, position};

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::language::Localised;

/// How grave a diagnostic is. Ordered: an error is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Should be looked at; does not stop a build.
    Warning,
    /// Stops a build.
    Error,
}

impl Severity {
    /// The word used in `--json` and in files: `error`, `warning`, `info`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// Reads the word again.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Info, Self::Warning, Self::Error].into_iter().find(|s| s.word() == word)
    }
}

/// A fact put into a sentence: the same in all languages, or a text of its own in each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fact {
    /// A name, number or quotation.
    Plain(String),
    /// A text by language, such as a label of a form.
    Localised(Localised),
    /// A word of the catalogue's own list.
    Word(Cow<'static, str>),
}

impl Fact {
    /// The fact as written in `language`.
    pub fn get(&self, language: &str) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Localised(text) => text.get(language),
            Self::Word(word) => Catalogue::get().word(word, language),
        }
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Plain(text.into())
    }
}
impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}
impl From<Localised> for Fact {
    fn from(text: Localised) -> Self {
        Self::Localised(text)
    }
}

/// Something to tell a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// `stage/name`, stable; the key of its sentence in the catalogue.
    pub code: Cow<'static, str>,
    /// How grave it is.
    pub severity: Severity,
    /// The facts its sentence mentions, by name.
    pub facts: Vec<(Cow<'static, str>, Fact)>,
    /// Where in the source.
    pub place: Option<Place>,
    /// The address of the cell it is about, e.g. `requests[received, total]`.
    pub cell: Option<String>,
    /// The reason why an office stands by it (`[[accept]]`); it then no longer stops a build.
    pub accepted: Option<String>,
}

impl Diagnostic {
    /// A diagnostic with the severity its code has in the catalogue.
    pub fn new(code: &'static str) -> Self {
        Self::with_severity(Cow::Borrowed(code), Catalogue::get().severity(code))
    }

    /// A diagnostic whose code and severity come from data, such as a rule of a form.
    pub fn with_severity(code: Cow<'static, str>, severity: Severity) -> Self {
        Self { code, severity, facts: Vec::new(), place: None, cell: None, accepted: None }
    }

    /// Adds a fact.
    pub fn fact(mut self, name: &'static str, fact: impl Into<Fact>) -> Self {
        self.facts.push((name.into(), fact.into()));
        self
    }

    /// Says where.
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says at which cell.
    pub fn cell(mut self, cell: impl Into<String>) -> Self {
        self.cell = Some(cell.into());
        self
    }

    /// Whether it keeps a site from being published.
    pub fn stops(&self) -> bool {
        self.severity == Severity::Error && self.accepted.is_none()
    }

    /// A hash of all that it says, for keys of remembered work.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Fingerprinter::new("diagnostic");
        hasher.text(&format!("{self:?}"));
        hasher.finish()
    }
}

/// The diagnostics of a run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Diagnostics(Vec<Arc<Diagnostic>>);

impl Diagnostics {
    /// No diagnostics.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(Arc::new(diagnostic));
    }

    /// Adds all of another list.
    pub fn extend(&mut self, others: &Diagnostics) {
        self.0.extend(others.0.iter().cloned());
    }

    /// Keeps what a stage found and hands on what it made.
    pub fn take<T>(&mut self, diagnosed: Diagnosed<T>) -> T {
        self.0.extend(diagnosed.diagnostics.0);
        diagnosed.value
    }

    /// All of them, in the order they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter().map(|d| &**d)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any of them keeps the site from being published.
    pub fn stop(&self) -> bool {
        self.0.iter().any(|d| d.stops())
    }

    /// How many were accepted with a reason.
    pub fn accepted(&self) -> usize {
        self.0.iter().filter(|d| d.accepted.is_some()).count()
    }

    /// How many are of this severity, those accepted with a reason left out.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|d| d.severity == severity && d.accepted.is_none()).count()
    }

    /// Puts them in the order of files and places, the same on every machine, and drops
    /// those said twice.
    pub fn sort(&mut self) {
        let key = |d: &Diagnostic| {
            let file = d.place.as_ref().map(|p| p.file.clone());
            let start = d.place.as_ref().and_then(|p| p.range.clone()).map(|r| r.start);
            (file, start)
        };
        let facts = |d: &Diagnostic| format!("{:?}", d.facts);
        self.0.sort_by(|a, b| {
            let place = key(a).cmp(&key(b)).then_with(|| a.code.cmp(&b.code));
            place.then_with(|| facts(a).cmp(&facts(b)))
        });
        self.0.dedup();
    }
}

/// What a stage made, with all it found on the way. A stage never fails: what could not be
/// made is left out and said so.
#[derive(Clone, Debug, Default)]
pub struct Diagnosed<T> {
    /// What was made.
    pub value: T,
    /// What was found.
    pub diagnostics: Diagnostics,
}

impl<T> Diagnosed<T> {
    /// A value with what was found.
    pub fn new(value: T, diagnostics: Diagnostics) -> Self {
        Self { value, diagnostics }
    }
}
