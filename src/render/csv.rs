//! The figures of a report as CSV: UTF-8 with a byte order mark and CRLF, as spreadsheets
//! want it (RFC 4180). One line per cell.

use std::borrow::Cow;

use crate::plan::{Site, report_data};

/// What tells a spreadsheet that the text is UTF-8.
pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

/// The CSV of a report: `table,row,column,row_label,column_label,value`.
pub(super) fn report(site: &Site<'_>, agency: &str, year: u16) -> Option<Vec<u8>> {
    let data = report_data(site, agency, year)?;
    let mut out = MARK.to_vec();
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(&mut out);
    writer.write_record(["table", "row", "column", "row_label", "column_label", "value"]).ok()?;
    for (table, rows) in &data.tables {
        for row in rows {
            for ((column, value), label) in row.cells.iter().zip(&row.columns) {
                let value = match value {
                    serde_json::Value::Null => String::new(),
                    serde_json::Value::String(text) => harmless(text).into_owned(),
                    other => other.to_string(),
                };
                writer.write_record([table, &row.row, column, &row.label, label, &value]).ok()?;
            }
        }
    }
    writer.flush().ok()?;
    drop(writer);
    Some(out)
}

/// A text that no spreadsheet takes for a formula; numbers, negative ones too, stay as
/// they are.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let is_number =
        text.strip_prefix(['-', '+']).unwrap_or(text).bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if risky && !is_number { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn formulas_are_disarmed_and_numbers_are_not() {
        assert_eq!(harmless("=cmd()"), "'=cmd()");
        assert_eq!(harmless("@x"), "'@x");
        assert_eq!(harmless("-5.00"), "-5.00");
        assert_eq!(harmless("251000元"), "251000元");
    }
}
