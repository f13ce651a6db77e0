//! The tables of the whole portal as CSV, as spreadsheets want it: a byte order mark, CRLF,
//! no formulas (RFC 4180).

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use crate::language::Localised;
use crate::model::{Agency, AgencyReports, Report, Sheet, State};
use crate::plan::{self, DataFile, Site, Subject};
use crate::render::csv::{MARK, harmless};

type Writer<'w> = csv::Writer<&'w mut dyn Write>;

/// Writes a file; gives how many records there are.
pub(super) fn write(site: &Site<'_>, file: &DataFile, out: &mut dyn Write) -> io::Result<u64> {
    out.write_all(MARK)?;
    let mut builder = csv::WriterBuilder::new();
    let mut writer = builder.terminator(csv::Terminator::CRLF).buffer_capacity(1 << 16).from_writer(out);
    writer.write_record(plan::columns(site, file).iter().map(|column| column.name.as_str()))?;
    let rows = match file {
        DataFile::Figures => figures(site, &mut writer),
        DataFile::Table { form, table } => of_table(site, form, table, &mut writer),
        DataFile::Reports => reports(site, &mut writer),
        DataFile::Agencies => agencies(site, &mut writer),
        DataFile::Dictionary => dictionary(site, &mut writer),
        DataFile::Concordance => concordance(site, &mut writer),
        _ => Ok(0),
    }?;
    writer.flush()?;
    Ok(rows)
}

/// What a cell holds, as the CSV of its report gives it.
fn value<'s>(sheet: &'s Sheet, cell: usize) -> Cow<'s, str> {
    let cell = &sheet.cells()[cell];
    match cell.state {
        State::Blank => Cow::Borrowed(""),
        State::NotApplicable => Cow::Borrowed("/"),
        State::Text => harmless(sheet.text(cell).unwrap_or_default()),
        State::Number | State::Derived => Cow::Owned(cell.written().unwrap_or_default()),
    }
}

fn figures(site: &Site<'_>, writer: &mut Writer<'_>) -> io::Result<u64> {
    let mut rows = 0;
    for report in &site.portal().reports {
        let year = report.year.to_string();
        for sheet in &report.sheets {
            let table = &sheet.table;
            for cell in 0..table.size() {
                let (row, column) = table.crossing(cell);
                let (row, column) = (&*table.rows.leaf(row).id, &*table.columns.leaf(column).id);
                let value = value(sheet, cell);
                writer.write_record([&*report.agency, &year, &table.id, row, column, &value])?;
            }
            rows += table.size() as u64;
        }
    }
    Ok(rows)
}

fn of_table(site: &Site<'_>, form: &str, table: &str, writer: &mut Writer<'_>) -> io::Result<u64> {
    let mut rows = 0;
    each_report(site, |agency, report| {
        let own = report.form.as_ref().filter(|own| *own.id == *form);
        let Some(sheet) = own.and_then(|own| report.sheet(own.table_number(table)?)) else { return Ok(()) };
        let name = harmless(agency.name_in(report.year, site.language));
        for row in 0..sheet.table.rows.leaves.len() {
            let line = sheet.table.rows.leaf(row);
            for field in [&*report.agency, &report.year.to_string(), &line.id, &name] {
                writer.write_field(field)?;
            }
            writer.write_field(&*harmless(line.label.get(site.language)))?;
            for column in 0..sheet.table.columns.leaves.len() {
                writer.write_field(&*value(sheet, sheet.table.cell(row, column)))?;
            }
            writer.write_record(None::<&[u8]>)?;
            rows += 1;
        }
        Ok(())
    })?;
    Ok(rows)
}

/// Calls `take` for every report with its agency.
fn each_report(
    site: &Site<'_>,
    mut take: impl FnMut(&Agency, &Arc<Report>) -> io::Result<()>,
) -> io::Result<()> {
    for AgencyReports { agency, reports } in site.portal().by_agency() {
        for report in reports {
            take(agency, report)?;
        }
    }
    Ok(())
}

fn reports(site: &Site<'_>, writer: &mut Writer<'_>) -> io::Result<u64> {
    each_report(site, |agency, report| {
        let facts = plan::report_facts(site, agency, report);
        let id = &*report.agency;
        let year = report.year.to_string();
        let form = report.form.as_ref().map_or("", |form| &*form.id);
        let published = report.head.published.as_deref().unwrap_or_default();
        let due = facts.due.unwrap_or_default();
        let findings = facts.findings.to_string();
        let url = site.url(&Subject::Report(id.to_owned(), report.year));
        let (name, title) = (harmless(agency.name_in(report.year, site.language)), harmless(&facts.title));
        let late = if facts.late { "true" } else { "false" };
        writer.write_record([id, &year, &name, form, &title, published, &due, late, &findings, &url])?;
        Ok(())
    })?;
    Ok(site.portal().reports.len() as u64)
}

fn agencies(site: &Site<'_>, writer: &mut Writer<'_>) -> io::Result<u64> {
    let number = |year: Option<u16>| year.map(|year| year.to_string()).unwrap_or_default();
    for agency in &site.portal().agencies {
        let file = &agency.file;
        let text = |text: &'_ Option<Localised>| {
            harmless(text.as_ref().map_or("", |text| text.get(site.language))).into_owned()
        };
        writer.write_record([
            &*agency.id,
            &harmless(agency.name(site.language)),
            &text(&file.short),
            file.kind.as_deref().unwrap_or_default(),
            &text(&file.region),
            file.parent.as_deref().unwrap_or_default(),
            &number(file.since),
            &number(file.until),
            file.successor.as_deref().unwrap_or_default(),
            &site.url(&Subject::Agency(agency.id.to_string())),
        ])?;
    }
    Ok(site.portal().agencies.len() as u64)
}

fn dictionary(site: &Site<'_>, writer: &mut Writer<'_>) -> io::Result<u64> {
    let entries = plan::dictionary(site);
    for entry in &entries {
        writer.write_record([
            &entry.form,
            &entry.table,
            entry.axis,
            &entry.line,
            &*harmless(&entry.label),
            &harmless(&entry.heading),
            entry.kind,
            &harmless(&entry.unit),
            &entry.sum,
            &harmless(&entry.hint),
        ])?;
    }
    Ok(entries.len() as u64)
}

fn concordance(site: &Site<'_>, writer: &mut Writer<'_>) -> io::Result<u64> {
    let bonds = plan::concordance(site);
    for bond in &bonds {
        let [table, row, column] = match &bond.here {
            Some(here) => [&*here.table, &here.row, &here.column],
            None => [""; 3],
        };
        let there = bond.there.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ");
        writer.write_record([&bond.form, table, row, column, &bond.older, bond.relation.word(), &there])?;
    }
    Ok(bonds.len() as u64)
}
