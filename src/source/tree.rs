//! The source tree: the paths and stamps of all files, sorted, and a way to their bytes.

#![expect(clippy::disallowed_methods, reason = "this is where files are read")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::fingerprint::Fingerprint;
use crate::path::SourcePath;
use crate::stamp::Stamp;

/// Where the bytes come from.
#[derive(Clone)]
enum Store {
    Disk(PathBuf),
    Memory(Arc<BTreeMap<SourcePath, Vec<u8>>>),
}

/// All files of a portal folder, sorted by path.
#[derive(Clone)]
pub struct SourceTree {
    store: Store,
    files: Arc<Vec<(SourcePath, Stamp)>>,
    /// When the files were looked at last, in nanoseconds since 1970.
    seen: i64,
    /// Whether any of the files is a link to another: then a change of one is one of both.
    pub(super) is_linked: bool,
    /// What was wrong with the folder itself: links that lead outside, unreadable folders.
    pub found: Diagnostics,
}

/// A file changed less than this before it was looked at may change again within the same
/// tick of the disk's clock: its stamp proves nothing.
const TICK: i64 = 50_000_000;

/// Text files above this size are refused: no report comes near it.
const TEXT_LIMIT: u64 = 32 << 20;

impl Stamp {
    /// The stamp of a file on disk; `None` when there is no such file.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = path.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some((&metadata).into())
    }
}

impl SourceTree {
    pub(super) fn on_disk(root: &Path) -> Self {
        Self {
            store: Store::Disk(root.into()),
            files: Arc::default(),
            seen: now(),
            is_linked: false,
            found: Diagnostics::default(),
        }
    }

    /// The same tree, about to be looked at again.
    pub(super) fn again(&self) -> Self {
        Self { seen: now(), ..self.clone() }
    }

    /// Whether a stamp of this tree proves that its file is as it was when it was looked at.
    pub fn is_settled(&self, stamp: Stamp) -> bool {
        stamp.modified < self.seen - TICK
    }

    /// Puts the files at a path and below it in the place of those it has there. The empty path
    /// is the whole tree.
    pub(super) fn replace(&mut self, path: &str, mut files: Vec<(SourcePath, Stamp)>) {
        files.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
        if path.is_empty() {
            self.files = Arc::new(files);
            return;
        }
        let known = Arc::make_mut(&mut self.files);
        // What lies below a folder stands together, but not beside a file of its name.
        for folder in [path.to_owned(), format!("{path}/")] {
            let start = known.partition_point(|(path, _)| path.as_str() < folder.as_str());
            let is_here = |path: &SourcePath| match folder.ends_with('/') {
                true => path.as_str().starts_with(&folder),
                false => path.as_str() == folder,
            };
            let length = known[start..].iter().take_while(|(path, _)| is_here(path)).count();
            let new = files.extract_if(.., |(new, _)| is_here(new));
            known.splice(start..start + length, new);
        }
    }

    /// A tree that exists in memory only.
    pub fn in_memory(files: impl IntoIterator<Item = (SourcePath, Vec<u8>)>) -> Self {
        let bytes: BTreeMap<_, _> = files.into_iter().collect();
        let stamp = |bytes: &Vec<u8>| {
            let inode = Fingerprint::of(bytes).0 as u64;
            Stamp { size: bytes.len() as u64, inode, ..Stamp::default() }
        };
        let files = bytes.iter().map(|(path, bytes)| (path.clone(), stamp(bytes))).collect();
        Self {
            store: Store::Memory(Arc::new(bytes)),
            files: Arc::new(files),
            seen: i64::MAX,
            is_linked: false,
            found: Diagnostics::default(),
        }
    }

    /// Every file with its stamp, sorted by path.
    pub fn files(&self) -> &[(SourcePath, Stamp)] {
        &self.files
    }

    /// The files below a folder (`content/agencies/`, with the closing slash).
    pub fn under(&self, folder: &str) -> &[(SourcePath, Stamp)] {
        let start = self.files.partition_point(|(path, _)| path.as_str() < folder);
        let length = self.files[start..].partition_point(|(path, _)| path.as_str().starts_with(folder));
        &self.files[start..start + length]
    }

