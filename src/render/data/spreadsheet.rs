//! A workbook of plain tables, written as its records come: nothing of a sheet is held but the
//! texts that may come again. (The library that draws the workbooks of reports holds every cell.)

use std::fmt::Write as _;
use std::io::{self, Write};

use foldhash::fast::FixedState;
use indexmap::IndexSet;
use rust_decimal::Decimal;
use rust_xlsxwriter::ExcelDateTime;
use rust_xlsxwriter::utility::column_number_to_name;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::records::Field;
use crate::form::NOT_APPLICABLE;
use crate::render::xlsx::{PRECISION, text_width, within_limit};
use crate::render::xml::escape;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MEDIA: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const DECLARED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Plain, a head, a day, a whole number, and numbers with one to six decimals.
const STYLES: &str = include_str!("styles.xml");
const PLAIN: usize = 0;
const HEAD: usize = 1;
const DAY: usize = 2;
const NUMBERS: std::ops::RangeInclusive<usize> = 3..=9;

/// A workbook being written.
pub(super) struct Spreadsheet<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    sheets: Vec<String>,
    texts: IndexSet<Box<str>, FixedState>,
    row: Row,
}

/// A row of a sheet being written.
#[derive(Default)]
struct Row {
    number: u64,
    /// The names of the columns: A, B.
    columns: Vec<String>,
    xml: String,
}

impl<W: Write> Spreadsheet<W> {
    pub(super) fn new(out: W) -> Self {
        let (sheets, texts) = (Vec::new(), IndexSet::default());
        Self { zip: ZipWriter::new_stream(out), sheets, texts, row: Row::default() }
    }

