//! What we own of an output folder: every file with its size and fingerprint.

use std::io::{self, Write};

use rayon::prelude::*;

use crate::fingerprint::Fingerprint;
use crate::path::Route;

/// The name of the manifest in the output folder. It is the same on every machine, and no
/// host shows files with a leading dot by mistake.
pub(super) const NAME: &str = ".gongkai-manifest";

const HEADER: &str = "gongkai manifest 1";
/// How long a line of it usually is.
const USUAL: usize = 96;
/// How many lines are made in one piece.
const PIECE: usize = 1 << 12;

/// One file of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// A hash of its bytes.
    pub fingerprint: Fingerprint,
    /// Its size in bytes.
    pub size: u64,
}

impl Entry {
    /// How many bytes one takes.
    pub const SIZE: usize = Fingerprint::SIZE + 8;

    /// As bytes.
    pub fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        bytes[..Fingerprint::SIZE].copy_from_slice(&self.fingerprint.to_bytes());
        bytes[Fingerprint::SIZE..].copy_from_slice(&self.size.to_le_bytes());
        bytes
    }

    /// Out of bytes.
    pub fn from_bytes(bytes: &[u8; Self::SIZE]) -> Self {
        let (mut hash, mut size) = ([0; Fingerprint::SIZE], [0; 8]);
        hash.copy_from_slice(&bytes[..Fingerprint::SIZE]);
        size.copy_from_slice(&bytes[Fingerprint::SIZE..]);
        Self { fingerprint: Fingerprint::from_bytes(&hash), size: u64::from_le_bytes(size) }
    }
}

/// Every file of ours, sorted by route: there may be a great many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest(Vec<(Route, Entry)>);

impl Manifest {
    /// Writes a manifest as text, one line per file, of outputs that are sorted by route.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn write<T: Sync>(
        outputs: &[(Route, T)],
        entry: impl Fn(&T) -> Entry + Sync,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let piece = |outputs: &[(Route, T)]| {
            let mut text = Vec::with_capacity(outputs.len() * USUAL);
            for (route, output) in outputs {
                let Entry { fingerprint, size } = entry(output);
                // Writing to memory cannot fail.
                let _ = writeln!(text, "{fingerprint} {size} {route}");
            }
            text
        };
        writeln!(out, "{HEADER}")?;
        // Not all of it at once: there may be a great many.
        for some in outputs.chunks(16 * PIECE) {
            let pieces: Vec<_> = some.par_chunks(PIECE).map(piece).collect();
            pieces.iter().try_for_each(|piece| out.write_all(piece))?;
        }
        Ok(())
    }

    /// Reads the text again; `None` when it is none of ours.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let entry = |line: &str| {
            let (hash, rest) = line.split_once(' ')?;
            let (size, route) = rest.split_once(' ')?;
            let fingerprint = Fingerprint(u128::from_str_radix(hash, 16).ok()?);
            Some((Route::file(route), Entry { fingerprint, size: size.parse().ok()? }))
        };
        let (_, lines) = text.strip_prefix(HEADER)?.split_once('\n')?;
        let mut entries: Vec<_> = lines.par_lines().map(entry).collect::<Option<_>>()?;
        // As it was written it is.
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        Some(Self(entries))
    }

    /// What there is at a route.
    pub(super) fn get(&self, route: &str) -> Option<Entry> {
        find(&self.0, route).map(|at| self.0[at].1)
    }

    /// Every file of ours, sorted.
    pub(super) fn entries(&self) -> &[(Route, Entry)] {
        &self.0
    }
}

/// Where a route stands in a list sorted by route.
pub(super) fn find<T>(sorted: &[(Route, T)], route: &str) -> Option<usize> {
    sorted.binary_search_by(|(known, _)| known.as_str().cmp(route)).ok()
}

/// Whether a list sorted by route has one below a folder.
pub(super) fn has_below<T>(sorted: &[(Route, T)], folder: &str) -> bool {
    let folder = format!("{folder}/");
    let at = sorted.partition_point(|(route, _)| *route.as_str() < *folder);
    sorted.get(at).is_some_and(|(route, _)| route.as_str().starts_with(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_comes_back_as_it_was() {
        let entry = Entry { fingerprint: Fingerprint::of(b"x"), size: 1 };
        let manifest = Manifest(vec![(Route::file("a b/正 文.pdf"), entry), (Route::file("b"), entry)]);
        let mut text = Vec::new();
        Manifest::write(&manifest.0, |entry| *entry, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!((manifest.get("b"), manifest.get("a")), (Some(entry), None));
        assert_eq!(["a b", "b", "a"].map(|folder| has_below(&manifest.0, folder)), [true, false, false]);
        assert_eq!(Manifest::from_text(&text), Some(manifest));
        assert_eq!(Manifest::from_text("something else"), None);
    }
}
