//! The files of the whole portal, written piece by piece: nothing of them is held whole.

mod csv;
mod lines;
mod measure;
#[cfg(feature = "parquet")]
mod parquet;
mod records;
mod spreadsheet;
#[cfg(feature = "sqlite")]
mod sqlite;
mod workbook;

pub(super) use measure::Measured;

use std::io::{self, Write};

use crate::plan::{self, DataFile, Facts, Site};

/// Writes a file; gives how many records there are. `facts` are those of another file.
pub(super) fn pour(
    site: &Site<'_>,
    file: &DataFile,
    facts: &dyn Fn(&DataFile) -> Facts,
    out: &mut dyn Write,
) -> io::Result<u64> {
    match file {
        DataFile::Workbook => workbook::write(site, out),
        #[cfg(feature = "sqlite")]
        DataFile::Database => sqlite::write(site, out),
        #[cfg(feature = "parquet")]
        DataFile::Parquet(year) => parquet::write(site, *year, out),
        DataFile::Lines => lines::write(site, out),
        DataFile::Package => json(&plan::package(site, facts), out),
        DataFile::Catalogue => json(&plan::catalogue(site, facts), out),
        DataFile::Checksums => checksums(site, facts, out),
        _ => csv::write(site, file, out),
    }
}

fn json(value: &serde_json::Value, out: &mut dyn Write) -> io::Result<u64> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")?;
    Ok(1)
}

/// The checksums as `sha256sum --check` reads them.
fn checksums(site: &Site<'_>, facts: &dyn Fn(&DataFile) -> Facts, out: &mut dyn Write) -> io::Result<u64> {
    let files = plan::data_files(site.portal());
    for file in &files {
        writeln!(out, "{}  {}", facts(file).sha256, file.path())?;
    }
    Ok(files.len() as u64)
}
