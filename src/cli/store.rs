//! What a build remembers for the next one: the stamps of all sources and outputs, what was
//! found, and what each output was made of. With it a build of which nothing changed is a look
//! at the files, and an output of which nothing changed is not made again.
//!
//! It may be deleted at any time; it holds no content of a page.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::sealed;
use crate::diagnostic::Diagnostics;
use crate::fingerprint::Fingerprint;
use crate::path::SourcePath;
use crate::site::Entry;
use crate::source::{SourceTree, Stamp};

/// What a build remembers.
#[derive(Serialize, Deserialize)]
pub(super) struct Store<'b> {
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

impl<'b> Store<'b> {
    fn path(root: &Path) -> PathBuf {
        root.join(".gongkai/store")
    }

    /// The store of a portal, if this program wrote it.
    pub(super) fn load(root: &Path) -> Option<Self> {
        postcard::from_bytes(&sealed::read(&Self::path(root))?).ok()
    }

    /// Remembers a build; what cannot be remembered is looked at again next time.
    pub(super) fn save(
        root: &Path,
        options: &str,
        tree: &'b SourceTree,
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
            options: Fingerprint::of(options.as_bytes()),
            output,
            reports,
            found: found.clone(),
            sources: settled(tree),
            outputs,
            made: Cow::Borrowed(made),
        };
        // A store that cannot be written is no store.
        let pour = |out: &mut dyn Write| postcard::to_io(&store, out).map(drop).map_err(io::Error::other);
        let _ = sealed::write(&Self::path(root), &[], pour);
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
