//! Files that one run of the program leaves for the next. One that another program wrote, or
//! that is damaged, counts as not there.

#![expect(clippy::disallowed_methods, reason = "this is where remembered work is read and written")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::LazyLock;

use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::source::Stamp;

/// How many bytes the seal behind a file takes.
const SEAL: usize = 16;

/// This very program.
static PROGRAM: LazyLock<Fingerprint> = LazyLock::new(|| {
    let program = std::env::current_exe().ok();
    let program = program.and_then(|path| Stamp::of(&path.canonicalize().ok()?)).unwrap_or_default();
    let mut key = Fingerprinter::new("program");
    key.number(program.size).number(program.modified as u64).number(program.inode).finish()
});

/// A hash of what stands in a file and of the program that wrote it.
fn hasher() -> Fingerprinter {
    let mut hasher = Fingerprinter::new("sealed");
    hasher.add(*PROGRAM);
    hasher
}

/// What a file holds, if this program wrote it and it is whole.
pub(super) fn read(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = fs::read(path).ok()?;
    let body = bytes.len().checked_sub(SEAL)?;
    let seal = hasher().piece(&bytes[..body]).finish().0.to_le_bytes();
    if bytes[body..] != seal {
        return None;
    }
    bytes.truncate(body);
    Some(bytes)
}

/// Writes a file piece by piece and then gives it its place, in one step.
///
/// # Errors
/// When the file system says no; what was there before is there still.
pub(super) fn write(path: &Path, pour: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let new = path.with_extension("new");
    let file = BufWriter::with_capacity(256 << 10, File::create(&new)?);
    let mut sealing = Sealing { file, hasher: hasher() };
    pour(&mut sealing)?;
    let Sealing { mut file, hasher } = sealing;
    file.write_all(&hasher.finish().0.to_le_bytes())?;
    file.flush()?;
    fs::rename(&new, path)
}

/// Hashes what is written to a file.
struct Sealing {
    file: BufWriter<File>,
    hasher: Fingerprinter,
}

impl Write for Sealing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hasher.piece(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
