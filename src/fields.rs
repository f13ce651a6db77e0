//! Reads a TOML table field by field. Every missing, mistyped or unknown key is a placed
//! diagnostic, and all of them come at once.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Catalogue, Diagnostic, Diagnostics, Fact, Place};
use crate::language::Localised;
use crate::path::SourcePath;

/// One TOML table being read. Call the readers for every key it may have, then
/// [`Fields::finish`], which reports the keys nobody asked for.
pub struct Fields<'t, 'i> {
    file: &'t SourcePath,
    table: &'t DeTable<'i>,
    /// Where the TOML starts in the file (front matter does not start at 0).
    offset: usize,
    /// The place of the whole table, for keys that are missing.
    whole: Range<usize>,
    asked: Vec<&'static str>,
    /// What was found so far.
    pub found: Diagnostics,
}

/// Parses a TOML text that lies at `offset` in a file. The first syntax error of every line
/// becomes a diagnostic, since others in the line mostly follow from it; what could be
/// understood is still handed on.
pub fn parse<'i>(
    file: &SourcePath,
    text: &'i str,
    offset: usize,
    found: &mut Diagnostics,
) -> Spanned<DeTable<'i>> {
    if let Some(wrong) = too_deep(file, text, offset) {
        found.push(wrong);
        return Spanned::new(0..0, DeTable::new());
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut told = None;
    for error in errors {
        let span = error.span().unwrap_or(0..text.len().min(1));
        let line =
            text.as_bytes()[..span.start.min(text.len())].iter().filter(|byte| **byte == b'\n').count();
        if told.replace(line) == Some(line) {
            continue;
        }
        found.push(
            Diagnostic::new("toml/syntax")
                .fact("what", said(error.message()))
                .at(Place::new(file, span.start + offset..span.end + offset)),
        );
    }
    table
}

/// What the parser says, in all languages of the catalogue if it is known there.
fn said(message: &str) -> Fact {
    let what = message.split_once(", expected ").map_or(message, |(what, _)| what);
    Catalogue::get().phrase(what).map_or_else(|| message.into(), |text| text.clone().into())
}

/// The day that a text is, as `2024-01-31`, by the calendar; `None` where it is none.
pub fn day(text: &str) -> Option<String> {
    let date = text.parse::<toml::value::Datetime>().ok()?.date?;
    Some(date.to_string())
}

/// Brackets nested deeper than this are an attack or an accident, and no parser should be
/// tried with them.
const DEPTH_LIMIT: usize = 64;

/// What is wrong with a TOML text at `offset` in a file if brackets or dotted keys nest too
/// deep in it.
pub fn too_deep(file: &SourcePath, text: &str, offset: usize) -> Option<Diagnostic> {
    // There are few of them in almost every file, and counting is quick.
    if count(text, b"[{") <= DEPTH_LIMIT && count(text, b".") <= DEPTH_LIMIT {
        return None;
    }
    let at = deep_bracket(text).or_else(|| deep_key(text))? + offset;
    Some(Diagnostic::new("toml/too-deep").at(Place::new(file, at..at + 1)))
}

/// How often any of some characters occur.
fn count(text: &str, characters: &[u8]) -> usize {
    let is_one = |byte: &u8| characters.iter().fold(0, |found, one| found | u8::from(byte == one));
    // Counted in bytes, many at once.
    let piece = |piece: &[u8]| usize::from(piece.iter().map(is_one).sum::<u8>());
    text.as_bytes().chunks(usize::from(u8::MAX)).map(piece).sum()
}

fn deep_bracket(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth > DEPTH_LIMIT {
            return Some(at);
        }
    }
    None
}

fn deep_key(text: &str) -> Option<usize> {
    let mut dots = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'.' => dots += 1,
            b'=' | b'\n' | b',' => dots = 0,
            _ => continue,
        }
        if dots > DEPTH_LIMIT {
            return Some(at);
        }
    }
    None
}

