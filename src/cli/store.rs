//! What a build remembers for the next one: the stamps of all sources and outputs, what was
//! found, and what each output was made of. With it a build of which nothing changed is a look
//! at the files, and an output of which nothing changed is not made again.
//!
//! It may be deleted at any time; it holds no content of a page.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::sealed;
use crate::diagnostic::Diagnostics;
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::path::SourcePath;
use crate::site::{Entry, Stamps};
use crate::source::SourceTree;
use crate::stamp::Stamp;

/// What a build remembers. There are a great many outputs, and it is looked at in every build:
/// so they lie in it as in memory.
pub(super) struct Store<'b> {
    /// What is short.
    pub head: Head<'b>,
    /// The routes of the outputs, each ended by a byte that no name has.
    routes: &'b str,
    /// Their stamps.
    stamps: &'b [[u8; Stamp::SIZE]],
    /// What came of what: the key of all that went into an output, and its entry.
    made: &'b [[u8; MADE]],
}

/// What a build remembers that is short.
#[derive(Serialize, Deserialize)]
pub(super) struct Head<'b> {
    /// What it was asked for.
    options: Fingerprint,
    /// The output folder.
    pub output: PathBuf,
    /// How many reports there were.
    pub reports: usize,
    /// What was found.
    pub found: Cow<'b, Diagnostics>,
    /// What the sources and their stamps come to.
    sources: Fingerprint,
    /// How many bytes the list of them takes, which few ask for and which stands apart, and what
    /// they come to.
    list: (u64, Fingerprint),
    /// How many bytes the routes take, and how many outputs there are.
    sizes: (usize, usize),
}

/// How many bytes a source takes in a list at most, but for its path.
const SOURCE: usize = 40;

/// What ends a route.
const END: char = '\0';
/// How many bytes the key and the entry of an output take.
const MADE: usize = Fingerprint::SIZE + Entry::SIZE;

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

/// The sources as a store remembers them.
pub(super) struct Sources {
    sum: Fingerprint,
    list: Vec<u8>,
}

impl Sources {
    /// The sources of a tree; `None` when they cannot be listed.
    pub(super) fn of(tree: &SourceTree) -> Option<Self> {
        let sources = settled(tree);
        // Room for all of it at once: a list that grows is copied, and stands there twice.
        let room = sources.iter().map(|(path, _)| path.as_str().len() + SOURCE).sum();
        let list = postcard::to_extend(&*sources, Vec::with_capacity(room)).ok()?;
        Some(Self { sum: sum(&sources), list })
    }
}

fn path(root: &Path) -> PathBuf {
    root.join(".gongkai/store")
}

/// The bytes of the store of a portal, if this program wrote it.
pub(super) fn read(root: &Path) -> Option<Vec<u8>> {
    sealed::read(&path(root))
}

/// Remembers a build; what cannot be remembered is looked at again next time.
pub(super) fn save(
    root: &Path,
    options: &str,
    sources: &Sources,
    (output, stamps): (&Path, &Stamps),
    (reports, found, made): (usize, &Diagnostics, &[(Fingerprint, Entry)]),
) {
    let Ok(output) = output.canonicalize() else { return };
    let mut routes = String::with_capacity(stamps.iter().map(|(route, _)| route.as_str().len() + 1).sum());
    let mut bytes = Vec::with_capacity(stamps.len() * Stamp::SIZE);
    for (route, stamp) in stamps {
        let Some(stamp) = stamp else { return };
        routes.push_str(route.as_str());
        routes.push(END);
        bytes.extend_from_slice(&stamp.to_bytes());
    }
    let mut came = Vec::with_capacity(made.len() * MADE);
    for (key, entry) in made {
        came.extend_from_slice(&key.to_bytes());
        came.extend_from_slice(&entry.to_bytes());
    }
    let head = Head {
        options: Fingerprint::of(options.as_bytes()),
        output,
        reports,
        found: Cow::Borrowed(found),
        sources: sources.sum,
        list: (sources.list.len() as u64, Fingerprint::of(&sources.list)),
        sizes: (routes.len(), stamps.len()),
    };
    // A store that cannot be written is no store.
    if let Ok(head) = postcard::to_allocvec(&head) {
        let _ = sealed::write(&path(root), &sources.list, &[&head, routes.as_bytes(), &bytes, &came]);
    }
}

