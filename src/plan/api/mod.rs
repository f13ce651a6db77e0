//! The static API under `/api/`: JSON at addresses that stay, one file per agency, year and
//! form, so that their number grows with the portal and not with its figures.

mod agency;
mod form;
mod list;

use serde_json::Value;

use super::frame::Site;
use crate::model::Portal;
use crate::path::Route;

/// A file of the API.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApiFile {
    /// Where everything is.
    Index,
    /// What there is, in the words of OpenAPI.
    Description,
    /// All agencies.
    Agencies,
    /// An agency, its reports, and each of its cells over the years.
    Agency(String),
    /// A year and its reports.
    Year(u16),
    /// A form: its tables, lines and rules.
    Form(String),
}

impl ApiFile {
    /// Where it lies.
    pub fn route(&self) -> Route {
        Route::file(match self {
            Self::Index => "api/index.json".to_owned(),
            Self::Description => "api/openapi.json".to_owned(),
            Self::Agencies => "api/agencies.json".to_owned(),
            Self::Agency(id) => format!("api/agencies/{id}.json"),
            Self::Year(year) => format!("api/years/{year}.json"),
            Self::Form(id) => format!("api/forms/{id}.json"),
        })
    }

    /// The file at a path below `/api/`.
    pub(super) fn find(portal: &Portal, names: &[&str]) -> Option<Self> {
        let stem = |name: &str| name.strip_suffix(".json").map(str::to_owned);
        Some(match *names {
            ["index.json"] => Self::Index,
            ["openapi.json"] => Self::Description,
            ["agencies.json"] => Self::Agencies,
            ["agencies", name] => Self::Agency(portal.agency(&stem(name)?)?.id.to_string()),
            ["years", name] => {
                let year: u16 = stem(name)?.parse().ok()?;
                Self::Year(portal.years().find(|known| *known == year)?)
            }
            ["forms", name] => {
                let id = stem(name)?;
                let form = super::data::forms(portal).into_iter().find(|form| *form.id == *id)?;
                Self::Form(form.id.to_string())
            }
            _ => return None,
        })
    }
}

/// All files of the API.
pub(super) fn files(portal: &Portal) -> impl Iterator<Item = ApiFile> {
    let fixed = [ApiFile::Index, ApiFile::Description, ApiFile::Agencies];
    let agencies = portal.agencies.iter().map(|agency| ApiFile::Agency(agency.id.to_string()));
    let forms = super::data::forms(portal).into_iter().map(|form| ApiFile::Form(form.id.to_string()));
    fixed.into_iter().chain(agencies).chain(portal.years().map(ApiFile::Year)).chain(forms)
}

/// What a file of the API holds.
pub fn api(site: &Site<'_>, file: &ApiFile) -> Option<Value> {
    match file {
        ApiFile::Index => Some(list::index(site)),
        ApiFile::Description => list::description(site),
        ApiFile::Agencies => Some(list::agencies(site)),
        ApiFile::Agency(id) => agency::agency(site, id),
        ApiFile::Year(year) => Some(list::year(site, *year)),
        ApiFile::Form(id) => form::form(site, id),
    }
}
