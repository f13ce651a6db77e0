//! The figures of a year in columns (Parquet), for whoever outgrows one machine: DuckDB and
//! Spark read the folder `parquet/` as one table, with its years as a column. With the feature
//! `parquet` only.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::records::{Field, figures};
use crate::form::NOT_APPLICABLE;
use crate::plan::Site;

/// The year is in the path. A value is there as it was written and, where it is one, as a number.
const SCHEMA: &str = "message figures {
    required binary agency (string);
    required binary table (string);
    required binary row (string);
    required binary column (string);
    optional binary value (string);
    optional double number;
}";
/// So many rows are held at a time and lie together in the file.
const GROUP: usize = 1 << 17;

/// Writes the figures of a year; gives how many there are.
pub(super) fn write(site: &Site<'_>, year: u16, out: &mut dyn Write) -> io::Result<u64> {
    let (bytes, rows) = file(site, year).map_err(io::Error::other)?;
    out.write_all(&bytes)?;
    Ok(rows)
}

/// The file: in columns, a year of the largest portal is some megabytes.
fn file(site: &Site<'_>, year: u16) -> Result<(Vec<u8>, u64)> {
    let properties = WriterProperties::builder()
        .set_created_by(concat!("gongkai ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::SNAPPY)
        .build();
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    let (mut group, mut rows) = (Group::default(), 0);
    for report in site.portal().reports_in(year) {
        figures(report, &mut |record| {
            group.take(record);
            Ok(())
        })?;
        if group.numbers.len() >= GROUP {
            rows += group.write(&mut writer)?;
        }
    }
    rows += group.write(&mut writer)?;
    Ok((writer.into_inner()?, rows))
}

/// Rows, column by column.
#[derive(Default)]
struct Group {
    /// Agency, table, row, column.
    names: [Vec<ByteArray>; 4],
    values: Vec<Option<ByteArray>>,
    numbers: Vec<Option<f64>>,
}

impl Group {
    /// Takes a figure: agency, year, table, row, column, value.
    fn take(&mut self, record: &[Field<'_>]) {
        for (column, at) in self.names.iter_mut().zip([0, 2, 3, 4]) {
            column.push(text(record[at]).unwrap_or_default());
        }
        let value = text(record[5]);
        self.numbers.push(match record[5] {
            Field::Number(number) => number.to_string().parse().ok(),
            _ => None,
        });
        self.values.push(value);
    }

    /// Writes the rows out; gives how many there were.
    fn write(&mut self, writer: &mut SerializedFileWriter<Vec<u8>>) -> Result<u64> {
        let Self { names, values, numbers } = std::mem::take(self);
        let rows = numbers.len() as u64;
        if rows > 0 {
            let mut group = writer.next_row_group()?;
            for name in names {
                write_column::<ByteArrayType>(&mut group, &name, None)?;
            }
            write_optional::<ByteArrayType>(&mut group, values)?;
            write_optional::<DoubleType>(&mut group, numbers)?;
            group.close()?;
        }
        Ok(rows)
    }
}

/// What stands in a field, as it was written.
fn text(field: Field<'_>) -> Option<ByteArray> {
    Some(match field {
        Field::Nothing => return None,
        Field::NotApplicable => NOT_APPLICABLE[0].into(),
        Field::Id(text) | Field::Text(text) | Field::Day(text) => text.into(),
        Field::Number(number) => number.to_string().into_bytes().into(),
        Field::Flag(flag) => flag.to_string().into_bytes().into(),
    })
}

type Rows<'w> = SerializedRowGroupWriter<'w, Vec<u8>>;

/// Writes a column in which some rows may have nothing.
fn write_optional<T: DataType>(group: &mut Rows<'_>, values: Vec<Option<T::T>>) -> Result<()> {
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    write_column::<T>(group, &values.into_iter().flatten().collect::<Vec<_>>(), Some(&levels))
}

fn write_column<T: DataType>(group: &mut Rows<'_>, values: &[T::T], levels: Option<&[i16]>) -> Result<()> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(values, levels, None)?;
        column.close()?;
    }
    Ok(())
}
