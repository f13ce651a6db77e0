//! All tables of the portal in one workbook: a sheet per table, after a sheet that lists them.

use std::io::{self, Write};

use rust_decimal::Decimal;

use super::records::{Field, records};
use super::spreadsheet::Spreadsheet;
use crate::diagnostic::Catalogue;
use crate::plan::{self, Site};
use crate::render::xlsx::sheet_name;

/// Writes the workbook; gives how many records there are.
pub(super) fn write(site: &Site<'_>, out: &mut dyn Write) -> io::Result<u64> {
    let mut book = Spreadsheet::new(out);
    let mut contents: Vec<(String, String, u64)> = Vec::new();
    for file in plan::data_files(site.portal()).iter().filter(|file| file.is_sheet()) {
        let columns = plan::columns(site, file);
        let others: Vec<&str> = contents.iter().map(|(name, ..)| name.as_str()).collect();
        let name = sheet_name(&file.table_name(), &others);
        book.begin(&name, &columns.iter().map(|column| &*column.title).collect::<Vec<_>>())?;
        let mut rows = 0;
        records(site, file, &mut |record| {
            rows += 1;
            book.record(record)
        })?;
        book.end()?;
        contents.push((name, file.title(site), rows));
    }
    let word = |word| Catalogue::get().word(word, site.language);
    book.begin(word("book-contents"), &[word("book-sheet"), word("field-title"), word("book-records")])?;
    for (name, title, rows) in &contents {
        book.record(&[Field::Id(name), Field::Text(title), Field::Number(Decimal::from(*rows))])?;
    }
    book.end()?;
    book.finish()?;
    Ok(contents.iter().map(|(.., rows)| rows).sum())
}
