//! How the cases of a year fell into parts, agency by agency: a table tinted as a map.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::Subject;
use super::frame::Site;
use super::report::cell_of;
use super::year::{FEW, by_scope, forms_of};
use crate::form::{Breakdown, Form, Highlight};

/// How the cases of a year fell into parts, agency by agency.
#[derive(Serialize)]
pub(super) struct BreakdownView {
    /// What it shows.
    pub title: String,
    whole: String,
    parts: Vec<String>,
    /// How many agencies there are.
    agencies: usize,
    /// The page of its own, where its rows are; empty where they are here.
    href: String,
    rows: Vec<BreakdownRow>,
    /// The row of all agencies.
    total: BreakdownRow,
}

#[derive(Serialize)]
struct BreakdownRow {
    agency: String,
    href: String,
    whole: String,
    cells: Vec<BreakdownCell>,
}

#[derive(Serialize)]
struct BreakdownCell {
    value: String,
    /// The id of the cell on the report's page; empty for a sum of cells.
    cell: String,
    /// How deep it is tinted, 0 to 6: by its share of the whole.
    tint: u8,
}

/// The breakdowns that the forms of a year ask for.
pub(super) fn breakdowns(site: &Site<'_>, year: u16) -> Vec<BreakdownView> {
    let forms = forms_of(site.portal(), year);
    let view = |form: &Arc<Form>| Some(breakdown(site, year, form, form.breakdown.as_ref()?));
    forms.iter().filter_map(view).collect()
}

fn breakdown(site: &Site<'_>, year: u16, form: &Form, breakdown: &Breakdown) -> BreakdownView {
    let label = |highlight: &Highlight| highlight.label.get(site.language).to_owned();
    let (_, single) = by_scope(site.portal(), year, form);
    let mut sums = vec![Decimal::ZERO; breakdown.parts.len()];
    let mut sum = Decimal::ZERO;
    let mut rows = Vec::new();
    for report in single {
        let Some(agency) = site.portal().agency(&report.agency) else { continue };
        let Some(whole) = report.highlight(&breakdown.whole) else { continue };
        let parts: Vec<_> =
            breakdown.parts.iter().map(|part| report.highlight(part).unwrap_or_default()).collect();
        sum += whole;
        sums.iter_mut().zip(&parts).for_each(|(sum, part)| *sum += part);
        let mut row = BreakdownRow::new(whole, &parts);
        row.agency = agency.short(site.language).to_owned();
        row.href = Subject::Report(agency.id.clone(), year).route().to_string();
        for (cell, part) in row.cells.iter_mut().zip(&breakdown.parts) {
            cell.cell = cell_of(form, part.table, &part.cells);
        }
        rows.push(row);
    }
    BreakdownView {
        title: breakdown.title.get(site.language).to_owned(),
        whole: label(&breakdown.whole),
        parts: breakdown.parts.iter().map(label).collect(),
        agencies: rows.len(),
        href: String::new(),
        rows,
        total: BreakdownRow::new(sum, &sums),
    }
}

impl BreakdownView {
    /// All agencies in one row; each is on a page of its own.
    pub(super) fn folded(self, href: String) -> Self {
        Self { href, rows: Vec::new(), ..self }
    }
}

impl BreakdownRow {
    fn new(whole: Decimal, parts: &[Decimal]) -> Self {
        let cell = |part: &Decimal| BreakdownCell {
            value: part.to_string(),
            cell: String::new(),
            tint: tint(*part, whole),
        };
        Self {
            agency: String::new(),
            href: String::new(),
            whole: whole.to_string(),
            cells: parts.iter().map(cell).collect(),
        }
    }
}

/// The tint of a part of a whole: none for nothing, nor where the whole is small.
fn tint(part: Decimal, whole: Decimal) -> u8 {
    if part <= Decimal::ZERO || whole < Decimal::from(FEW) {
        return 0;
    }
    let sixths = (part * Decimal::from(6)).checked_div(whole).unwrap_or_default();
    sixths.ceil().to_u8().unwrap_or(6).clamp(1, 6)
}

#[cfg(test)]
mod tests {
    #[test]
    fn tints_follow_the_share() {
        let tint = |part: i64, whole: i64| super::tint(part.into(), whole.into());
        assert_eq!([tint(0, 12), tint(1, 12), tint(2, 12), tint(3, 12), tint(12, 12)], [0, 1, 1, 2, 6]);
        assert_eq!([tint(4, 4), tint(5, 5)], [0, 6]);
    }
}
