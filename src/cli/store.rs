//! What a build remembers for the next one: the stamps of all sources and outputs, and what
//! was found. With it a build of which nothing changed is a look at the files.
//!
//! It may be deleted at any time. One that another program wrote, or that is damaged, is
//! ignored; it never says anything about the content of a page.

#![expect(clippy::disallowed_methods, reason = "this is where the store is read and written")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostics;
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::path::SourcePath;
use crate::source::{SourceTree, Stamp};

/// What a build remembers.
#[derive(Serialize, Deserialize)]
pub(super) struct Store {
    /// The program and the options it was built with.
    key: Fingerprint,
    /// The output folder.
    pub output: PathBuf,
    /// How many reports there were.
    pub reports: usize,
    /// What was found.
    pub found: Diagnostics,
    sources: Vec<(SourcePath, Stamp)>,
    outputs: Vec<(String, Stamp)>,
}

/// A file changed less than this before it was looked at may change again within the same
/// tick of the disk's clock: its stamp proves nothing.
const TICK: i128 = 50_000_000;

/// The time, in nanoseconds since 1970, to compare stamps with.
pub(super) fn now() -> i128 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| now.as_nanos() as i128)
}

/// The key of a build: this very program, and what it was asked for.
pub(super) fn key(options: &str) -> Fingerprint {
    let program = std::env::current_exe().ok();
    let program = program.and_then(|path| Stamp::of(&path.canonicalize().ok()?)).unwrap_or_default();
    let mut key = Fingerprinter::new("store");
    key.number(program.size).number(program.modified as u64).number(program.inode);
    key.text(options).finish()
}

impl Store {
    fn path(root: &Path) -> PathBuf {
        root.join(".gongkai/store")
    }

    /// The store of a portal, if it is one for this key.
    pub(super) fn load(root: &Path, key: Fingerprint) -> Option<Self> {
        let bytes = fs::read(Self::path(root)).ok()?;
        let (hash, body) = bytes.split_at_checked(16)?;
        if Fingerprint::of(body).0.to_le_bytes() != hash {
            return None;
        }
        postcard::from_bytes::<Self>(body).ok().filter(|store| store.key == key)
    }

    /// Remembers a build; what cannot be remembered is looked at again next time.
    /// `seen` is when the sources were looked at.
    pub(super) fn save(
        root: &Path,
        key: Fingerprint,
        (tree, seen): (&SourceTree, i128),
        (output, routes): (&Path, &[&str]),
        (reports, found): (usize, &Diagnostics),
    ) {
        let Ok(output) = output.canonicalize() else { return };
        let outputs: Option<Vec<_>> = routes
            .par_iter()
            .map(|route| Some(((*route).to_owned(), Stamp::of(&output.join(route))?)))
            .collect();
        let Some(outputs) = outputs else { return };
        let store = Self {
            key,
            output,
            reports,
            found: found.clone(),
            sources: settled(tree.files(), seen),
            outputs,
        };
        let Ok(body) = postcard::to_stdvec(&store) else { return };
        let mut bytes = Fingerprint::of(&body).0.to_le_bytes().to_vec();
        bytes.extend(body);
        let path = Self::path(root);
        let new = path.with_extension("new");
        if fs::write(&new, bytes).is_ok() {
            // A store that cannot be put in place is no store.
            let _ = fs::rename(&new, &path);
        }
    }

    /// Whether all sources and all outputs are as the build that is remembered left them.
    pub(super) fn is_of(&self, tree: &SourceTree) -> bool {
        let same = |(route, stamp): &(String, Stamp)| Stamp::of(&self.output.join(route)) == Some(*stamp);
        tree.found.is_empty() && self.sources == tree.files() && self.outputs.par_iter().all(same)
    }

    /// How many outputs there are.
    pub(super) fn len(&self) -> usize {
        self.outputs.len()
    }
}

/// The stamps of the sources; those too fresh to be trusted are replaced by one that no
/// file has.
fn settled(files: &[(SourcePath, Stamp)], seen: i128) -> Vec<(SourcePath, Stamp)> {
    let trusted = seen - TICK;
    let settle = |(path, stamp): &(SourcePath, Stamp)| {
        let stamp = if stamp.modified < trusted { *stamp } else { Stamp { inode: u64::MAX, ..*stamp } };
        (path.clone(), stamp)
    };
    files.iter().map(settle).collect()
}
