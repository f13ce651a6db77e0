//! What a report says at length: its prose and its sheets. Of a report that was recalled from an
//! earlier run they are fetched when they are first asked for: most builds ask for few.

use std::fmt;
use std::sync::OnceLock;

use super::prose::Text;
use super::report::Report;
use super::sheet::Sheet;

/// The prose and the sheets of a report.
#[derive(Debug, Default)]
pub struct Body {
    /// Its prose, in the order of the form; what fits no section stands last.
    pub(super) text: Text,
    /// Its tables, in the order of the form.
    pub(super) sheets: Vec<Sheet>,
}

/// Where the body of a report is fetched from.
pub trait Shelved: Send + Sync {
    /// The body of the report, made anew where it cannot be fetched.
    fn fetch(&self, report: &Report) -> Body;

    /// The body as it was remembered, if it still is.
    fn bytes(&self) -> Option<Vec<u8>>;
}

/// A body that is at hand, or can be fetched.
#[derive(Default)]
pub(super) struct Held {
    body: OnceLock<Body>,
    shelf: Option<Box<dyn Shelved>>,
}

impl Held {
    /// A body to be fetched when it is asked for.
    pub(super) fn shelved(shelf: Box<dyn Shelved>) -> Self {
        Self { body: OnceLock::new(), shelf: Some(shelf) }
    }

    /// The body of the report that holds it.
    pub(super) fn get(&self, report: &Report) -> &Body {
        self.body.get_or_init(|| self.shelf.as_ref().map(|shelf| shelf.fetch(report)).unwrap_or_default())
    }

    /// The body, if it is at hand.
    pub(super) fn into_inner(self) -> Body {
        self.body.into_inner().unwrap_or_default()
    }

    /// The body as it was remembered, if it is still as it was fetched from there.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        self.shelf.as_ref()?.bytes()
    }
}

impl From<Body> for Held {
    fn from(body: Body) -> Self {
        Self { body: body.into(), shelf: None }
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.body.get().fmt(f)
    }
}
