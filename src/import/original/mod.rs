//! The original: a file of whatever kind becomes blocks. Which kind it is its bytes say; its name says nothing: pages
//! are saved as `.doc`, and Word files are renamed by download managers.

mod csv;
mod decode;
mod doc;
mod docx;
mod html;
mod json;
mod package;
mod pdf;
mod text;
mod unroll;
mod xlsx;

use decode::decode;
use package::Package;

use super::block::{Original, Remark};
use super::limits::{self, Refusal};

/// Reads a file of any known kind.
pub fn read(bytes: &[u8]) -> Result<Original, Refusal> {
    let original = read_kind(bytes)?;
    Ok(Original { blocks: unroll::unroll(original.blocks), ..original })
}

/// Reads a file as what its first bytes say it is.
fn read_kind(bytes: &[u8]) -> Result<Original, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > limits::INPUT {
        return Err(Refusal::TooLarge(limits::INPUT >> 20));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return office(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return doc::read(bytes);
    }
    // Some programs write a few bytes before the mark of a PDF.
    if bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-") {
        return pdf::read(bytes);
    }
    if let Some(kind) = foreign(bytes) {
        return Err(kind);
    }
    let decoded = decode(bytes);
    if decoded.text.chars().take(4096).filter(|c| c.is_control() && !c.is_whitespace()).count() > 8 {
        return Err(Refusal::Unknown);
    }
    let mut original = readable(&decoded.text)?;
    if decoded.encoding != "UTF-8" {
        original.remarks.push(Remark::Encoding(decoded.encoding));
    }
    if decoded.lossy {
        original.remarks.push(Remark::Undecodable);
    }
    Ok(original)
}

/// The zip archives of office programs.
fn office(bytes: &[u8]) -> Result<Original, Refusal> {
    let package = Package::open(bytes)?;
    let names = package.names();
    let has = |prefix: &str| names.iter().any(|name| name.starts_with(prefix));
    if has("word/") {
        docx::read(bytes)
    } else if has("xl/") {
        xlsx::read(bytes)
    } else if has("content.xml") {
        Err(Refusal::Convert("odt"))
    } else if has("OFD.xml") {
        Err(Refusal::Convert("ofd"))
    } else {
        Err(Refusal::Unknown)
    }
}

/// Kinds that are known and not read.
fn foreign(bytes: &[u8]) -> Option<Refusal> {
    let marks: [(&[u8], Refusal); 7] = [
        (b"{\\rtf", Refusal::Convert("rtf")),
        (b"\x89PNG", Refusal::NoText),
        (b"\xFF\xD8\xFF", Refusal::NoText),
        (b"GIF8", Refusal::NoText),
        (b"II*\0", Refusal::NoText),
        (b"MM\0*", Refusal::NoText),
        (b"Rar!", Refusal::Unknown),
    ];
    marks.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, refusal)| *refusal)
}

/// Text of whatever kind.
fn readable(decoded: &str) -> Result<Original, Refusal> {
    if decoded.trim_start().starts_with('{') {
        return json::read(decoded);
    }
    if html::is_mixed(decoded) {
        return html::read_mixed(decoded);
    }
    if is_page(decoded) {
        return html::read(decoded);
    }
    match delimiter(decoded) {
        Some(delimiter) => csv::read(decoded, delimiter),
        None => text::read(decoded),
    }
}

/// Whether a text is a web page, whole or in part.
fn is_page(text: &str) -> bool {
    let head: String = text.chars().take(20_000).collect::<String>().to_ascii_lowercase();
    let start = head.trim_start();
    start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || ["<table", "<tr", "<td", "<p>", "<p ", "<div", "<body", "</"]
            .iter()
            .map(|tag| head.matches(tag).count())
            .sum::<usize>()
            >= 3
}

/// The delimiter, if nearly all lines have as many of it as the others and there are quotes or many of them.
fn delimiter(text: &str) -> Option<u8> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(200).collect();
    if lines.len() < 2 {
        return None;
    }
    [b',', b';'].into_iter().find(|delimiter| {
        let several = |line: &&&str| line.matches(char::from(*delimiter)).count() >= 2;
        // Prose has commas too, but is never full of them: cells are short.
        let cells = lines.iter().flat_map(|line| line.split(char::from(*delimiter))).count();
        let characters: usize = lines.iter().map(|line| line.chars().count()).sum();
        lines.iter().filter(several).count() * 10 >= lines.len() * 6 && characters / cells.max(1) < 30
    })
}
