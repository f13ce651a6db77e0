//! `tables.toml`: figures as written, with a place for every one, not yet judged.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::fields;
use crate::path::SourcePath;

/// What the walk over a table's figures comes upon.
pub enum Entry<'t> {
    /// A table: whether to look into it.
    Table,
    /// A figure, as text; strings and numbers alike.
    Figure(&'t str),
    /// Anything else: a date, a list, true or false.
    Other,
}

/// A table of `tables.toml`: its name with its place, and the figures under it.
pub type Figures<'t> = (Spanned<String>, DeTable<'t>);

/// Parses `tables.toml` into its tables: name, place of the name, figures. The order is
/// that of the file.
pub fn parse_entries<'t>(file: &SourcePath, text: &'t str, found: &mut Diagnostics) -> Vec<Figures<'t>> {
    let parsed = fields::parse(file, text, 0, found).into_inner();
    let mut tables = Vec::new();
    for (key, value) in parsed {
        let range = key.span();
        match value.into_inner() {
            DeValue::Table(table) => tables.push((Spanned::new(range, key.into_inner().into_owned()), table)),
            _ => found.push(
                Diagnostic::new("sheet/no-table")
                    .fact("key", key.into_inner().into_owned())
                    .at(Place::new(file, range)),
            ),
        }
    }
    tables.sort_by_key(|(key, _)| key.span().start);
    tables
}

/// Gets the dotted path so far, the place of its last key, the entry and its place; says
/// whether to look into a table.
type Visit<'v, 't> = dyn FnMut(&str, Range<usize>, Entry<'t>, Range<usize>) -> bool + 'v;

/// Goes through all figures of a table.
pub fn walk<'t>(table: &'t DeTable<'_>, path: &mut String, visit: &mut Visit<'_, 't>) {
    let start = path.len();
    for (key, value) in table.iter() {
        if start > 0 {
            path.push('.');
        }
        path.push_str(key.get_ref());
        let (at, range) = (key.span(), value.span());
        match value.get_ref() {
            DeValue::Table(inner) => {
                if visit(path, at, Entry::Table, range) {
                    walk(inner, path, visit);
                }
            }
            DeValue::Integer(number) if number.radix() == 10 => {
                visit(path, at, Entry::Figure(number.as_str()), range);
            }
            DeValue::Float(number) => {
                visit(path, at, Entry::Figure(number.as_str()), range);
            }
            DeValue::String(text) => {
                visit(path, at, Entry::Figure(text), range);
            }
            _ => {
                visit(path, at, Entry::Other, range);
            }
        }
        path.truncate(start);
    }
}
