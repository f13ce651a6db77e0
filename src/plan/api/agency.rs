//! An agency in the API: what it is, its reports, and each of its cells over the years.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::list;
use crate::form::{Form, Origin};
use crate::model::Report;
use crate::plan::cell_value;
use crate::plan::{Site, Subject};

pub(super) fn agency(site: &Site<'_>, id: &str) -> Option<Value> {
    let agency = site.portal().agency(id)?;
    let reports = site.portal().reports_of(id);
    let language = site.language;
    let file = &agency.file;
    let former = file.former.iter().map(|f| json!({ "name": f.name.get(language), "until": f.until }));
    let mut value = list::agency(site, agency, reports);
    value["since"] = json!(file.since);
    value["until"] = json!(file.until);
    value["successor"] = json!(file.successor);
    value["former"] = former.collect();
    value["url"] = site.url(&Subject::Agency(id.into())).into();
    value["reports"] = reports.iter().map(|report| list::report(site, agency, report)).collect();
    value["series"] = series(site, reports);
    Some(value)
}

/// For each form the agency has used, its cells over all years of that form and of those
/// before it, as far as they are continued.
fn series(site: &Site<'_>, reports: &[Arc<Report>]) -> Value {
    let mut forms: Vec<&Arc<Form>> = reports.iter().filter_map(|report| report.form.as_ref()).collect();
    forms.sort_by_key(|form| (form.from, &form.id));
    forms.dedup_by_key(|form| &form.id);
    forms.iter().map(|form| series_of(site, form, reports)).collect()
}

fn series_of(site: &Site<'_>, form: &Form, reports: &[Arc<Report>]) -> Value {
    let lineage = |report: &Arc<Report>| {
        let older = report.form.as_deref().filter(|own| own.from <= form.from)?;
        Some((Arc::clone(report), site.portal().forms.lineage(form, older)?))
    };
    let known: Vec<_> = reports.iter().filter_map(lineage).collect();
    let mut cells = Map::new();
    for (number, table) in form.tables.iter().enumerate() {
        // Of an open table, the cells over all components: those of components are in the reports.
        for cell in 0..table.size() {
            let figure = |(report, lineage): &(Arc<Report>, &Arc<crate::form::Lineage>)| {
                lineage.origin(number, cell).map_or(Value::Null, |origin| figure(report, origin))
            };
            cells.insert(table.address(cell), known.iter().map(figure).collect());
        }
    }
    let years: Vec<u16> = known.iter().map(|(report, _)| report.year).collect();
    json!({ "form": form.id, "years": years, "cells": cells })
}

/// What a report says at an origin: the value of its cell, or the sum of its cells.
fn figure(report: &Report, origin: &Origin) -> Value {
    let place = |cell: &usize| {
        let blank = &report.form.as_ref()?.tables[origin.table];
        let sheet = report.sheet(origin.table)?;
        let (row, column) = blank.crossing(*cell);
        let row = match blank.open {
            None => row,
            Some(_) => sheet.table.rows.leaf_number(&blank.rows.leaf(row).id)?,
        };
        Some((sheet, sheet.table.cell(row, column)))
    };
    if let [cell] = &origin.cells[..] {
        return place(cell).map_or(Value::Null, |(sheet, cell)| cell_value(sheet, cell));
    }
    let values = origin.cells.iter().filter_map(|cell| place(cell).and_then(|(s, c)| s.cells()[c].value()));
    let sum = values.fold(None, |sum: Option<Decimal>, value| Some(sum.unwrap_or_default() + value));
    sum.map_or(Value::Null, number)
}

/// A number as the downloads give it: whole numbers as such, decimals as texts.
fn number(number: Decimal) -> Value {
    match i64::try_from(number) {
        Ok(whole) if number.scale() == 0 => whole.into(),
        _ => number.to_string().into(),
    }
}
