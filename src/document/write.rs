//! The way back: heads and figures as they are written into `report.md` and `tables.toml`.

use std::fmt::Write;

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

/// One row of figures, `row = { column = value, … }`, with the row's label as a comment
/// above it. `width` is how wide the row ids of the table are.
pub fn entry_line(row: &str, width: usize, label: &str, figures: &[(&str, String)]) -> String {
    let mut line = format!("# {label}\n{row:width$} = {{");
    for (number, (column, value)) in figures.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(line, "{comma} {column} = {value}");
    }
    line.push_str(if figures.is_empty() { "}\n" } else { " }\n" });
    line
}
