//! The tables of the whole portal as CSV, as spreadsheets want it: a byte order mark, CRLF,
//! no formulas (RFC 4180).

use std::io::{self, Write};

use super::records::{Field, records};
use crate::form::NOT_APPLICABLE;
use crate::plan::{self, DataFile, Site};
use crate::render::csv::{MARK, harmless};

/// Writes a file; gives how many records there are.
pub(super) fn write(site: &Site<'_>, file: &DataFile, out: &mut dyn Write) -> io::Result<u64> {
    out.write_all(MARK)?;
    let mut builder = csv::WriterBuilder::new();
    let mut writer = builder.terminator(csv::Terminator::CRLF).buffer_capacity(1 << 16).from_writer(out);
    writer.write_record(plan::columns(site, file).iter().map(|column| column.name.as_str()))?;
    let (mut rows, mut digits) = (0, Vec::new());
    records(site, file, &mut |record| {
        for field in record {
            match field {
                Field::Nothing => writer.write_field("")?,
                Field::NotApplicable => writer.write_field(NOT_APPLICABLE[0])?,
                Field::Id(text) | Field::Day(text) => writer.write_field(text)?,
                Field::Text(text) => writer.write_field(&*harmless(text))?,
                Field::Flag(flag) => writer.write_field(if *flag { "true" } else { "false" })?,
                Field::Number(number) => {
                    digits.clear();
                    match i64::try_from(number.mantissa()) {
                        Ok(whole) if number.scale() == 0 => write!(digits, "{whole}")?,
                        _ => write!(digits, "{number}")?,
                    }
                    writer.write_field(&digits)?;
                }
            }
        }
        rows += 1;
        Ok(writer.write_record(None::<&[u8]>)?)
    })?;
    writer.flush()?;
    Ok(rows)
}
