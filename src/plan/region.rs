//! The reports of a year by region.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::agency::text;
use super::frame::Site;
use super::year::{expected, forms_of};

/// The regions of a year, with the figures that stand for the reports added up.
#[derive(Serialize)]
pub(super) struct RegionsView {
    /// What the figures are called.
    labels: Vec<String>,
    rows: Vec<RegionRow>,
}

#[derive(Serialize)]
struct RegionRow {
    /// Its name; empty for agencies that name none.
    region: String,
    expected: usize,
    published: usize,
    on_time: usize,
    /// The sums, in the order of the labels.
    sums: Vec<String>,
}

/// The regions of a year; `None` where all agencies are of one. Agencies that report for
/// their whole area count, and their figures do not: they hold those of others already.
pub(super) fn regions(site: &Site<'_>, year: u16) -> Option<RegionsView> {
    let portal = site.portal();
    let form = forms_of(site.portal(), year).into_iter().next();
    let highlights = form.as_ref().map_or(&[][..], |form| &form.highlights);
    let blank = || (0, 0, 0, vec![Decimal::ZERO; highlights.len()]);
    let mut regions: BTreeMap<String, _> = BTreeMap::new();
    for agency in expected(site, year) {
        let region = regions.entry(text(site, agency.file.region.as_ref())).or_insert_with(blank);
        region.0 += 1;
        let Some(report) = portal.report(&agency.id, year) else { continue };
        region.1 += 1;
        region.2 += usize::from(!portal.is_late(agency, report));
        let same_form = report.form.as_ref().zip(form.as_ref()).is_some_and(|(own, form)| own.id == form.id);
        if same_form && !agency.file.area {
            for (sum, highlight) in region.3.iter_mut().zip(highlights) {
                *sum += report.highlight(highlight).unwrap_or_default();
            }
        }
    }
    if regions.len() < 2 {
        return None;
    }
    let row = |(region, (expected, published, on_time, sums)): (String, (_, _, _, Vec<Decimal>))| RegionRow {
        region,
        expected,
        published,
        on_time,
        sums: sums.iter().map(ToString::to_string).collect(),
    };
    Some(RegionsView {
        labels: highlights.iter().map(|highlight| highlight.label.get(site.language).to_owned()).collect(),
        rows: regions.into_iter().map(row).collect(),
    })
}
