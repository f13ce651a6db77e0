//! The way back: figures and heads as they are written into `tables.toml` and `report.md`.

use std::fmt::Write;

use crate::form::{Form, Table};

/// A text as a TOML string.
pub fn toml_text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A head between `+++` lines, from its lines.
pub fn front_matter(lines: &[String]) -> String {
    let mut head = String::from("+++\n");
    for line in lines {
        head.push_str(line);
        head.push('\n');
    }
    head.push_str("+++\n");
    head
}

/// One cell to be written: its value as TOML, and a remark for the end of its line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The value, e.g. `12` or `""`.
    pub value: String,
    /// A remark on it; may be empty.
    pub remark: String,
}

/// `tables.toml` for a form: every row with its label above it, in the form's order.
/// `tables` are the tables as the agency fills them; `cell` says what to write in a cell,
/// or that it is left out.
pub fn tables_toml(
    form: &Form,
    tables: &[&Table],
    language: &str,
    cell: &dyn Fn(usize, usize) -> Option<Written>,
) -> String {
    let mut text = String::new();
    comment(&mut text, &format!("{} {}", form.title.get(language), form.authority.get(language)));
    for (number, table) in tables.iter().enumerate() {
        text.push('\n');
        comment(&mut text, &titled(table, language));
        columns(&mut text, table, language);
        let _ = writeln!(text, "[{}]", table.id);
        let width = table.rows.leaves.iter().map(|leaf| table.rows.lines[*leaf].id.len()).max().unwrap_or(0);
        for row in 0..table.rows.leaves.len() {
            row_lines(&mut text, table, row, width, language, &|column| {
                cell(number, table.cell(row, column))
            });
        }
    }
    text
}

fn comment(text: &mut String, words: &str) {
    for line in words.lines() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# {line}");
    }
}

fn titled(table: &Table, language: &str) -> String {
    let unit = table.unit.as_ref().map(|unit| format!(" ({})", unit.get(language))).unwrap_or_default();
    let hint = table.hint.as_ref().map(|hint| format!("\n{}", hint.get(language))).unwrap_or_default();
    format!("{}{unit}{hint}", table.title.get(language))
}

/// What each column is, where there is more than one.
fn columns(text: &mut String, table: &Table, language: &str) {
    if table.columns.leaves.len() < 2 {
        return;
    }
    for line in table.columns.leaves.iter().map(|leaf| &table.columns.lines[*leaf]) {
        let path = table.columns.path(table.columns.leaves[line.leaf.unwrap_or(0)]);
        let label: Vec<&str> =
            path.iter().map(|line| table.columns.lines[*line].label.get(language)).collect();
        comment(text, &format!("  {} = {}", line.id, label.join(" / ")));
    }
}

fn row_lines(
    text: &mut String,
    table: &Table,
    row: usize,
    width: usize,
    language: &str,
    cell: &dyn Fn(usize) -> Option<Written>,
) {
    let line = table.rows.leaf(row);
    let columns = 0..table.columns.leaves.len();
    let written: Vec<_> =
        columns.filter_map(|column| Some((table.columns.leaf(column), cell(column)?))).collect();
    if written.is_empty() {
        return;
    }
    let hint = line.hint.as_ref().map(|hint| format!("\n{}", hint.get(language))).unwrap_or_default();
    comment(text, &format!("{}{hint}", line.label.get(language)));
    let cells: Vec<String> =
        written.iter().map(|(column, w)| format!("{} = {}", column.id, w.value)).collect();
    let _ = write!(text, "{:width$} = {{ {} }}", line.id, cells.join(", "));
    let remarks = written.iter().filter(|(_, w)| !w.remark.is_empty());
    let remarks: Vec<String> =
        remarks.map(|(column, w)| format!("{}: {}", column.id, one_line(&w.remark))).collect();
    if !remarks.is_empty() {
        let _ = write!(text, "  # {}", remarks.join("; "));
    }
    text.push('\n');
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