impl<'t, 'i> Fields<'t, 'i> {
    /// Starts reading a table that lies at `whole` (before `offset` is added).
    pub fn new(file: &'t SourcePath, table: &'t DeTable<'i>, offset: usize, whole: Range<usize>) -> Self {
        Self { file, table, offset, whole, asked: Vec::new(), found: Diagnostics::default() }
    }

    /// The place of a range of the TOML text.
    pub fn place(&self, range: Range<usize>) -> Place {
        Place::new(self.file, range.start + self.offset..range.end + self.offset)
    }

    /// The place of a key's value; of the whole table when the key is missing.
    pub fn place_of(&self, key: &str) -> Place {
        let range = self.table.get(key).map_or(self.whole.clone(), |v| v.span());
        self.place(range)
    }

    /// The value of a key, whatever it is.
    pub fn value(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.asked.push(key);
        self.table.get(key)
    }

    fn wrong(&mut self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &'static str) {
        let place = self.place(value.span());
        self.found.push(
            Diagnostic::new("toml/type").fact("key", key).fact("wanted", Fact::Word(wanted.into())).at(place),
        );
    }

    /// A text.
    pub fn text(&mut self, key: &'static str) -> Option<&'t str> {
        let value = self.value(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong(key, value, "text");
        }
        text
    }

    /// A text that must be there and not be empty.
    pub fn required_text(&mut self, key: &'static str) -> Option<&'t str> {
        let text = self.text(key);
        if !self.table.contains_key(key) || text.is_some_and(|t| t.trim().is_empty()) {
            self.missing(key);
        }
        text.filter(|t| !t.trim().is_empty())
    }

    /// Reports a key that must be there.
    pub fn missing(&mut self, key: &'static str) {
        let place = self.place_of(key);
        self.found.push(Diagnostic::new("toml/missing").fact("key", key).at(place));
    }

    /// A text in the file's own language, or a table of texts by language.
    pub fn localised(&mut self, key: &'static str, language: &str) -> Option<Localised> {
        let value = self.value(key)?;
        let text = localised(value.get_ref(), language);
        if text.is_none() {
            self.wrong(key, value, "text");
        }
        text
    }

    /// A text by language that must be there.
    pub fn required_localised(&mut self, key: &'static str, language: &str) -> Option<Localised> {
        if !self.table.contains_key(key) {
            self.asked.push(key);
            self.missing(key);
            return None;
        }
        self.localised(key, language)
    }

    /// Yes or no.
    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong(key, value, "flag");
        }
        flag
    }

    /// A whole number that fits `T`.
    pub fn number<T: TryFrom<i64>>(&mut self, key: &'static str) -> Option<T> {
        let value = self.value(key)?;
        let number = value.get_ref().as_integer();
        let number = number.and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        let number = number.and_then(|n| T::try_from(n).ok());
        if number.is_none() {
            self.wrong(key, value, "number");
        }
        number
    }

    /// A date, written `2022-01-20` with or without quotes. A time of day is dropped.
    pub fn date(&mut self, key: &'static str) -> Option<String> {
        let value = self.value(key)?;
        let written = match value.get_ref() {
            DeValue::Datetime(date) => date.date.map(|d| d.to_string()),
            DeValue::String(text) => day(text),
            _ => None,
        };
        if written.is_none() {
            self.wrong(key, value, "date");
        }
        written
    }

    /// A date that must be there.
    pub fn required_date(&mut self, key: &'static str) -> Option<String> {
        let date = self.date(key);
        if !self.table.contains_key(key) {
            self.missing(key);
        }
        date
    }

