//! All tables of the portal as a SQLite database, typed, with keys; `figures` gives every cell
//! on a line, `figures_with_labels` says what each means. Not where it was built without the feature `sqlite`.
//!
//! What was left blank and what does not apply is NULL, so that sums and means are right; the
//! cells that do not apply are listed in `not_applicable`.

use std::io::{self, Write};

use rusqlite::types::{Null, ToSqlOutput};
use rusqlite::{Connection, OpenFlags, Result, ToSql, params_from_iter};

use super::records::{Field, records};
use crate::plan::{self, Column, DataFile, Site};

/// A database of which nothing depends on the machine, in memory and in one piece.
const SET_UP: &str = "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA journal_mode = OFF; \
    PRAGMA foreign_keys = OFF; BEGIN;";
const NOT_APPLICABLE: &str = r#"CREATE TABLE not_applicable (
    agency TEXT NOT NULL, year INTEGER NOT NULL, "table" TEXT NOT NULL, "row" TEXT NOT NULL, "column" TEXT NOT NULL,
    PRIMARY KEY (agency, year, "table", "row", "column")
) WITHOUT ROWID;"#;
const WITH_LABELS: &str = r#"CREATE VIEW figures_with_labels AS
SELECT f.agency, p.agency_name, f.year, f."table",
    f."row", r.heading AS row_heading, r.label AS row_label,
    f."column", c.heading AS column_heading, c.label AS column_label,
    f.value, coalesce(c.unit, r.unit) AS unit
FROM figures AS f JOIN reports AS p ON p.agency = f.agency AND p.year = f.year
LEFT JOIN dictionary AS r ON r.form = p.form AND r."table" = f."table" AND r.axis = 'row' AND r.line = f."row"
LEFT JOIN dictionary AS c ON c.form = p.form AND c."table" = f."table" AND c.axis = 'column' AND c.line = f."column";
CREATE INDEX reports_by_year ON reports (year);
COMMIT;"#;

/// Writes the database; gives how many records there are.
pub(super) fn write(site: &Site<'_>, out: &mut dyn Write) -> io::Result<u64> {
    let (mut database, rows) = fill(site).map_err(io::Error::other)?;
    out.write_all(&database.serialize("main").map_err(io::Error::other)?)?;
    Ok(rows)
}

fn fill(site: &Site<'_>) -> Result<(Connection, u64)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let database = Connection::open_with_flags_and_vfs("portal", flags, "memdb")?;
    database.execute_batch(SET_UP)?;
    database.execute_batch(NOT_APPLICABLE)?;
    let (mut rows, mut figures) = (0, Vec::new());
    for file in plan::data_files(site.portal()).iter().filter(|file| file.is_sheet()) {
        let table = Table::new(site, file);
        database.execute_batch(&table.create())?;
        rows += table.insert(site, &database)?;
        figures.extend(table.figures());
    }
    if figures.is_empty() {
        figures.push(r#"SELECT NULL AS agency, NULL AS year, NULL AS "table", NULL AS "row", NULL AS "column", NULL AS value WHERE 0"#.to_owned());
    }
    database.execute_batch(&format!("CREATE VIEW figures AS\n{};", figures.join("\nUNION ALL\n")))?;
    database.execute_batch(WITH_LABELS)?;
    Ok((database, rows))
}

/// A table of the database.
struct Table<'f> {
    file: &'f DataFile,
    name: String,
    /// Its columns by their place in the records. What other tables say is not said again.
    columns: Vec<(usize, Column)>,
}

impl<'f> Table<'f> {
    fn new(site: &Site<'_>, file: &'f DataFile) -> Self {
        let is_told_elsewhere = |column: &Column| {
            matches!(file, DataFile::Table { .. }) && ["agency_name", "row_label"].contains(&&*column.name)
        };
        let columns = plan::columns(site, file).into_iter().enumerate();
        let columns = columns.filter(|(_, column)| !is_told_elsewhere(column)).collect();
        Self { file, name: file.table_name().replace('-', "_"), columns }
    }

    fn create(&self) -> String {
        let kind = |column: &Column| match column.kind {
            "integer" | "year" | "boolean" => " INTEGER",
            "number" => " REAL",
            "any" => "",
            _ => " TEXT",
        };
        let column = |column: &Column| {
            let required = if column.required { " NOT NULL" } else { "" };
            format!("{}{}{required}", quoted(&column.name), kind(column))
        };
        let mut parts: Vec<String> = self.columns.iter().map(|(_, one)| column(one)).collect();
        let key = self.file.key().iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        if !key.is_empty() {
            parts.push(format!("PRIMARY KEY ({key})"));
        }
        match self.file {
            DataFile::Table { .. } => {
                parts.push("FOREIGN KEY (agency, year) REFERENCES reports (agency, year)".to_owned());
            }
            DataFile::Reports => parts.push("FOREIGN KEY (agency) REFERENCES agencies (agency)".to_owned()),
            _ => {}
        }
        format!("CREATE TABLE {} (\n    {}\n);", quoted(&self.name), parts.join(",\n    "))
    }

    fn insert(&self, site: &Site<'_>, database: &Connection) -> Result<u64> {
        let places = vec!["?"; self.columns.len()].join(", ");
        let mut insert =
            database.prepare(&format!("INSERT INTO {} VALUES ({places})", quoted(&self.name)))?;
        let mut note = database.prepare("INSERT INTO not_applicable VALUES (?, ?, ?, ?, ?)")?;
        let mut rows = 0;
        let done = records(site, self.file, &mut |record| {
            rows += 1;
            let fields = self.columns.iter().map(|(at, _)| &record[*at]);
            insert.execute(params_from_iter(fields)).map_err(io::Error::other)?;
            let DataFile::Table { table, .. } = self.file else { return Ok(()) };
            for (at, column) in &self.columns {
                if matches!(record[*at], Field::NotApplicable) {
                    let [agency, year, row] = [&record[0], &record[1], &record[2]];
                    let cell: [&dyn ToSql; 5] = [agency, year, table, row, &column.name];
                    note.execute(cell).map_err(io::Error::other)?;
                }
            }
            Ok(())
        });
        done.map(|()| rows).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }

    /// The cells of the table, one on a line.
    fn figures(&self) -> Option<String> {
        let DataFile::Table { form, table } = self.file else { return None };
        let cells = self.columns.iter().filter(|(_, column)| !column.required);
        let cells =
            cells.map(|(_, column)| format!("WHEN {} THEN t.{}", text(&column.name), quoted(&column.name)));
        Some(format!(
            "SELECT t.agency, t.year, {} AS \"table\", t.\"row\", d.line AS \"column\", CASE d.line {} END AS value \
             FROM {} AS t JOIN dictionary AS d ON d.form = {} AND d.\"table\" = {} AND d.axis = 'column'",
            text(table),
            cells.collect::<Vec<_>>().join(" "),
            quoted(&self.name),
            text(form),
            text(table),
        ))
    }
}

/// A name in SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text in SQL.
fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl ToSql for Field<'_> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(match *self {
            Self::Nothing | Self::NotApplicable => Null.into(),
            Self::Id(text) | Self::Text(text) | Self::Day(text) => ToSqlOutput::Borrowed(text.into()),
            Self::Flag(flag) => flag.into(),
            Self::Number(number) => match i64::try_from(number.mantissa()) {
                Ok(whole) if number.scale() == 0 => whole.into(),
                // Every decimal is a number for Rust as well; a spare one stays a text.
                _ => number.to_string().parse().map_or(Null.into(), |number: f64| number.into()),
            },
        })
    }
}
