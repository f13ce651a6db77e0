//! An output and a theme give bytes: one arm per kind of output.

mod csv;
mod filters;
mod json;
mod search;
mod template;
mod theme;

pub use theme::{Theme, builtin_text, builtin_themes};

use std::sync::{Arc, OnceLock};

use crate::diagnostic::{Diagnosed, Diagnostics};
use crate::document::Format;
use crate::fingerprint::Fingerprint;
use crate::model::Checked;
use crate::path::SourcePath;
use crate::plan::{self, Grids, Keys, SearchIndex, Site, Subject};
use template::Engine;

/// The bytes of an output, or where they are.
pub enum Content {
    /// Made.
    Made(Vec<u8>),
    /// A source file as it is; never read whole.
    Source(SourcePath),
    /// A file built into the program.
    Builtin(&'static [u8]),
}

/// Renders the outputs of one checked portal with one theme.
pub struct Renderer {
    checked: Arc<Checked>,
    language: String,
    grids: Grids,
    engine: Engine,
    theme: Arc<Theme>,
    keys: Keys,
    /// Made when the first of its shards is asked for.
    index: OnceLock<SearchIndex>,
}

impl Renderer {
    /// Makes all that is the same for every page.
    pub fn new(checked: Arc<Checked>, theme: Arc<Theme>) -> Self {
        let language = checked.portal.language().to_owned();
        let grids = Grids::new(&checked.portal.forms, &language);
        let site = Site { checked: &checked, language: &language, grids: &grids, drawn: &theme.drawn };
        let engine = Engine::new(&theme, &site.view(), &language);
        let keys = Keys::new(&site, theme.fingerprint);
        Self { checked, language, grids, engine, theme, keys, index: OnceLock::new() }
    }

    /// What goes into an output, as one fingerprint: outputs with the same key are the same.
    /// `None` where only the bytes tell.
    pub fn key(&self, subject: &Subject) -> Option<Fingerprint> {
        self.keys.of(&self.checked.portal, subject)
    }

    /// Renders one output. Empty when there is nothing (any more) to show.
    pub fn render(&self, subject: &Subject) -> Diagnosed<Option<Content>> {
        let drawn = &self.theme.drawn;
        let site = Site { checked: &self.checked, language: &self.language, grids: &self.grids, drawn };
        let mut found = Diagnostics::default();
        let content = match subject {
            Subject::Attachment(path) => Some(Content::Source(path.clone())),
            Subject::Static(name) => self.theme.static_file(name),
            Subject::ReportFile(agency, year, format) => {
                let write = match format {
                    Format::Csv => csv::report,
                    Format::Json => json::report,
                };
                write(&site, agency, *year).map(Content::Made)
            }
            Subject::SearchTerms(number) => {
                let index = self.index.get_or_init(|| SearchIndex::new(&site));
                index.shard(*number).map(|shard| search::file(subject, &shard))
            }
            Subject::SearchAgencies(number) => {
                plan::search_agencies(&site, *number).map(|block| search::file(subject, &block))
            }
            Subject::SearchPage(name) => {
                plan::search_page(&site, name).map(|text| search::file(subject, &text))
            }
            Subject::SearchText(agency, year) => {
                plan::search_text(&site, agency, *year).map(|text| search::file(subject, &text))
            }
            page => {
                let view = page.template().zip(site.view_of(page));
                view.and_then(|(template, view)| match self.engine.render(template, &view, &self.theme) {
                    Ok(text) => Some(Content::Made(text)),
                    Err(wrong) => {
                        found.push(*wrong);
                        None
                    }
                })
            }
        };
        Diagnosed::new(content, found)
    }
}
