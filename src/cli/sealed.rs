//! Files that one run of the program leaves for the next. One that another program wrote, or
//! that is damaged, counts as not there.
//!
//! A file is: things apart, which are read one by one and not sealed; what is read whole; where
//! that begins, in 8 bytes; the seal of both.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::stamp::Stamp;

/// How many bytes stand behind what is read whole: where it begins, and the seal.
const END: usize = 8 + 16;

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

/// What a file holds but for the things apart, if this program wrote it and it is whole.
pub(super) fn read(path: &Path) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    let mut end = [0; END];
    file.seek(SeekFrom::Start(length.checked_sub(END as u64)?)).ok()?;
    file.read_exact(&mut end).ok()?;
    let (start, seal) = end.split_first_chunk()?;
    let mut bytes = slice(&mut file, u64::from_le_bytes(*start)..length)?;
    let body = bytes.len().checked_sub(seal.len())?;
    if hasher().piece(&bytes[..body]).finish().to_bytes() != *seal {
        return None;
    }
    bytes.truncate(bytes.len().checked_sub(END)?);
    Some(bytes)
}

/// Some of the things apart in a file, as they are.
pub(super) fn part(path: &Path, at: Range<u64>) -> Option<Vec<u8>> {
    slice(&mut File::open(path).ok()?, at)
}

/// A part of a file.
fn slice(file: &mut File, at: Range<u64>) -> Option<Vec<u8>> {
    let length = at.end.checked_sub(at.start)?;
    file.seek(SeekFrom::Start(at.start)).ok()?;
    let mut bytes = Vec::with_capacity(length.min(file.metadata().ok()?.len()) as usize);
    file.take(length).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == length).then_some(bytes)
}

/// Writes a file, things apart first and then the rest piece by piece, and gives it its place in
/// one step.
///
/// # Errors
/// When the file system says no; what was there before is there still.
pub(super) fn write(path: &Path, apart: &[u8], rest: &[&[u8]]) -> io::Result<()> {
    let new = path.with_extension("new");
    let start = (apart.len() as u64).to_le_bytes();
    let mut file = File::create(&new)?;
    file.write_all(apart)?;
    let mut seal = hasher();
    for piece in rest.iter().copied().chain([&start[..]]) {
        file.write_all(piece)?;
        seal.piece(piece);
    }
    file.write_all(&seal.finish().to_bytes())?;
    fs::rename(&new, path)
}