/// Which sources are not as they were, sorted; `None` when nobody knows how they were.
pub(super) fn changes(root: &Path, store: &Store<'_>, tree: &SourceTree) -> Option<Vec<Changed>> {
    let (length, sum) = store.head.list;
    let list = sealed::part(&path(root), 0..length).filter(|list| Fingerprint::of(list) == sum)?;
    let sources: Vec<(SourcePath, Stamp)> = postcard::from_bytes(&list).ok()?;
    let change = |(path, stamp): &(SourcePath, Stamp)| match tree.stamp(path) {
        None => Some((path.clone(), Change::Gone)),
        Some(now) => (now != *stamp).then(|| (path.clone(), Change::Changed)),
    };
    let is_new = |path: &SourcePath| sources.binary_search_by(|(known, _)| known.cmp(path)).is_err();
    let new = tree.files().iter().filter(|(path, _)| is_new(path));
    let mut changes: Vec<_> = sources.iter().filter_map(change).collect();
    changes.extend(new.map(|(path, _)| (path.clone(), Change::New)));
    changes.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Some(changes)
}

impl<'b> Store<'b> {
    /// The store that some bytes hold.
    pub(super) fn parse(bytes: &'b [u8]) -> Option<Self> {
        let (head, rest): (Head<'_>, _) = postcard::take_from_bytes(bytes).ok()?;
        let (routes, outputs) = head.sizes;
        let (routes, rest) = rest.split_at_checked(routes)?;
        let (stamps, made) = rest.split_at_checked(outputs.checked_mul(Stamp::SIZE)?)?;
        let routes = simdutf8::basic::from_utf8(routes).ok()?;
        Some(Self { head, routes, stamps: stamps.as_chunks().0, made: made.as_chunks().0 })
    }

    /// Whether the same was asked for, and all sources and outputs are as the build that is
    /// remembered left them.
    pub(super) fn is_of(&self, options: &str, tree: &SourceTree) -> bool {
        let Self { head, routes, stamps, .. } = self;
        let same = |(route, stamp): (&str, &[u8; Stamp::SIZE])| {
            Stamp::of(&head.output.join(route)) == Some(Stamp::from_bytes(stamp))
        };
        head.options == Fingerprint::of(options.as_bytes())
            && tree.found.is_empty()
            && head.sources == sum(tree.files())
            && {
                let routes: Vec<&str> = routes.split_terminator(END).collect();
                routes.len() == stamps.len() && routes.into_par_iter().zip(*stamps).all(same)
            }
    }

    /// What came of what.
    pub(super) fn made(&self) -> Made {
        let parts = |bytes: &[u8; MADE]| {
            let (key, entry) = bytes.split_first_chunk()?;
            Some((Fingerprint::from_bytes(key), Entry::from_bytes(entry.first_chunk()?)))
        };
        self.made.iter().filter_map(parts).collect()
    }

    /// How many outputs there are.
    pub(super) fn outputs(&self) -> usize {
        self.stamps.len()
    }
}

/// What files and their stamps come to.
fn sum(files: &[(SourcePath, Stamp)]) -> Fingerprint {
    let part = |files: &[(SourcePath, Stamp)]| {
        let mut sum = Fingerprinter::new("files");
        for (path, stamp) in files {
            sum.text(path.as_str()).piece(&stamp.to_bytes());
        }
        sum.finish()
    };
    let parts: Vec<_> = files.par_chunks(1 << 12).map(part).collect();
    let mut sum = Fingerprinter::new("sources");
    for part in parts {
        sum.add(part);
    }
    sum.finish()
}

/// The stamps of the sources; those too fresh to be trusted are replaced by one that no
/// file has.
fn settled(tree: &SourceTree) -> Cow<'_, [(SourcePath, Stamp)]> {
    let files = tree.files();
    if files.iter().all(|(_, stamp)| tree.is_settled(*stamp)) {
        return Cow::Borrowed(files);
    }
    let settle = |(path, stamp): &(SourcePath, Stamp)| {
        let stamp = if tree.is_settled(*stamp) { *stamp } else { Stamp { inode: u64::MAX, ..*stamp } };
        (path.clone(), stamp)
    };
    files.iter().map(settle).collect()
}
