//! The columns of the files: their names, types and titles, said once for the files
//! themselves and for those that describe them.

use super::DataFile;
use crate::diagnostic::Catalogue;
use crate::form::{Kind, Table};
use crate::plan::Site;

/// A column of a file.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name, as in the first line of the file.
    pub name: String,
    /// Its type, in the words of Table Schema.
    pub kind: &'static str,
    /// What it means.
    pub title: String,
    /// Whether every record has a value for it.
    pub required: bool,
}

/// The columns of a file; none for one that is no table.
pub fn columns(site: &Site<'_>, file: &DataFile) -> Vec<Column> {
    let mut columns = all(site, file);
    for column in &mut columns {
        column.required = file.key().contains(&column.name.as_str());
    }
    columns
}

fn all(site: &Site<'_>, file: &DataFile) -> Vec<Column> {
    let named = |names: &[&str]| names.iter().map(|name| column(site, name)).collect::<Vec<_>>();
    match file {
        DataFile::Figures => named(&["agency", "year", "table", "row", "column", "value"]),
        DataFile::Reports => named(&[
            "agency",
            "year",
            "agency_name",
            "form",
            "title",
            "published",
            "due",
            "late",
            "findings",
            "url",
        ]),
        DataFile::Agencies => named(&[
            "agency",
            "name",
            "short",
            "kind",
            "region",
            "parent",
            "since",
            "until",
            "successor",
            "url",
        ]),
        DataFile::Dictionary => {
            named(&["form", "table", "axis", "line", "label", "heading", "kind", "unit", "sum", "hint"])
        }
        DataFile::Concordance => {
            named(&["form", "table", "row", "column", "older_form", "relation", "older_cells"])
        }
        DataFile::Table { form, table } => {
            let mut columns = named(&["agency", "year", "row", "agency_name", "row_label"]);
            let forms = &site.portal().forms;
            let table = forms.get(form).and_then(|form| Some(&form.tables[form.table_number(table)?]));
            columns.extend(table.iter().flat_map(|table| of_table(site, table)));
            columns
        }
        _ => Vec::new(),
    }
}

/// A column by its name; its title is a word of the catalogue.
fn column(site: &Site<'_>, name: &str) -> Column {
    let kind = match name {
        "year" | "since" | "until" => "year",
        "published" | "due" => "date",
        "late" => "boolean",
        "findings" => "integer",
        "value" => "any",
        _ => "string",
    };
    let word = format!("field-{}", name.replace('_', "-"));
    let title = Catalogue::get().word(&word, site.language);
    Column { name: name.to_owned(), kind, title: title.to_owned(), required: false }
}

/// The columns of a table of a form.
fn of_table<'t>(site: &'t Site<'_>, table: &'t Table) -> impl Iterator<Item = Column> + 't {
    (0..table.columns.leaves.len()).map(|number| {
        let mut kinds: Vec<_> = (0..table.rows.leaves.len()).map(|row| table.kind_of(row, number)).collect();
        kinds.dedup();
        Column {
            name: table.columns.leaf(number).id.to_string(),
            kind: match kinds[..] {
                [Kind::Count | Kind::Change] => "integer",
                [Kind::Amount | Kind::Days | Kind::Percent] => "number",
                [Kind::Text] => "string",
                _ => "any",
            },
            title: label_path(table, number, site.language),
            required: false,
        }
    })
}

/// The label of a column with the headings above it.
pub(super) fn label_path(table: &Table, column: usize, language: &str) -> String {
    let path = table.columns.path(table.columns.leaves[column]).into_iter();
    path.map(|line| table.columns.lines[line].label.get(language)).collect::<Vec<_>>().join(" / ")
}
