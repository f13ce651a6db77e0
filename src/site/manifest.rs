//! What we own of an output folder: every file with its size and fingerprint.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::fingerprint::Fingerprint;
use crate::path::Route;

/// The name of the manifest in the output folder. It is the same on every machine, and no
/// host shows files with a leading dot by mistake.
pub const NAME: &str = ".gongkai-manifest";

const HEADER: &str = "gongkai manifest 1";

/// One file of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// A hash of its bytes.
    pub fingerprint: Fingerprint,
    /// Its size in bytes.
    pub size: u64,
}

/// Every file of ours, by route.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest(pub BTreeMap<Route, Entry>);

impl Manifest {
    /// Writes a manifest as text, one line per file; `entries` are sorted by route.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write<'e>(
        entries: impl Iterator<Item = (&'e Route, &'e Entry)>,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        writeln!(to, "{HEADER}")?;
        for (route, entry) in entries {
            writeln!(to, "{} {} {route}", entry.fingerprint, entry.size)?;
        }
        Ok(())
    }

    /// Reads the text again; `None` when it is none of ours.
    pub fn from_text(text: &str) -> Option<Self> {
        let lines = text.strip_prefix(HEADER)?.lines().skip(1);
        let entry = |line: &str| {
            let (hash, rest) = line.split_once(' ')?;
            let (size, route) = rest.split_once(' ')?;
            let fingerprint = Fingerprint(u128::from_str_radix(hash, 16).ok()?);
            Some((Route::file(route), Entry { fingerprint, size: size.parse().ok()? }))
        };
        lines.map(entry).collect::<Option<_>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_comes_back_as_it_was() {
        let entry = Entry { fingerprint: Fingerprint::of(b"x"), size: 1 };
        let manifest = Manifest([(Route::file("a b/正 文.pdf"), entry)].into());
        let mut text = Vec::new();
        Manifest::write(manifest.0.iter(), &mut text).unwrap();
        assert_eq!(Manifest::from_text(std::str::from_utf8(&text).unwrap()), Some(manifest));
        assert_eq!(Manifest::from_text("something else"), None);
    }
}
