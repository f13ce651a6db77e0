//! `tables.toml`: figures as written, with a place for every one, not yet judged.

use std::borrow::Cow;
use std::ops::Range;

use toml_spanner::{Arena, Document, Item, Span, Table, Value};

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::fields;
use crate::path::SourcePath;

/// What the walk over a table's figures comes upon.
pub enum Entry<'t> {
    /// A table: whether to look into it.
    Table,
    /// A figure, as written; texts without their quotes.
    Figure(Cow<'t, str>),
    /// Anything else: a date, a list, true or false.
    Other,
}

/// The figures of one file.
pub struct Entries<'t> {
    document: Document<'t>,
    text: &'t str,
}

/// One table of the file: its name, where the name is, and the figures under it.
#[derive(Clone, Copy)]
pub struct Figures<'e, 't> {
    /// The name.
    pub name: &'e str,
    /// The bytes of the name.
    pub range: (usize, usize),
    table: &'e Table<'t>,
    text: &'t str,
}

impl<'t> Entries<'t> {
    /// Parses `tables.toml`. Every syntax error is found; what could be understood is there.
    ///
    /// This file is by far the most frequent one of a portal, so a parser made for speed
    /// reads it; where it finds an error, the usual one says what is wrong.
    pub fn parse(file: &SourcePath, text: &'t str, arena: &'t Arena, found: &mut Diagnostics) -> Self {
        if let Some(wrong) = fields::too_deep(file, text, 0) {
            found.push(wrong);
            return Self { document: toml_spanner::parse_recoverable("", arena), text: "" };
        }
        let document = toml_spanner::parse_recoverable(text, arena);
        if document.has_errors() {
            let mut wrong = Diagnostics::default();
            fields::parse(file, text, 0, &mut wrong);
            for error in document.errors().iter().filter(|_| wrong.is_empty()) {
                let place = Place::new(file, bytes(error.span()));
                found.push(Diagnostic::new("toml/syntax").fact("what", error.to_string()).at(place));
            }
            found.extend(&wrong);
        }
        Self { document, text }
    }

    /// Its tables in the order of the file; what is not a table is found.
    pub fn tables(&self, file: &SourcePath, found: &mut Diagnostics) -> Vec<Figures<'_, 't>> {
        let mut tables = Vec::new();
        for (key, item) in self.document.table() {
            let range = bytes(key.span);
            match item.as_table() {
                Some(table) => {
                    let range = (range.start, range.end);
                    tables.push(Figures { name: key.name, range, table, text: self.text });
                }
                None => {
                    let diagnostic = Diagnostic::new("sheet/no-table").fact("key", key.name);
                    found.push(diagnostic.at(Place::new(file, range)));
                }
            }
        }
        tables
    }
}

/// Gets the dotted path so far, the place of its last key, the entry and its place; says
/// whether to look into a table.
type Visit<'v, 'e> = dyn FnMut(&str, Range<usize>, Entry<'e>, Range<usize>) -> bool + 'v;

impl<'e> Figures<'e, '_> {
    /// Goes through all figures of the table, in the order of the file.
    pub fn walk(&self, visit: &mut Visit<'_, 'e>) {
        walk(self.table, self.text, &mut String::with_capacity(64), visit);
    }

    /// Where its name is written.
    pub fn place(&self) -> Range<usize> {
        self.range.0..self.range.1
    }
}

fn walk<'e>(table: &'e Table<'_>, text: &'e str, path: &mut String, visit: &mut Visit<'_, 'e>) {
    let start = path.len();
    for (key, item) in table {
        if start > 0 {
            path.push('.');
        }
        path.push_str(key.name);
        let (at, range) = (bytes(key.span), bytes(item.span()));
        match (entry(item, text), item.as_table()) {
            (Some(entry), _) => drop(visit(path, at, entry, range)),
            (None, Some(inner)) if visit(path, at, Entry::Table, range) => walk(inner, text, path, visit),
            _ => {}
        }
        path.truncate(start);
    }
}

/// An item as a figure; `None` for a table. Numbers are taken as written, not as the
/// parser understood them: no digit may be lost.
fn entry<'e>(item: &'e Item<'_>, text: &'e str) -> Option<Entry<'e>> {
    Some(match item.value() {
        Value::Table(_) => return None,
        Value::String(text) => Entry::Figure(Cow::Borrowed(text)),
        Value::Integer(_) | Value::Float(_) => {
            let written = text.get(bytes(item.span())).unwrap_or_default();
            let plain = if written.contains('_') { written.replace('_', "").into() } else { written.into() };
            Entry::Figure(plain)
        }
        _ => Entry::Other,
    })
}

fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}
