//! An output and a theme give bytes: one arm per kind of output.

mod csv;
mod data;
mod docx;
mod filters;
mod json;
mod names;
#[cfg(feature = "pdf")]
mod pdf;
mod search;
mod template;
mod theme;
mod xlsx;
mod xml;

pub use theme::{Theme, builtin_text, builtin_themes};
pub use xlsx::collection;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, OnceLock};

use crate::diagnostic::{Diagnosed, Diagnostics};
use crate::document::Format;
use crate::fingerprint::Fingerprint;
use crate::language::Language;
use crate::model::Checked;
use crate::path::{Route, SourcePath};
use crate::plan::{self, DataFile, Facts, Grids, Keys, Letters, SearchIndex, Site, Subject};
use template::Engine;

/// The bytes of an output, or where they are.
pub enum Content {
    /// Made.
    Made(Vec<u8>),
    /// A source file as it is; never read whole.
    Source(SourcePath),
    /// A file built into the program.
    Builtin(&'static [u8]),
    /// To be written piece by piece: [`Renderer::pour`].
    Poured(DataFile),
}

/// Renders the outputs of one checked portal with one theme.
pub struct Renderer {
    checked: Arc<Checked>,
    theme: Arc<Theme>,
    /// What the pages are made with in each language, that of the portal first.
    languages: Vec<InLanguage>,
    /// What is known of the files of the whole portal, as they are made or asked for.
    facts: BTreeMap<DataFile, OnceLock<Facts>>,
}

/// What the pages in one language are made with.
struct InLanguage {
    language: Language,
    grids: Grids,
    engine: Engine,
    /// Made when the first key is asked for: a preview asks for none.
    keys: OnceLock<Keys>,
    /// Made when the first of its shards is asked for.
    index: OnceLock<SearchIndex>,
}

impl Renderer {
    /// Makes all that is the same for every page.
    pub fn new(checked: Arc<Checked>, theme: Arc<Theme>) -> Self {
        let made = |language: &Language| {
            let grids = Grids::new(&checked.portal.forms, language);
            let site = Site {
                checked: &checked,
                language,
                grids: &grids,
                drawn: &theme.drawn,
                letters: letters(&checked, &theme),
            };
            let engine = Engine::new(&theme, &site.view(), language);
            let (keys, index) = (OnceLock::new(), OnceLock::new());
            InLanguage { language: language.clone(), grids, engine, keys, index }
        };
        let languages = checked.portal.settings.languages().map(made).collect();
        let files = plan::data_files(&checked.portal).into_iter();
        let facts = files.map(|file| (file, OnceLock::new())).collect();
        Self { checked, theme, languages, facts }
    }

    /// The portal in one language, as views see it.
    fn site<'s>(&'s self, with: &'s InLanguage) -> Site<'s> {
        let InLanguage { language, grids, .. } = with;
        let letters = letters(&self.checked, &self.theme);
        Site { checked: &self.checked, language, grids, drawn: &self.theme.drawn, letters }
    }

    /// Writes a file of the whole portal.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn pour(&self, file: &DataFile, out: &mut dyn io::Write) -> io::Result<()> {
        let Some(own) = self.languages.first() else { return Ok(()) };
        let mut out = data::Measured::new(out);
        let rows = data::pour(&self.site(own), file, &|file| self.facts(file), &mut out)?;
        if let Some(known) = self.facts.get(file) {
            // Another thread may have worked them out meanwhile: they are the same.
            let _ = known.set(out.facts(rows));
        }
        Ok(())
    }

    /// What is known of a file: from when it was made, else by making it once more.
    fn facts(&self, file: &DataFile) -> Facts {
        let known = self.facts.get(file);
        if known.is_some_and(|known| known.get().is_none()) {
            // Writing to nowhere cannot fail.
            let _ = self.pour(file, &mut io::sink());
        }
        known.and_then(OnceLock::get).cloned().unwrap_or_default()
    }

