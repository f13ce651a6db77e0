//! The records of the tables of the whole portal, said once for every format that holds them.

use std::io;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::language::Localised;
use crate::model::{Agency, AgencyReports, Report, Sheet, State};
use crate::plan::{self, DataFile, Site, Subject};

/// What stands in a field.
#[derive(Clone, Copy)]
pub(super) enum Field<'f> {
    /// Nothing is written.
    Nothing,
    /// It does not apply.
    NotApplicable,
    /// A name for programs: an id, an address.
    Id(&'f str),
    /// Words of a person, whatever they begin with.
    Text(&'f str),
    /// A day, as in `2023-01-31`.
    Day(&'f str),
    /// A number with its decimals.
    Number(Decimal),
    /// Whether it is so.
    Flag(bool),
}

impl<'f> Field<'f> {
    fn id(id: Option<&'f str>) -> Self {
        id.filter(|id| !id.is_empty()).map_or(Self::Nothing, Self::Id)
    }

    fn words(words: &'f str) -> Self {
        if words.is_empty() { Self::Nothing } else { Self::Text(words) }
    }

    fn day(day: Option<&'f str>) -> Self {
        day.map_or(Self::Nothing, Self::Day)
    }

    fn number(number: impl Into<Decimal>) -> Self {
        Self::Number(number.into())
    }

    fn text(text: Option<&'f Localised>, language: &str) -> Self {
        text.map_or(Self::Nothing, |text| Self::words(text.get(language)))
    }

    fn cell(sheet: &'f Sheet, cell: usize) -> Self {
        let cell = &sheet.cells()[cell];
        match cell.state {
            State::Blank | State::Unread => Self::Nothing,
            State::NotApplicable => Self::NotApplicable,
            State::Text => Self::Text(sheet.text(cell).unwrap_or_default()),
            State::Number | State::Derived => cell.value().map_or(Self::Nothing, Self::Number),
        }
    }
}

/// Whoever takes records, one after the other.
pub(super) type Take<'t> = dyn FnMut(&[Field<'_>]) -> io::Result<()> + 't;

/// Gives all records of a file, in the order of its columns.
pub(super) fn records(site: &Site<'_>, file: &DataFile, take: &mut Take<'_>) -> io::Result<()> {
    match file {
        DataFile::Figures => site.portal().reports.iter().try_for_each(|report| figures(report, take)),
        DataFile::Table { form, table } => of_table(site, form, table, take),
        DataFile::Reports => reports(site, take),
        DataFile::Agencies => agencies(site, take),
        DataFile::Dictionary => dictionary(site, take),
        DataFile::Concordance => concordance(site, take),
        _ => Ok(()),
    }
}

/// The cells of a report, one per record.
pub(super) fn figures(report: &Report, take: &mut Take<'_>) -> io::Result<()> {
    let (agency, year) = (Field::Id(&report.agency), Field::number(report.year));
    for sheet in report.sheets() {
        let table = &sheet.table;
        for cell in 0..table.size() {
            let (row, column) = table.crossing(cell);
            let (row, column) = (&*table.rows.leaf(row).id, &*table.columns.leaf(column).id);
            let at = [Field::Id(&table.id), Field::Id(row), Field::Id(column)];
            take(&[agency, year, at[0], at[1], at[2], Field::cell(sheet, cell)])?;
        }
    }
    Ok(())
}

fn of_table(site: &Site<'_>, form: &str, table: &str, take: &mut Take<'_>) -> io::Result<()> {
    each_report(site, |agency, report| {
        let own = report.form.as_ref().filter(|own| *own.id == *form);
        let Some(sheet) = own.and_then(|own| report.sheet(own.table_number(table)?)) else { return Ok(()) };
        let name = agency.name_in(report.year, site.language);
        for row in 0..sheet.table.rows.leaves.len() {
            let line = sheet.table.rows.leaf(row);
            let label = line.label.get(site.language);
            let head = [Field::Id(&report.agency), Field::number(report.year), Field::Id(&line.id)];
            let cells = (0..sheet.table.columns.leaves.len())
                .map(|column| Field::cell(sheet, sheet.table.cell(row, column)));
            let about = head.into_iter().chain([Field::Text(name), Field::Text(label)]);
            take(&about.chain(cells).collect::<Vec<_>>())?;
        }
        Ok(())
    })
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

fn reports(site: &Site<'_>, take: &mut Take<'_>) -> io::Result<()> {
    each_report(site, |agency, report| {
        let facts = plan::report_facts(site, agency, report);
        let url = site.url(&Subject::Report(report.agency.clone(), report.year));
        take(&[
            Field::Id(&report.agency),
            Field::number(report.year),
            Field::Text(agency.name_in(report.year, site.language)),
            Field::id(report.form.as_ref().map(|form| &*form.id)),
            Field::Text(&facts.title),
            Field::day(report.head.published.as_deref()),
            Field::day(facts.due.as_deref()),
            Field::Flag(facts.late),
            Field::number(facts.findings),
            Field::Id(&url),
        ])
    })
}

fn agencies(site: &Site<'_>, take: &mut Take<'_>) -> io::Result<()> {
    let year = |year: Option<u16>| year.map_or(Field::Nothing, Field::number);
    for agency in &site.portal().agencies {
        let file = &agency.file;
        take(&[
            Field::Id(&agency.id),
            Field::Text(agency.name(site.language)),
            Field::text(file.short.as_ref(), site.language),
            Field::id(file.kind.as_deref()),
            Field::text(file.region.as_ref(), site.language),
            Field::id(file.parent.as_deref()),
            year(file.since),
            year(file.until),
            Field::id(file.successor.as_deref()),
            Field::Id(&site.url(&Subject::Agency(agency.id.clone()))),
        ])?;
    }
    Ok(())
}

fn dictionary(site: &Site<'_>, take: &mut Take<'_>) -> io::Result<()> {
    for entry in plan::dictionary(site) {
        let [form, table, axis, line] = [&*entry.form, &entry.table, entry.axis, &entry.line].map(Field::Id);
        let [label, heading] = [&*entry.label, &entry.heading].map(Field::words);
        let (unit, hint) = (Field::words(&entry.unit), Field::words(&entry.hint));
        take(&[
            form,
            table,
            axis,
            line,
            label,
            heading,
            Field::Id(entry.kind),
            unit,
            Field::id(Some(&entry.sum)),
            hint,
        ])?;
    }
    Ok(())
}

fn concordance(site: &Site<'_>, take: &mut Take<'_>) -> io::Result<()> {
    for bond in plan::concordance(site) {
        let [table, row, column] = match &bond.here {
            Some(here) => [&*here.table, &here.row, &here.column].map(Field::Id),
            None => [Field::Nothing; 3],
        };
        let there = bond.there.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ");
        let [form, older, relation] = [&*bond.form, &bond.older, bond.relation.word()].map(Field::Id);
        take(&[form, table, row, column, older, relation, Field::id(Some(&there))])?;
    }
    Ok(())
}
