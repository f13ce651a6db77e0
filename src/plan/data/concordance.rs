//! How the cells of an edition of a form continue those of the edition before.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::forms;
use crate::form::{Address, Form, Lineage, Table};
use crate::plan::Site;

/// How a cell stands to the older edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is one cell there, at the same address.
    Same,
    /// It is one cell there, at another address.
    Moved,
    /// It is the sum of several cells there.
    Sum,
    /// There was nothing like it.
    New,
    /// It is only in the older edition.
    Ended,
}

impl Relation {
    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Moved => "moved",
            Self::Sum => "sum",
            Self::New => "new",
            Self::Ended => "ended",
        }
    }
}

/// A cell of an edition beside the older one; of an ended cell, `here` is `None`.
#[derive(Clone, Debug)]
pub struct Bond {
    /// The edition, by id.
    pub form: String,
    /// The cell in it.
    pub here: Option<Address>,
    /// The older edition, by id.
    pub older: String,
    /// How they stand to each other.
    pub relation: Relation,
    /// The cells of the older edition.
    pub there: Vec<Address>,
}

/// The bonds of all forms in use with the editions they supersede, cell by cell.
pub fn concordance(site: &Site<'_>) -> Vec<Bond> {
    let all = &site.portal().forms;
    let bonds = |form: &Arc<Form>| {
        let older = all.get(form.supersedes.as_deref()?)?;
        Some(bonds(form, older, all.lineage(form, older)?))
    };
    forms(site.portal()).into_iter().filter_map(bonds).flatten().collect()
}

fn bonds(form: &Form, older: &Form, lineage: &Lineage) -> Vec<Bond> {
    let mut bonds = Vec::new();
    let mut continued = BTreeSet::new();
    let bond = |here, relation, there| Bond {
        form: form.id.to_string(),
        here,
        older: older.id.to_string(),
        relation,
        there,
    };
    for (number, table) in form.tables.iter().enumerate() {
        for cell in 0..table.size() {
            let here = address(table, cell);
            let Some(origin) = lineage.origin(number, cell) else {
                bonds.push(bond(Some(here), Relation::New, Vec::new()));
                continue;
            };
            continued.extend(origin.cells.iter().map(|cell| (origin.table, *cell)));
            let there: Vec<_> =
                origin.cells.iter().map(|cell| address(&older.tables[origin.table], *cell)).collect();
            let relation = match &there[..] {
                [one] if *one == here => Relation::Same,
                [_] => Relation::Moved,
                _ => Relation::Sum,
            };
            bonds.push(bond(Some(here), relation, there));
        }
    }
    for (number, table) in older.tables.iter().enumerate() {
        let ended = (0..table.size()).filter(|cell| !continued.contains(&(number, *cell)));
        bonds.extend(ended.map(|cell| bond(None, Relation::Ended, vec![address(table, cell)])));
    }
    bonds
}

fn address(table: &Table, cell: usize) -> Address {
    let (row, column) = table.crossing(cell);
    Address::new(&table.id, &table.rows.leaf(row).id, &table.columns.leaf(column).id)
}
