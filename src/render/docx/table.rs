//! The statutory tables, cell by cell on the grid of the form.

use std::fmt::Write;

use super::body::line;
use crate::diagnostic::Catalogue;
use crate::plan::{Caption, Cell, CellKind, Size, Table};
use crate::render::xml::escape;

/// The width of the type area, 156 mm in twentieths of a point.
pub(super) const WIDTH: usize = 8844;

/// A cell that goes on from the row above: how many columns, how many rows still.
type Below = (usize, usize);

/// Writes a table with its caption, unit and note.
pub(super) fn write(out: &mut String, table: &Table, language: &str) {
    let word = |name| Catalogue::get().word(name, language);
    let unit = table.unit.as_deref();
    if table.caption == Caption::Above {
        line(out, "Caption", &table.title);
    }
    if let (Caption::Above | Caption::Said, Some(unit)) = (table.caption, unit) {
        line(out, "TableUnit", &word("table-unit").replace("{unit}", unit));
    }
    let widths: Vec<usize> = table.widths.iter().map(|width| width * WIDTH / 10_000).collect();
    start(out, &widths, &table.title);
    if table.caption == Caption::Inside {
        let unit = unit.map(|unit| word("table-unit-inside").replace("{unit}", unit)).unwrap_or_default();
        start_row(out, true);
        start_cell(out, WIDTH, &merge(widths.len(), ""));
        line(out, "TableCaption", &(table.title.clone() + &unit));
        out.push_str("</w:tc></w:tr>");
    }
    let mut below: Vec<Below> = vec![(0, 0); widths.len()];
    let rows = table.head.iter().map(|row| (row, true)).chain(table.body.iter().map(|row| (row, false)));
    for (row, is_head) in rows {
        start_row(out, is_head);
        write_row(out, row, (table.size, &widths), &mut below);
        out.push_str("</w:tr>");
    }
    end(out);
    match &table.note {
        Some(note) => line(out, "TableNote", note),
        None => line(out, "TableEnd", ""),
    }
}

fn write_row(out: &mut String, row: &[Cell], (size, widths): (Size, &[usize]), below: &mut [Below]) {
    let mut cells = row.iter();
    let mut at = 0;
    while at < widths.len() {
        let (columns, left) = below[at];
        if left > 0 {
            below[at].1 -= 1;
            let width = widths[at..at + columns].iter().sum();
            start_cell(out, width, &merge(columns, r#"<w:vMerge/>"#));
            line(out, "TableText", "");
            out.push_str("</w:tc>");
            at += columns;
            continue;
        }
        let Some(cell) = cells.next() else { break };
        let columns = cell.columns.clamp(1, widths.len() - at);
        let down = if cell.rows > 1 { r#"<w:vMerge w:val="restart"/>"# } else { "" };
        below[at] = (columns, cell.rows.saturating_sub(1));
        start_cell(out, widths[at..at + columns].iter().sum(), &merge(columns, down));
        let style = match (cell.kind, size) {
            (CellKind::Row, Size::Usual) => "TableLabel",
            (CellKind::Row, Size::Small) => "TableSmallLabel",
            (CellKind::Row, Size::Tiny) => "TableTinyLabel",
            (_, Size::Usual) => "TableText",
            (_, Size::Small) => "TableSmall",
            (_, Size::Tiny) => "TableTiny",
        };
        line(out, style, &cell.text);
        out.push_str("</w:tc>");
        at += columns;
    }
}

fn merge(columns: usize, down: &str) -> String {
    if columns > 1 { format!(r#"<w:gridSpan w:val="{columns}"/>{down}"#) } else { down.to_owned() }
}

/// Begins a table with columns of these widths.
pub(super) fn start(out: &mut String, widths: &[usize], title: &str) {
    let sum: usize = widths.iter().sum();
    let _ = write!(
        out,
        r#"<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>"#
    );
    if !title.is_empty() {
        let _ = write!(out, r#"<w:tblCaption w:val="{}"/>"#, escape(title));
    }
    out.push_str("</w:tblPr><w:tblGrid>");
    for width in widths {
        let _ = write!(out, r#"<w:gridCol w:w="{width}"/>"#);
    }
    out.push_str("</w:tblGrid>");
}

/// Begins a row, which no page break cuts; head rows come again on every page.
pub(super) fn start_row(out: &mut String, is_head: bool) {
    out.push_str("<w:tr><w:trPr><w:cantSplit/>");
    out.push_str(if is_head { "<w:tblHeader/></w:trPr>" } else { "</w:trPr>" });
}

/// Begins a cell.
pub(super) fn start_cell(out: &mut String, width: usize, merge: &str) {
    let _ = write!(
        out,
        r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merge}<w:vAlign w:val="center"/></w:tcPr>"#
    );
}

/// Ends a table.
pub(super) fn end(out: &mut String) {
    out.push_str("</w:tbl>");
}