    /// The stamp of a file; `None` when there is no such file.
    pub fn stamp(&self, path: &SourcePath) -> Option<Stamp> {
        let at = self.files.binary_search_by(|(p, _)| p.cmp(path)).ok()?;
        Some(self.files[at].1)
    }

    /// Whether there is such a file.
    pub fn contains(&self, path: &SourcePath) -> bool {
        self.stamp(path).is_some()
    }

    /// The folder on disk; `None` for a tree in memory.
    pub fn root(&self) -> Option<&Path> {
        match &self.store {
            Store::Disk(root) => Some(root),
            Store::Memory(_) => None,
        }
    }

    /// Opens a file for reading piece by piece.
    pub fn open(&self, path: &SourcePath) -> io::Result<Box<dyn io::Read + '_>> {
        match &self.store {
            Store::Disk(root) => Ok(Box::new(File::open(root.join(path.as_str()))?)),
            Store::Memory(files) => match files.get(path) {
                Some(bytes) => Ok(Box::new(bytes.as_slice())),
                None => Err(io::ErrorKind::NotFound.into()),
            },
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// A placed diagnostic when it cannot be read or is far too large for what it is.
    pub fn bytes(&self, path: &SourcePath) -> Result<Cow<'_, [u8]>, Box<Diagnostic>> {
        if self.stamp(path).is_some_and(|s| s.size > TEXT_LIMIT) {
            let limit = (TEXT_LIMIT >> 20).to_string();
            let diagnostic = Diagnostic::new("source/too-large").fact("limit", limit);
            return Err(Box::new(diagnostic.at(Place::file(path))));
        }
        let read = match &self.store {
            Store::Disk(root) => std::fs::read(root.join(path.as_str())).map(Cow::Owned),
            Store::Memory(files) => match files.get(path) {
                Some(bytes) => Ok(Cow::Borrowed(bytes.as_slice())),
                None => Err(io::ErrorKind::NotFound.into()),
            },
        };
        read.map_err(|error| {
            Box::new(
                Diagnostic::new("source/unreadable").fact("why", error.to_string()).at(Place::file(path)),
            )
        })
    }

    /// The text of a file: UTF-8, without a byte order mark, lines ended by LF.
    ///
    /// # Errors
    /// A placed diagnostic when it cannot be read or is not UTF-8.
    pub fn text(&self, path: &SourcePath) -> Result<String, Box<Diagnostic>> {
        text(path, &self.bytes(path)?)
    }
}

/// The time, in nanoseconds since 1970, to compare stamps with.
fn now() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| now.as_nanos() as i64)
}

/// Bytes as text: UTF-8, without a byte order mark, lines ended by LF.
fn text(path: &SourcePath, bytes: &[u8]) -> Result<String, Box<Diagnostic>> {
    let text = simdutf8::compat::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let code = if is_gb18030(&bytes[offset..]) { "source/gb18030" } else { "source/not-utf8" };
        Box::new(Diagnostic::new(code).fact("offset", offset.to_string()).at(Place::file(path)))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok(if text.contains('\r') { text.replace("\r\n", "\n") } else { text.to_owned() })
}

/// Whether bytes that are not UTF-8 look like GB18030: lead and trail bytes in its ranges.
fn is_gb18030(bytes: &[u8]) -> bool {
    let lead = |b: &u8| (0x81..=0xfe).contains(b);
    let trail = |b: &u8| (0x40..=0xfe).contains(b) || b.is_ascii_digit();
    let mut rest = bytes;
    let mut pairs = 0;
    while let [first, second, ..] = rest {
        match first {
            0..=0x7f => rest = &rest[1..],
            _ if lead(first) && trail(second) => {
                pairs += 1;
                rest = &rest[2..];
            }
            _ => return false,
        }
        if pairs == 64 {
            break;
        }
    }
    pairs > 0
}
