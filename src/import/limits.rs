//! How much of a foreign file is read at most. A report has some 250 cells and 20 pages; whatever is far beyond
//! that is refused or cut rather than allowed to fill the memory.

use std::io::Read;

/// Bytes of a file.
pub(super) const INPUT: usize = 64 << 20;
/// Bytes of all parts of a compressed file together, as really inflated.
pub(super) const INFLATED: usize = 64 << 20;
/// Parts of a compressed file.
pub(super) const ENTRIES: usize = 10_000;
/// How many times larger than its compressed form a large part may be.
pub(super) const RATIO: usize = 200;
/// Bytes below which the ratio does not matter: empty styles compress extremely well.
pub(super) const RATIO_FREE: usize = 4 << 20;
/// Levels of nesting in XML and HTML.
pub(super) const DEPTH: usize = 256;
/// Columns of a table.
pub(super) const COLUMNS: usize = 256;
/// Rows of a table.
pub(super) const ROWS: usize = 20_000;
/// Cells of a table.
pub(super) const CELLS: usize = 40_000;
/// Tags of a web page.
pub(super) const TAGS: usize = 400_000;
/// Bytes of a web page, of a plain text, or of a part of an office file.
pub(super) const TEXT: usize = 16 << 20;
/// Lines of a plain text.
pub(super) const LINES: usize = 100_000;
/// Pages of a PDF.
pub(super) const PAGES: usize = 500;
/// Images taken out of one file.
pub(super) const IMAGES: usize = 200;

/// Why a file is not read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No bytes.
    Empty,
    /// More than the limit, in megabytes.
    TooLarge(usize),
    /// Inflates beyond all measure.
    Bomb,
    /// An office file with a document type: entities could be anything.
    Doctype,
    /// A text of more lines than the limit.
    TooLong(usize),
    /// Nested beyond the limit.
    TooDeep,
    /// Cut off or broken.
    Damaged,
    /// Protected by a password.
    Encrypted,
    /// Pages without a text layer.
    NoText,
    /// None of the formats that are read.
    Unknown,
    /// A format that its own program can save as a newer one.
    Convert(&'static str),
}

/// Refuses a text that is too large.
pub(super) fn check_size(text: &str) -> Result<(), Refusal> {
    if text.len() > TEXT { Err(Refusal::TooLarge(TEXT >> 20)) } else { Ok(()) }
}

/// Refuses a plain text that is too large or has too many lines.
pub(super) fn check_lines(text: &str) -> Result<(), Refusal> {
    check_size(text)?;
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    if lines > LINES { Err(Refusal::TooLong(LINES)) } else { Ok(()) }
}

/// Reads to the end, or refuses once more than `limit` bytes have come.
pub(super) fn read_capped(reader: impl Read, limit: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    match reader.take(limit as u64 + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() > limit => Err(Refusal::Bomb),
        Ok(_) => Ok(bytes),
        Err(_) => Err(Refusal::Damaged),
    }
}
