//! What a build remembers for the next one: the stamps of all sources and outputs, what was
//! found, and what each output was made of. With it a build of which nothing changed is a look
//! at the files, and an output of which nothing changed is not made again.
//!
//! It may be deleted at any time. One that another program wrote, or that is damaged, is
//! ignored; it holds no content of a page.

#![expect(clippy::disallowed_methods, reason = "this is where the store is read and written")]

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostics;
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::path::SourcePath;
use crate::site::Entry;
use crate::source::{SourceTree, Stamp};

/// What a build remembers.
#[derive(Serialize, Deserialize)]
pub(super) struct Store<'b> {
    /// The program.
    program: Fingerprint,
    /// What it was asked for.
    options: Fingerprint,
    /// The output folder.
    pub output: PathBuf,
    /// How many reports there were.
    pub reports: usize,
    /// What was found.
    pub found: Diagnostics,
    sources: Cow<'b, [(SourcePath, Stamp)]>,
    outputs: Vec<(Cow<'b, str>, Stamp)>,
    /// What came of what: the bytes of outputs by the key of all that went into them.
    made: Cow<'b, [(Fingerprint, Entry)]>,
}

/// The bytes of outputs by the key of all that went into them.
pub(super) type Made = HashMap<Fingerprint, Entry, foldhash::fast::FixedState>;

/// How a source differs from what the last build saw.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It was not there.
    New,
    /// It has changed, or was saved just before the build looked.
    Changed,
    /// It is not there any more.
    Gone,
}

/// A source that is not as it was.
pub(super) type Changed = (SourcePath, Change);

impl Change {
    /// The sentence of it in the catalogue.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::New => "source-new",
            Self::Changed => "source-changed",
            Self::Gone => "source-gone",
        }
    }
}

/// How many bytes the hash behind a store takes.
const HASH: usize = 16;

/// A file changed less than this before it was looked at may change again within the same
/// tick of the disk's clock: its stamp proves nothing.
const TICK: i128 = 50_000_000;

/// Whether a stamp taken at `seen` proves that its file is as it was then.
pub(super) fn is_settled(stamp: Stamp, seen: i128) -> bool {
    stamp.modified < seen - TICK
}

/// The time, in nanoseconds since 1970, to compare stamps with.
pub(super) fn now() -> i128 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| now.as_nanos() as i128)
}

/// This very program.
fn program() -> Fingerprint {
    let program = std::env::current_exe().ok();
    let program = program.and_then(|path| Stamp::of(&path.canonicalize().ok()?)).unwrap_or_default();
    let mut key = Fingerprinter::new("program");
    key.number(program.size).number(program.modified as u64).number(program.inode).finish()
}

impl<'b> Store<'b> {
    fn path(root: &Path) -> PathBuf {
        root.join(".gongkai/store")
    }

    /// The store of a portal, if this program wrote it.
    pub(super) fn load(root: &Path) -> Option<Self> {
        let bytes = fs::read(Self::path(root)).ok()?;
        let (body, hash) = bytes.split_at_checked(bytes.len().checked_sub(HASH)?)?;
        if Fingerprinter::new("store").piece(body).finish().0.to_le_bytes() != hash {
            return None;
        }
        postcard::from_bytes::<Self>(body).ok().filter(|store| store.program == program())
    }

    /// Remembers a build; what cannot be remembered is looked at again next time.
    /// `seen` is when the sources were looked at.
    pub(super) fn save(
        root: &Path,
        options: &str,
        (tree, seen): (&'b SourceTree, i128),
        (output, routes): (&Path, &[&'b str]),
        (reports, found, made): (usize, &Diagnostics, &'b [(Fingerprint, Entry)]),
    ) {
        let Ok(output) = output.canonicalize() else { return };
        let outputs: Option<Vec<_>> = routes
            .par_iter()
            .map(|route| Some((Cow::Borrowed(*route), Stamp::of(&output.join(route))?)))
            .collect();
        let Some(outputs) = outputs else { return };
        let store = Self {
            program: program(),
            options: Fingerprint::of(options.as_bytes()),
            output,
            reports,
            found: found.clone(),
            sources: settled(tree.files(), seen),
            outputs,
            made: Cow::Borrowed(made),
        };
        let path = Self::path(root);
        let new = path.with_extension("new");
        if store.write(&new).is_ok() {
            // A store that cannot be put in place is no store.
            let _ = fs::rename(&new, &path);
        }
    }

    /// Writes the store as it is made, with a hash of it behind it.
    fn write(&self, path: &Path) -> io::Result<()> {
        let file = BufWriter::with_capacity(256 << 10, File::create(path)?);
        let file = Hashing { file, hash: Fingerprinter::new("store") };
        let Hashing { mut file, hash } = postcard::to_io(self, file).map_err(io::Error::other)?;
        file.write_all(&hash.finish().0.to_le_bytes())?;
        file.flush()
    }

    /// Whether the same was asked for, and all sources and outputs are as the build that is
    /// remembered left them.
    pub(super) fn is_of(&self, options: &str, tree: &SourceTree) -> bool {
        let same =
            |(route, stamp): &(Cow<'_, str>, Stamp)| Stamp::of(&self.output.join(&**route)) == Some(*stamp);
        self.options == Fingerprint::of(options.as_bytes())
            && tree.found.is_empty()
            && *self.sources == *tree.files()
            && self.outputs.par_iter().all(same)
    }

    /// Which sources are not as they were, sorted.
    pub(super) fn changes(&self, tree: &SourceTree) -> Vec<Changed> {
        let change = |(path, stamp): &(SourcePath, Stamp)| match tree.stamp(path) {
            None => Some((path.clone(), Change::Gone)),
            Some(now) => (now != *stamp).then(|| (path.clone(), Change::Changed)),
        };
        let is_new = |path: &SourcePath| self.sources.binary_search_by(|(known, _)| known.cmp(path)).is_err();
        let new = tree.files().iter().filter(|(path, _)| is_new(path));
        let mut changes: Vec<_> = self.sources.iter().filter_map(change).collect();
        changes.extend(new.map(|(path, _)| (path.clone(), Change::New)));
        changes.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        changes
    }

    /// What came of what.
    pub(super) fn made(&self) -> Made {
        self.made.iter().copied().collect()
    }

    /// How many outputs there are.
    pub(super) fn len(&self) -> usize {
        self.outputs.len()
    }
}

/// Hashes what is written to a file.
struct Hashing {
    file: BufWriter<File>,
    hash: Fingerprinter,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hash.piece(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The stamps of the sources; those too fresh to be trusted are replaced by one that no
/// file has.
fn settled(files: &[(SourcePath, Stamp)], seen: i128) -> Cow<'_, [(SourcePath, Stamp)]> {
    if files.iter().all(|(_, stamp)| is_settled(*stamp, seen)) {
        return Cow::Borrowed(files);
    }
    let settle = |(path, stamp): &(SourcePath, Stamp)| {
        let stamp = if is_settled(*stamp, seen) { *stamp } else { Stamp { inode: u64::MAX, ..*stamp } };
        (path.clone(), stamp)
    };
    files.iter().map(settle).collect()
}