    /// A text or number that must be there, as it is written; the text may be empty.
    pub fn required_figure(&mut self, key: &'static str) -> Option<String> {
        let Some(value) = self.value(key) else {
            self.missing(key);
            return None;
        };
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => Some(number.as_str().to_owned()),
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            _ => {
                self.wrong(key, value, "figure");
                None
            }
        }
    }

    /// A list of texts; one text alone counts as a list of one.
    pub fn texts(&mut self, key: &'static str) -> Vec<String> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let items = match value.get_ref() {
            DeValue::String(text) => return vec![text.to_string()],
            DeValue::Array(items) => items,
            _ => {
                self.wrong(key, value, "texts");
                return Vec::new();
            }
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push(text.to_owned()),
                None => self.wrong(key, item, "text"),
            }
        }
        texts
    }

    /// A table below this one, to be read on its own; hand on what it found, as
    /// [`Fields::finish`] gives it.
    pub fn table(&mut self, key: &'static str) -> Option<Fields<'t, 'i>> {
        let value = self.value(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong(key, value, "table");
        }
        Some(Fields::new(self.file, table?, self.offset, value.span()))
    }

    /// A list of tables (`[[key]]`, or an array of inline tables).
    pub fn tables(&mut self, key: &'static str) -> Vec<Fields<'t, 'i>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(key, value, "tables");
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(table) => tables.push(Fields::new(self.file, table, self.offset, item.span())),
                None => self.wrong(key, item, "table"),
            }
        }
        tables
    }

    /// The keys of this table with their values, in the order of the file, for tables whose
    /// keys are names.
    pub fn entries(&self) -> Vec<(&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>)> {
        let mut entries: Vec<_> = self.table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
    }

    /// The tables below this one with their names, in the order of the file, for tables whose
    /// keys are names.
    pub fn named_tables(&mut self) -> Vec<(&'t Spanned<std::borrow::Cow<'i, str>>, Fields<'t, 'i>)> {
        let mut tables = Vec::new();
        for (key, value) in self.entries() {
            match value.get_ref().as_table() {
                Some(table) => tables.push((key, Fields::new(self.file, table, self.offset, value.span()))),
                None => self.wrong(key.get_ref(), value, "table"),
            }
        }
        tables
    }

    /// Anything the program does not look into, as a JSON value for templates.
    pub fn extra(&mut self, key: &'static str) -> serde_json::Value {
        self.value(key).map_or(serde_json::Value::Object(Default::default()), |v| json(v.get_ref()))
    }

    /// Ends the reading: every key that nobody asked for is reported, with the nearest
    /// known key as a suggestion.
    pub fn finish(mut self) -> Diagnostics {
        for (key, _) in self.table.iter() {
            if self.asked.iter().any(|asked| *asked == &**key.get_ref()) {
                continue;
            }
            let diagnostic =
                Diagnostic::new("toml/unknown-key").fact("key", &**key.get_ref()).at(self.place(key.span()));
            let mut known = self.asked.clone();
            known.sort_unstable();
            known.dedup();
            let mut diagnostic = diagnostic.fact("known", known.join(", "));
            if let Some(near) = nearest(key.get_ref(), self.asked.iter().copied()) {
                diagnostic = diagnostic.fact("near", near);
            }
            self.found.push(diagnostic);
        }
        self.found
    }
}

/// The name nearest to a misspelt one, if it is near enough to be meant.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).clamp(1, 4);
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(name, k), k))
        .filter(|(distance, k)| *distance <= limit || (k.len() > 3 && k.ends_with(&format!(".{name}"))))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| k)
}

/// A text, or a table of texts by language.
fn localised(value: &DeValue<'_>, language: &str) -> Option<Localised> {
    if let Some(text) = value.as_str() {
        return Some(Localised::new(language, text));
    }
    let mut entries: Vec<_> = value.as_table()?.iter().collect();
    entries.sort_by_key(|(key, _)| (&**key.get_ref() != language, key.span().start));
    let mut text = Localised::default();
    for (key, value) in entries {
        text.push(key.get_ref(), value.get_ref().as_str()?);
    }
    Some(text)
}

/// A value as JSON, for templates; decimals as texts, so that no digit is lost.
pub fn json(value: &DeValue<'_>) -> serde_json::Value {
    use serde_json::Value;
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).map_or(Value::Null, Value::from),
        DeValue::Float(n) => Value::String(n.as_str().to_owned()),
        DeValue::Datetime(date) => Value::String(date.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => {
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| key.span().start);
            Value::Object(
                entries.into_iter().map(|(k, v)| (k.get_ref().to_string(), json(v.get_ref()))).collect(),
            )
        }
    }
}