    /// Begins a sheet with a head that stays in sight.
    pub(super) fn begin(&mut self, name: &str, head: &[&str]) -> io::Result<()> {
        self.sheets.push(name.to_owned());
        self.part(&format!("xl/worksheets/sheet{}.xml", self.sheets.len()))?;
        let pane = r#"<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>"#;
        let view = format!(r#"<sheetView workbookViewId="0">{pane}</sheetView>"#);
        write!(self.zip, r#"<worksheet xmlns="{MAIN}"><sheetViews>{view}</sheetViews><cols>"#)?;
        for (number, title) in (1..).zip(head) {
            let width = (text_width(title) + 2).clamp(12, 40);
            write!(self.zip, r#"<col min="{number}" max="{number}" width="{width}" customWidth="1"/>"#)?;
        }
        write!(self.zip, "</cols><sheetData>")?;
        let columns = (0..head.len()).map(|column| column_number_to_name(column as u16));
        self.row = Row { columns: columns.collect(), ..Row::default() };
        self.row.begin();
        for (column, title) in head.iter().enumerate() {
            let text = intern(&mut self.texts, title);
            self.row.cell(column, HEAD, "s", text);
        }
        self.row.end(&mut self.zip)
    }

    /// Writes a record into the sheet.
    pub(super) fn record(&mut self, record: &[Field<'_>]) -> io::Result<()> {
        let Self { zip, texts, row, .. } = self;
        row.begin();
        for (column, field) in record.iter().enumerate() {
            match *field {
                Field::Nothing => {}
                Field::NotApplicable => row.cell(column, PLAIN, "s", intern(texts, NOT_APPLICABLE[0])),
                Field::Id(text) | Field::Text(text) => row.cell(column, PLAIN, "s", intern(texts, text)),
                Field::Flag(flag) => row.cell(column, PLAIN, "b", u8::from(flag)),
                Field::Day(day) => match ExcelDateTime::parse_from_str(day) {
                    Ok(date) => row.cell(column, DAY, "n", date.to_excel()),
                    Err(_) => row.cell(column, PLAIN, "s", intern(texts, day)),
                },
                Field::Number(number) if is_exact(number) => {
                    let style = NUMBERS.clone().nth(number.scale() as usize).unwrap_or(PLAIN);
                    row.cell(column, style, "n", number);
                }
                Field::Number(number) => row.cell(column, PLAIN, "s", intern(texts, &number.to_string())),
            }
        }
        row.end(zip)
    }

    /// Ends the sheet.
    pub(super) fn end(&mut self) -> io::Result<()> {
        let (last, rows) = (self.row.columns.last().map_or("A", |last| last), self.row.number);
        write!(self.zip, r#"</sheetData><autoFilter ref="A1:{last}{rows}"/></worksheet>"#)
    }

    /// Writes what holds the sheets together. The last one written stands first.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let count = self.sheets.len();
        let order = || (count..=count).chain(1..count);
        self.part("xl/sharedStrings.xml")?;
        write!(self.zip, r#"<sst xmlns="{MAIN}">"#)?;
        for text in std::mem::take(&mut self.texts) {
            write!(self.zip, r#"<si><t xml:space="preserve">{}</t></si>"#, escape(&plain(&text)))?;
        }
        write!(self.zip, "</sst>")?;
        self.part("xl/styles.xml")?;
        self.zip.write_all(STYLES.as_bytes())?;
        self.part("xl/workbook.xml")?;
        let sheets: String = order().map(|number| sheet(number, &self.sheets[number - 1])).collect();
        write!(
            self.zip,
            r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>"#
        )?;
        let links = |links: String| {
            format!(r#"<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>"#)
        };
        let sheets: String = order()
            .map(|n| link(&format!("s{n}"), "worksheet", &format!("worksheets/sheet{n}.xml")))
            .collect();
        self.part("xl/_rels/workbook.xml.rels")?;
        let others =
            link("styles", "styles", "styles.xml") + &link("texts", "sharedStrings", "sharedStrings.xml");
        write!(self.zip, "{}", links(sheets + &others))?;
        self.part("_rels/.rels")?;
        write!(self.zip, "{}", links(link("book", "officeDocument", "xl/workbook.xml")))?;
        self.part("[Content_Types].xml")?;
        write!(self.zip, "{}", content_types(count))?;
        self.zip.finish()?;
        Ok(())
    }

    fn part(&mut self, name: &str) -> io::Result<()> {
        // No part has the time of day: the same portal is the same file.
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        // Half the time of the usual level, for a tenth more bytes.
        let options = options.compression_level(Some(3));
        self.zip.start_file(name, options)?;
        self.zip.write_all(DECLARED.as_bytes())
    }
}

impl Row {
    fn begin(&mut self) {
        self.number += 1;
        self.xml.clear();
        // Writing to a string cannot fail.
        let _ = write!(self.xml, r#"<row r="{}">"#, self.number);
    }

    fn cell(&mut self, column: usize, style: usize, kind: &str, value: impl std::fmt::Display) {
        let (name, number) = (&self.columns[column], self.number);
        let _ = write!(self.xml, r#"<c r="{name}{number}" s="{style}" t="{kind}"><v>{value}</v></c>"#);
    }

    fn end(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.xml.push_str("</row>");
        out.write_all(self.xml.as_bytes())
    }
}

/// The number of a text among all texts of the workbook.
fn intern(texts: &mut IndexSet<Box<str>, FixedState>, text: &str) -> usize {
    let text = within_limit(text);
    texts.get_index_of(text).unwrap_or_else(|| texts.insert_full(text.into()).0)
}

/// Whether a spreadsheet holds all digits of a number.
fn is_exact(number: Decimal) -> bool {
    number.mantissa().unsigned_abs() < 10_u128.pow(PRECISION as u32)
}

/// A text of which no part is taken for the code of a character, as `_x0041_` would be.
fn plain(text: &str) -> String {
    let is_code =
        |rest: &str| rest.len() > 4 && rest.as_bytes()[4] == b'_' && is_hexadecimal(&rest.as_bytes()[..4]);
    let mut parts = text.split("_x");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(if is_code(part) { "_x005F_x" } else { "_x" });
        out.push_str(part);
    }
    out
}

fn is_hexadecimal(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_hexdigit)
}

fn sheet(number: usize, name: &str) -> String {
    format!(r#"<sheet name="{}" sheetId="{number}" r:id="s{number}"/>"#, escape(name))
}

fn link(id: &str, kind: &str, to: &str) -> String {
    format!(r#"<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{to}"/>"#)
}

fn content_types(sheets: usize) -> String {
    let part = |name: &str, kind: &str| {
        format!(r#"<Override PartName="/xl/{name}.xml" ContentType="{MEDIA}.{kind}+xml"/>"#)
    };
    let sheets: String = (1..=sheets).map(|n| part(&format!("worksheets/sheet{n}"), "worksheet")).collect();
    let links = r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#;
    let others = [("workbook", "sheet.main"), ("styles", "styles"), ("sharedStrings", "sharedStrings")];
    let others: String = others.iter().map(|(name, kind)| part(name, kind)).collect();
    format!(r#"<Types xmlns="{PACKAGE}/content-types">{links}{others}{sheets}</Types>"#)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_text_is_taken_for_the_code_of_a_character() {
        assert_eq!(plain("_x0041_ and tax_x, _x00e9 _x你好吗_"), "_x005F_x0041_ and tax_x, _x00e9 _x你好吗_");
    }
}
