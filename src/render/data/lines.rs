//! Every report as JSON, one per line (JSON Lines).

use std::io::{self, BufWriter, Write};

use serde::{Serialize, Serializer};

use crate::model::{AgencyReports, Report, Sheet};
use crate::plan::{Site, cell_value};

/// A report on its line.
#[derive(Serialize)]
struct Line<'r> {
    agency: &'r str,
    name: &'r str,
    year: u16,
    form: Option<&'r str>,
    title: String,
    published: Option<&'r str>,
    tables: Tables<'r>,
}

/// The tables by id, their rows by id, the values by column.
struct Tables<'r>(&'r Report);
struct Rows<'r>(&'r Sheet);
struct Cells<'r>(&'r Sheet, usize);

impl Serialize for Tables<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.sheets().iter().map(|sheet| (&*sheet.table.id, Rows(sheet))))
    }
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = &self.0.table.rows;
        let row = |row: usize| (&*rows.leaf(row).id, Cells(self.0, row));
        serializer.collect_map((0..rows.leaves.len()).map(row))
    }
}

impl Serialize for Cells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let table = &self.0.table;
        let cell =
            |column: usize| (&*table.columns.leaf(column).id, cell_value(self.0, table.cell(self.1, column)));
        serializer.collect_map((0..table.columns.leaves.len()).map(cell))
    }
}

/// Writes all reports; gives how many there are.
pub(super) fn write(site: &Site<'_>, out: &mut dyn Write) -> io::Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    for AgencyReports { agency, reports } in site.portal().by_agency() {
        for report in reports {
            let line = Line {
                agency: &report.agency,
                name: agency.name_in(report.year, site.language),
                year: report.year,
                form: report.form.as_ref().map(|form| &*form.id),
                title: report.title(agency, site.language),
                published: report.head.published.as_deref(),
                tables: Tables(report),
            };
            serde_json::to_writer(&mut out, &line)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()?;
    Ok(site.portal().reports.len() as u64)
}
