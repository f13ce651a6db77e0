//! The press: a template and typefaces, and a world around them in which there is nothing
//! else to read, not even the day.

use std::thread;

use rayon::{ThreadPool, ThreadPoolBuilder};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::fingerprint::Fingerprint;
use crate::plan::Letters;

const TEMPLATE: &str = include_str!("report.typ");
const FONT: &[u8] = include_bytes!("font/NotoSansSC-subset.otf");

/// The stack of a thread that sets pages.
const STACK: usize = 16 << 20;

/// For how many documents what was worked out is remembered.
const REMEMBERED: usize = 10;

/// All that is the same for every document.
pub(in crate::render) struct Press {
    /// The characters that can be printed.
    pub(in crate::render) letters: Letters,
    /// The names of the typefaces for the template: that in the program, then those of the theme.
    pub(super) typefaces: Vec<String>,
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    data: FileId,
}

/// Why a document was not made.
pub(super) enum Failure {
    /// Characters that no typeface has.
    Characters(String),
    /// The template could not be followed, or a standard not be kept.
    Template(String),
}

impl Press {
    /// A press with the typeface in the program and some more, for what that one lacks.
    pub(in crate::render) fn new<'f>(more: impl Iterator<Item = &'f Vec<u8>>) -> Self {
        let file = |name| RootedPath::new(VirtualRoot::Project, path(name)).intern();
        let files: Vec<Bytes> =
            std::iter::once(Bytes::new(FONT)).chain(more.cloned().map(Bytes::new)).collect();
        let marks: Vec<Fingerprint> = files.iter().map(|file| Fingerprint::of(file)).collect();
        let fonts: Vec<Font> = files.into_iter().flat_map(Font::iter).collect();
        // Two files may bear one name, and of one name only one file is looked at.
        let typefaces: Vec<String> = (0..fonts.len()).map(|number| format!("typeface {number}")).collect();
        let mut book = FontBook::new();
        for (font, name) in fonts.iter().zip(&typefaces) {
            book.push(FontInfo { family: name.as_str().into(), ..font.info().clone() });
        }
        Self {
            letters: Letters::new(fonts.iter().flat_map(|font| font.info().coverage.iter()), &marks),
            typefaces,
            // The cells before the rows are tagged as heads: no other way is stable yet.
            library: LazyHash::new(
                Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build(),
            ),
            book: LazyHash::new(book),
            fonts,
            template: Source::new(file("report.typ"), TEMPLATE.to_owned()),
            data: file("report.json"),
        }
    }

    /// Prints a document from its data; `name` tells it from all others.
    pub(super) fn print(&self, data: String, name: &str) -> Result<Vec<u8>, Failure> {
        let missing = self.letters.lacking(&data);
        if !missing.is_empty() {
            return Err(Failure::Characters(missing));
        }
        apart(|| self.set(data, name))
    }

    /// Sets the pages and writes them.
    fn set(&self, data: String, name: &str) -> Result<Vec<u8>, Failure> {
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
        printed.map(|printed| compressed(&printed).unwrap_or(printed))
    }
}

/// Does work that is spread over threads, on one of its own. While it waited for a part of it, a
/// thread that makes outputs would begin another document upon this one, and a third upon that,
/// until its stack is full.
fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread_local! {
        static OWN: Option<ThreadPool> =
            ThreadPoolBuilder::new().num_threads(1).stack_size(STACK).build().ok();
    }
    OWN.with(|own| match own {
        Some(own) => {
            // Who waits here is of no pool, and begins nothing.
            let done = thread::scope(|scope| scope.spawn(|| own.install(work)).join());
            done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        }
        None => work(),
    })
}

/// The same document with its objects in compressed streams: a third of it is the tags.
fn compressed(printed: &[u8]) -> Option<Vec<u8>> {
    let streams = lopdf::SaveOptions::builder().use_object_streams(true).use_xref_streams(true);
    let options = streams.max_objects_per_stream(1000).compression_level(6).build();
    let mut out = Vec::with_capacity(printed.len());
    lopdf::Document::load_mem(printed).ok()?.save_with_options(&mut out, options).ok()?;
    Some(out)
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

/// Whether a file is a typeface.
pub(in crate::render) fn is_typeface(bytes: &[u8]) -> bool {
    Font::iter(Bytes::new(bytes.to_vec())).next().is_some()
}
