//! One edition of a regulation's reporting format.

use std::sync::Arc;

use super::lead::Piece;
use super::table::{Rule, Table};
use crate::fingerprint::Fingerprint;
use crate::language::{Language, Localised};

/// A form: one edition, with its sections, tables and rules.
#[derive(Clone, Debug)]
pub struct Form {
    /// Its id, the name of its file.
    pub id: Arc<str>,
    /// What the report is called.
    pub title: Localised,
    /// The regulation.
    pub authority: Localised,
    /// Where the regulation can be read.
    pub source: Option<String>,
    /// The language of its labels.
    pub language: Language,
    /// The first reporting year it is used for.
    pub from: u16,
    /// The last, if there is one.
    pub to: Option<u16>,
    /// The edition before.
    pub supersedes: Option<Arc<str>>,
    /// The kinds of agency that report, with their legal dates; the first is the default.
    pub kinds: Vec<AgencyKind>,
    /// The sections in order.
    pub sections: Vec<Section>,
    /// The tables in order.
    pub tables: Vec<Arc<Table>>,
    /// The rules across tables.
    pub rules: Vec<Rule>,
    /// The figures that stand for the whole report in lists and charts.
    pub highlights: Vec<Highlight>,
    /// The sentence that says what a report comes to, by language; the author's first.
    pub lead: Vec<(Language, Vec<Piece>)>,
    /// The parts that the cases of a year fell into, and their whole.
    pub breakdown: Option<Breakdown>,
    /// The orders that the reports of a year are ranked in.
    pub rankings: Vec<Ranking>,
    /// What it continues of older forms: (older form, here, there or nothing).
    pub continues: Vec<(Arc<str>, String, Option<String>)>,
    /// A hash of the file.
    pub fingerprint: Fingerprint,
}

/// A rule with its table; rules across tables have none.
pub type FormRule<'f> = (Option<usize>, &'f Rule);

/// A figure that stands for the whole report: one cell, or the sum below a heading.
#[derive(Clone, Debug)]
pub struct Highlight {
    /// Its id, the same over all editions.
    pub id: Arc<str>,
    /// What it is called.
    pub label: Localised,
    /// The table, by number.
    pub table: usize,
    /// The cells that add up to it, by number.
    pub cells: Vec<usize>,
}

/// How a whole falls into parts, such as requests by outcome.
#[derive(Clone, Debug)]
pub struct Breakdown {
    /// What it shows.
    pub title: Localised,
    /// The whole.
    pub whole: Highlight,
    /// The parts, in the order of the form.
    pub parts: Vec<Highlight>,
}

/// An order of the reports of a year: by a figure, or by its share of another.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// What it shows.
    pub title: Localised,
    /// The figure.
    pub figure: Highlight,
    /// What it is a part of, where shares are ranked.
    pub among: Option<Highlight>,
}

/// A kind of agency and the date by which the law wants its report.
#[derive(Clone, Debug)]
pub struct AgencyKind {
    /// Its id.
    pub id: Arc<str>,
    /// Its name.
    pub label: Localised,
    /// Month and day in the year after the reporting year.
    pub due: Option<(u8, u8)>,
}

/// A section of a form: prose, tables or both.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its id.
    pub id: Arc<str>,
    /// Its heading as printed.
    pub title: Localised,
    /// Other usual headings.
    pub also: Vec<String>,
    /// All its headings, plain, for comparing.
    pub plain_titles: Vec<Box<str>>,
    /// Whether there must be prose.
    pub prose_required: bool,
    /// Its tables, by number.
    pub tables: Vec<usize>,
    /// What to write here.
    pub hint: Option<Localised>,
}

impl Form {
    /// Whether this edition is in force for a reporting year.
    pub fn in_force(&self, year: u16) -> bool {
        self.from <= year && self.to.is_none_or(|to| year <= to)
    }

    /// This form with a row for each component (id and name) in its open tables.
    pub fn with_components(&self, components: &[(Arc<str>, Localised)]) -> Self {
        let tables = self.tables.iter().map(|table| match table.open {
            Some(_) => Arc::new(table.with_components(components)),
            None => table.clone(),
        });
        Self { tables: tables.collect(), ..self.clone() }
    }

    /// The number of the table with this id.
    pub fn table_number(&self, id: &str) -> Option<usize> {
        self.tables.iter().position(|table| &*table.id == id)
    }

    /// The pieces of its lead in a language, else as its author wrote it.
    pub fn lead(&self, language: &str) -> &[Piece] {
        let found = self.lead.iter().find(|(known, _)| **known == *language);
        found.or(self.lead.first()).map_or(&[], |(_, pieces)| pieces)
    }

    /// The kind of agency with this id; without one, the default.
    pub fn kind(&self, id: Option<&str>) -> Option<&AgencyKind> {
        match id {
            Some(id) => self.kinds.iter().find(|kind| &*kind.id == id),
            None => self.kinds.first(),
        }
    }

    /// All rules, table by table, then those across tables.
    pub fn all_rules(&self) -> impl Iterator<Item = FormRule<'_>> {
        let inside = self.tables.iter().enumerate();
        let inside =
            inside.flat_map(|(number, table)| table.rules.iter().map(move |rule| (Some(number), rule)));
        inside.chain(self.rules.iter().map(|rule| (None, rule)))
    }
}
