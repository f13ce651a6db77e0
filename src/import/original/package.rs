//! Office files are zip archives of XML parts. This file opens one within the limits, gives parts by name, and
//! reads their XML with document types refused and nesting bounded. Nothing is ever extracted to a folder.

use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use crate::import::limits::{self, Refusal};

/// An open office file.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    inflated: usize,
}

impl<'a> Package<'a> {
    /// Opens the archive; the parts are read only when asked for.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
        if archive.len() > limits::ENTRIES {
            return Err(Refusal::Bomb);
        }
        Ok(Self { archive, inflated: 0 })
    }

    /// Whether there is a part of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// The names of all parts.
    pub(super) fn names(&self) -> Vec<String> {
        self.archive.file_names().flatten().map(|name| name.into_owned()).collect()
    }

    /// The bytes of a part, or nothing if there is no such part.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        self.part_within(name, limits::INFLATED)
    }

    /// The bytes of a part, which must not be more than so many.
    fn part_within(&mut self, name: &str, most: usize) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(index) = self.archive.index_for_name(name) else { return Ok(None) };
        let entry = self.archive.by_index(index).map_err(|_| Refusal::Damaged)?;
        if entry.encrypted() {
            return Err(Refusal::Encrypted);
        }
        // The sizes that an archive declares may lie, so that only what really comes out counts.
        let compressed = usize::try_from(entry.compressed_size()).unwrap_or(usize::MAX);
        let allowed = compressed.saturating_mul(limits::RATIO).max(limits::RATIO_FREE);
        let left = (limits::INFLATED - self.inflated).min(allowed);
        let bytes = limits::read_capped(entry, left.min(most)).map_err(|refusal| match refusal {
            Refusal::Bomb if most < left => Refusal::TooLarge(most >> 20),
            refusal => refusal,
        })?;
        self.inflated += bytes.len();
        Ok(Some(bytes))
    }

    /// A part as text.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        Ok(self.part_within(name, limits::TEXT)?.map(|bytes| match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }))
    }

    /// The targets of a part's relations by their ids; targets outside the file are marked by `true`.
    pub(super) fn relations(&mut self, part: &str) -> Result<Vec<(String, String, bool)>, Refusal> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let Some(text) = self.text(&format!("{folder}/_rels/{file}.rels"))? else { return Ok(Vec::new()) };
        let mut relations = Vec::new();
        Xml::new(&text).each(|event| {
            if let Node::Open(tag) = event
                && tag.name() == "Relationship"
            {
                let external = tag.attribute("TargetMode").as_deref() == Some("External");
                let target = tag.attribute("Target").unwrap_or_default();
                let target = if external { target } else { resolve(folder, &target) };
                relations.push((tag.attribute("Id").unwrap_or_default(), target, external));
            }
        })?;
        Ok(relations)
    }
}

/// A part's name from a relation's target, which is relative to the folder or absolute in the archive.
fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for piece in target.split('/') {
        match piece {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            piece => parts.push(piece),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

/// An opening tag, seen without its namespace prefix.
pub(super) struct Tag<'a>(&'a BytesStart<'a>);

impl Tag<'_> {
    /// The local name.
    pub(super) fn name(&self) -> String {
        self.0.local_name().as_ref().to_owned()
    }

    /// The value of the attribute of this local name.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.0.attributes().with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name).map(
            |a| {
                let raw = a.value.as_ref();
                quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_owned(), |text| text.into_owned())
            },
        )
    }

    /// The value of an attribute as a number.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.attribute(name)?.trim().parse().ok()
    }
}

/// What comes by while an XML part is read.
pub(super) enum Node<'a> {
    /// An opening tag; an empty one is followed by its closing.
    Open(Tag<'a>),
    /// A closing tag by its local name.
    Close(&'a str),
    /// Text, entities resolved.
    Text(&'a str),
}

/// The XML of a part.
pub(super) struct Xml<'a>(Reader<&'a [u8]>);

impl<'a> Xml<'a> {
    /// XML over the bytes of a part.
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        Self(reader)
    }

    /// Calls the closure for each node; refuses a document type, deep nesting and broken XML.
    pub(super) fn each(mut self, mut see: impl FnMut(Node<'_>)) -> Result<(), Refusal> {
        let mut depth = 0usize;
        loop {
            match self.0.read_event().map_err(|_| Refusal::Damaged)? {
                Event::Start(start) => {
                    depth += 1;
                    if depth > limits::DEPTH {
                        return Err(Refusal::TooDeep);
                    }
                    see(Node::Open(Tag(&start)));
                }
                Event::Empty(start) => {
                    see(Node::Open(Tag(&start)));
                    see(Node::Close(start.local_name().as_ref()));
                }
                Event::End(end) => {
                    depth = depth.saturating_sub(1);
                    see(Node::Close(end.local_name().as_ref()));
                }
                Event::Text(text) => see(Node::Text(text.as_ref())),
                Event::CData(text) => see(Node::Text(text.as_ref())),
                Event::GeneralRef(reference) => see(Node::Text(&entity(&reference))),
                Event::DocType(_) => return Err(Refusal::Doctype),
                Event::Eof if depth > 0 => return Err(Refusal::Damaged),
                Event::Eof => return Ok(()),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            }
        }
    }
}

/// The character of a reference; only the five of XML and numbers exist without a document type.
fn entity(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    match reference.as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
    .to_owned()
}
