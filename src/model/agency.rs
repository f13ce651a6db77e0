//! A body that reports.

use std::sync::Arc;

use crate::document::AgencyFile;
use crate::path::SourcePath;

/// An agency: its id and what its file says.
#[derive(Clone, Debug)]
pub struct Agency {
    /// Its id, the name of its folder.
    pub id: Arc<str>,
    /// What `agency.toml` says.
    pub file: AgencyFile,
    /// Where that file is.
    pub path: SourcePath,
}

impl Agency {
    /// Whether a report is expected of it for a year, going by its own years.
    pub fn reports_in(&self, year: u16) -> bool {
        self.file.since.is_none_or(|since| since <= year) && self.file.until.is_none_or(|until| year <= until)
    }

    /// The name it had in a year, in a language.
    pub fn name_in(&self, year: u16, language: &str) -> &str {
        let former = self.file.former.iter().filter(|f| f.until.is_some_and(|until| year <= until));
        let name = former.min_by_key(|f| f.until).map_or(&self.file.name, |f| &f.name);
        name.get(language)
    }

    /// Its short name in a language, or its name where it has none.
    pub fn short(&self, language: &str) -> &str {
        self.file.short.as_ref().unwrap_or(&self.file.name).get(language)
    }

    /// Its name today, in a language.
    pub fn name(&self, language: &str) -> &str {
        self.file.name.get(language)
    }
}
