//! The lists of the API: where everything is, the agencies, the reports of a year.

use std::sync::Arc;

use serde_json::{Value, json};

use super::ApiFile;
use crate::document::Format;
use crate::model::{Agency, AgencyReports, Report};
use crate::plan::report::open_findings;
use crate::plan::{DataFile, Site, Subject};

const DESCRIPTION: &str = include_str!("openapi.json");

pub(super) fn index(site: &Site<'_>) -> Value {
    let portal = site.portal();
    let settings = &portal.settings;
    let url = |file: ApiFile| site.url(&Subject::Api(file));
    let year = |year: u16| json!({ "year": year, "url": url(ApiFile::Year(year)) });
    let form = |form: &&Arc<crate::form::Form>| {
        let (id, title) = (form.id.to_string(), form.title.get(site.language));
        let authority = form.authority.get(site.language);
        json!({ "form": id, "title": title, "authority": authority, "url": url(ApiFile::Form(id.clone())) })
    };
    json!({
        "title": settings.title.get(site.language),
        "description": settings.description.get(site.language),
        "language": site.language,
        "url": settings.base_url,
        "counts": { "agencies": portal.agencies.len(), "reports": portal.reports.len() },
        "openapi": url(ApiFile::Description),
        "agencies": url(ApiFile::Agencies),
        "years": portal.years().map(year).collect::<Vec<_>>(),
        "forms": crate::plan::data::forms(portal).iter().map(form).collect::<Vec<_>>(),
        "data": site.drawn.wants(&Subject::Data).then(|| site.url(&Subject::DataFile(DataFile::Package))),
    })
}

/// The description of the API, with the portal's name and address in it.
pub(super) fn description(site: &Site<'_>) -> Option<Value> {
    let settings = &site.portal().settings;
    let mut description: Value = serde_json::from_str(DESCRIPTION).ok()?;
    description["info"]["title"] = settings.title.get(site.language).into();
    description["servers"] = json!([{ "url": settings.base_url }]);
    Some(description)
}

pub(super) fn agencies(site: &Site<'_>) -> Value {
    let all = site.portal().by_agency();
    let all = all.map(|AgencyReports { agency: one, reports }| {
        let mut value = agency(site, one, reports);
        value["url"] = site.url(&Subject::Api(ApiFile::Agency(one.id.to_string()))).into();
        value
    });
    json!({ "agencies": all.collect::<Vec<_>>() })
}

/// An agency in a list.
pub(super) fn agency(site: &Site<'_>, agency: &Agency, reports: &[Arc<Report>]) -> Value {
    let text =
        |text: &Option<crate::language::Localised>| text.as_ref().map(|t| t.get(site.language).to_owned());
    json!({
        "agency": agency.id,
        "name": agency.name(site.language),
        "short": text(&agency.file.short),
        "kind": agency.file.kind,
        "region": text(&agency.file.region),
        "parent": agency.file.parent,
        "years": reports.iter().map(|report| report.year).collect::<Vec<_>>(),
    })
}

pub(super) fn year(site: &Site<'_>, year: u16) -> Value {
    let portal = site.portal();
    let reports = portal.reports_in(year).filter_map(|r| Some(report(site, portal.agency(&r.agency)?, r)));
    let missing = portal.agencies.iter().filter(|agency| portal.is_missing(agency, year)).map(|agency| {
        json!({ "agency": agency.id, "name": agency.name(site.language), "due": portal.due(agency, year) })
    });
    json!({
        "year": year,
        "url": site.url(&Subject::Year(year)),
        "reports": reports.collect::<Vec<_>>(),
        "missing": missing.collect::<Vec<_>>(),
    })
}

/// A report in a list.
pub(super) fn report(site: &Site<'_>, agency: &Agency, report: &Report) -> Value {
    let (id, year) = (&agency.id, report.year);
    let highlights = crate::plan::report::highlights(site, report).into_iter();
    let data = Subject::ReportFile(id.clone(), year, Format::Json);
    let offered = site.portal().settings.downloads.contains(&Format::Json);
    json!({
        "agency": &**id,
        "name": agency.name_in(year, site.language),
        "year": year,
        "form": report.form.as_ref().map(|form| form.id.to_string()),
        "title": report.title(agency, site.language),
        "published": report.head.published,
        "due": site.portal().due(agency, year),
        "late": site.portal().is_late(agency, report),
        "findings": open_findings(site, report),
        "highlights": highlights.map(|one| (one.id, Value::from(one.value))).collect::<serde_json::Map<_, _>>(),
        "url": site.url(&Subject::Report(id.clone(), year)),
        "data": (offered && site.drawn.wants(&data)).then(|| site.url(&data)),
    })
}