    /// What the pages in the language of an output are made with, and what it is there.
    fn made_with<'s>(&self, subject: &'s Subject) -> Option<(&InLanguage, &'s Subject)> {
        let (language, own) = subject.in_language();
        let known = |one: &&InLanguage| language.is_none_or(|language| one.language == *language);
        self.languages.iter().find(known).map(|one| (one, own))
    }

    /// What goes into an output, as one fingerprint: outputs with the same key are the same.
    /// `None` where only the bytes tell.
    pub fn key(&self, route: &Route, subject: &Subject) -> Option<Fingerprint> {
        let (with, own) = self.made_with(subject)?;
        let keys = with.keys.get_or_init(|| Keys::new(&self.site(with), self.theme.fingerprint));
        keys.of(&self.checked.portal, route, own)
    }

    /// Renders one output. Empty when there is nothing (any more) to show.
    pub fn render(&self, subject: &Subject) -> Diagnosed<Option<Content>> {
        let mut found = Diagnostics::default();
        let Some((with, subject)) = self.made_with(subject) else { return Diagnosed::new(None, found) };
        let InLanguage { engine, index, .. } = with;
        let site = self.site(with);
        let content = match subject {
            Subject::Attachment(path) => Some(Content::Source(path.clone())),
            Subject::Static(name) => self.theme.static_file(name),
            Subject::ReportFile(agency, year, format) => {
                let file = report_file(&site, &self.theme, agency, *year, *format);
                found.extend(&file.diagnostics);
                file.value.map(Content::Made)
            }
            Subject::SearchTerms(number) => {
                let index = index.get_or_init(|| SearchIndex::new(&site));
                index.shard(*number).map(|shard| search::file(subject, &shard))
            }
            Subject::SearchAgencies(number) => {
                plan::search_agencies(&site, *number).map(|block| search::file(subject, &block))
            }
            Subject::CompareData(agency, year) => {
                plan::compare_data(&site, agency, *year).map(|data| search::compared(subject, &data))
            }
            Subject::CompareForm(id) => {
                plan::compare_form(&site, id).map(|form| search::compared(subject, &form))
            }
            Subject::SearchPage(name) => {
                plan::search_page(&site, name).map(|text| search::file(subject, &text))
            }
            Subject::SearchText(agency, year) => {
                plan::search_text(&site, agency, *year).map(|text| search::file(subject, &text))
            }
            Subject::DataFile(file) => Some(Content::Poured(file.clone())),
            Subject::Api(file) => json::api(&site, file).map(Content::Made),
            page => {
                let mut view = page.template().zip(site.view_of(page));
                if let (Subject::Data, Some((_, view))) = (page, &mut view) {
                    view.insert("files", &plan::cards(&site, &|file| self.facts(file)));
                }
                view.and_then(|(template, view)| match engine.render(template, &view, &self.theme) {
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

/// The characters that can be printed, where the portal offers what is printed.
#[cfg(feature = "pdf")]
fn letters<'t>(checked: &Checked, theme: &'t Theme) -> Option<&'t Letters> {
    checked.portal.settings.downloads.contains(&Format::Pdf).then(|| &theme.press().letters)
}

#[cfg(not(feature = "pdf"))]
fn letters<'t>(_: &Checked, _: &'t Theme) -> Option<&'t Letters> {
    None
}

/// A report as a file of a format.
fn report_file(
    site: &Site<'_>,
    theme: &Theme,
    agency: &str,
    year: u16,
    format: Format,
) -> Diagnosed<Option<Vec<u8>>> {
    #[cfg(not(feature = "pdf"))]
    let _ = theme;
    let bytes = match format {
        Format::Csv => csv::report(site, agency, year),
        Format::Json => json::report(site, agency, year),
        Format::Xlsx => xlsx::report(site, agency, year),
        Format::Docx => docx::report(site, agency, year),
        #[cfg(feature = "pdf")]
        Format::Pdf => return pdf::report(site, theme.press(), agency, year),
        #[cfg(not(feature = "pdf"))]
        Format::Pdf => None,
    };
    Diagnosed::new(bytes, Diagnostics::default())
}
