//! The data dictionary: what each row and column of each table means.

use std::sync::Arc;

use serde::Serialize;

use super::forms;
use crate::form::{Axis, Form, Line, Table};
use crate::plan::Site;

/// One row or column of a table.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// The form, by id.
    pub form: String,
    /// The table, by id.
    pub table: String,
    /// `row` or `column`.
    pub axis: &'static str,
    /// Its id.
    pub line: String,
    /// As printed.
    pub label: String,
    /// The labels of the headings above it.
    pub heading: String,
    /// What its cells hold.
    pub kind: &'static str,
    /// The unit of its cells.
    pub unit: String,
    /// The lines it is the sum of.
    pub sum: String,
    /// What the form filler should know.
    pub hint: String,
}

/// All lines of all tables of the forms in use.
pub fn dictionary(site: &Site<'_>) -> Vec<Entry> {
    let tables = |form: &Arc<Form>| {
        let form = Arc::clone(form);
        let tables: Vec<Arc<Table>> = form.tables.clone();
        tables.into_iter().map(move |table| (Arc::clone(&form), table))
    };
    let all = forms(site.portal()).into_iter().flat_map(tables);
    all.flat_map(|(form, table)| of_table(site, &form, &table)).collect()
}

/// The lines of one table.
pub(super) fn of_table(site: &Site<'_>, form: &Form, table: &Table) -> Vec<Entry> {
    let entry = |axis: &Axis, name: &'static str, leaf: usize| {
        let line = axis.leaf(leaf);
        let above = axis.path(axis.leaves[leaf]);
        let above = above[..above.len() - 1].iter().map(|line| axis.lines[*line].label.get(site.language));
        Entry {
            form: form.id.to_string(),
            table: table.id.to_string(),
            axis: name,
            line: line.id.to_string(),
            label: line.label.get(site.language).to_owned(),
            heading: above.collect::<Vec<_>>().join(" / "),
            kind: line.kind.unwrap_or(table.kind).word(),
            unit: unit(table, line, site.language),
            sum: sum(axis, line),
            hint: line.hint.as_ref().map_or("", |hint| hint.get(site.language)).to_owned(),
        }
    };
    let rows = (0..table.rows.leaves.len()).map(|leaf| entry(&table.rows, "row", leaf));
    let columns = (0..table.columns.leaves.len()).map(|leaf| entry(&table.columns, "column", leaf));
    rows.chain(columns).collect()
}

fn unit(table: &Table, line: &Line, language: &str) -> String {
    line.unit.as_ref().or(table.unit.as_ref()).map_or("", |unit| unit.get(language)).to_owned()
}

/// The parts of a sum: `natural + legal.company`.
fn sum(axis: &Axis, line: &Line) -> String {
    let parts = line.sum.iter().flatten().map(|part| &*axis.leaf(*part).id);
    parts.collect::<Vec<_>>().join(" + ")
}
