//! The press: a template and a typeface, and a world around them in which there is nothing
//! else to read, not even the day.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

const TEMPLATE: &str = include_str!("report.typ");
const FONT: &[u8] = include_bytes!("font/NotoSansSC-subset.otf");

/// For how many documents what was worked out is remembered.
const REMEMBERED: usize = 10;

/// All that is the same for every document.
pub(super) struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    data: FileId,
}

/// Why a document was not made.
pub(super) enum Failure {
    /// Characters that the typeface does not have.
    Characters(String),
    /// The template could not be followed, or a standard not be kept.
    Template(String),
}

impl Press {
    /// The press; made at the first document.
    pub(super) fn get() -> &'static Self {
        static PRESS: OnceLock<Press> = OnceLock::new();
        PRESS.get_or_init(Self::new)
    }

    fn new() -> Self {
        let file = |name| RootedPath::new(VirtualRoot::Project, path(name)).intern();
        let fonts: Vec<Font> = Font::new(Bytes::new(FONT), 0).into_iter().collect();
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::new(file("report.typ"), TEMPLATE.to_owned()),
            data: file("report.json"),
        }
    }

    /// Prints a document from its data; `name` tells it from all others.
    pub(super) fn print(&self, data: String, name: &str) -> Result<Vec<u8>, Failure> {
        let missing = self.missing(&data);
        if !missing.is_empty() {
            return Err(Failure::Characters(missing));
        }
        let sheet = Sheet { press: self, data: Bytes::from_string(data) };
        let document = typst::compile::<PagedDocument>(&sheet).output.map_err(|wrong| failure(&wrong))?;
        let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a]);
        let standards = standards.map_err(|wrong| Failure::Template(wrong.message().to_string()))?;
        let options = PdfOptions {
            ident: Smart::Custom(name.to_owned()),
            creator: Smart::Custom(Some("gongkai".to_owned())),
            standards,
            ..PdfOptions::default()
        };
        let printed = typst_pdf::pdf(&document, &options).map_err(|wrong| failure(&wrong));
        comemo::evict(REMEMBERED);
        printed
    }

    /// The characters of a text that the typeface does not have.
    fn missing(&self, text: &str) -> String {
        let has = |c: &char| {
            let known = |font: &Font| font.info().coverage.contains(u32::from(*c));
            c.is_control() || self.fonts.iter().any(known)
        };
        text.chars().filter(|c| !has(c)).collect::<BTreeSet<char>>().into_iter().collect()
    }
}

/// The path of a file of this world.
fn path(name: &str) -> VirtualPath {
    VirtualPath::new(name).expect("a plain name is a path")
}

fn failure(wrong: &[SourceDiagnostic]) -> Failure {
    let reasons: Vec<&str> = wrong.iter().map(|wrong| wrong.message.as_str()).collect();
    Failure::Template(reasons.join("; "))
}

/// The world of one document.
struct Sheet<'p> {
    press: &'p Press,
    data: Bytes,
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.press.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main() { Ok(self.press.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.press.data { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
