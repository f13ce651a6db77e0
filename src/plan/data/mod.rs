//! The portal as data: which files lie under `/data/`, their columns, and the views of those
//! that tell of the others.

mod catalogue;
mod columns;
mod concordance;
mod dictionary;
mod offer;
mod package;
mod page;

pub use catalogue::catalogue;
pub use columns::{Column, columns};
pub use concordance::concordance;
use concordance::{Bond, Relation};
use dictionary::Entry as DictionaryEntry;
pub use dictionary::dictionary;
use offer::{fits_spreadsheet, offers};
pub use package::package;
pub(super) use page::insert;
pub use page::{Card, cards};

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::frame::Site;
use crate::diagnostic::Catalogue;
use crate::document::DataFormat;
use crate::form::Form;
use crate::model::Portal;
use crate::path::Route;

/// A file of the whole portal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataFile {
    /// Every cell of every report, one per line.
    Figures,
    /// One table of one form, a line for every row of every report.
    Table {
        /// The form, by id.
        form: String,
        /// The table, by id.
        table: String,
    },
    /// All tables as a database.
    Database,
    /// The figures of a year, in columns.
    Parquet(u16),
    /// The reports.
    Reports,
    /// The agencies.
    Agencies,
    /// What each line of each table means.
    Dictionary,
    /// How the cells of an edition continue those of the one before.
    Concordance,
    /// Every report as JSON, one per line.
    Lines,
    /// All tables in one workbook, a sheet for each.
    Workbook,
    /// What there is, as a Data Package.
    Package,
    /// What there is, as a catalogue in the words of DCAT.
    Catalogue,
    /// The checksums of all files.
    Checksums,
}

/// What is known of a file once it is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// How many records it holds.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

impl DataFile {
    /// Where it lies.
    pub fn route(&self) -> Route {
        Route::file(format!("data/{}", self.path()))
    }

    /// The file at a route.
    pub(super) fn find(portal: &Portal, route: &str) -> Option<Self> {
        all_files(portal).into_iter().find(|file| file.route().as_str() == route)
    }

    /// Its path below `/data/`.
    pub fn path(&self) -> String {
        match self {
            Self::Figures => "figures.csv".to_owned(),
            Self::Table { form, table } => format!("tables/{form}/{table}.csv"),
            Self::Reports => "reports.csv".to_owned(),
            Self::Agencies => "agencies.csv".to_owned(),
            Self::Dictionary => "dictionary.csv".to_owned(),
            Self::Concordance => "concordance.csv".to_owned(),
            Self::Lines => "reports.jsonl".to_owned(),
            Self::Workbook => "portal.xlsx".to_owned(),
            Self::Database => "portal.sqlite".to_owned(),
            Self::Parquet(year) => format!("parquet/year={year}/figures.parquet"),
            Self::Package => "datapackage.json".to_owned(),
            Self::Catalogue => "catalog.jsonld".to_owned(),
            Self::Checksums => "SHA256SUMS".to_owned(),
        }
    }

    /// A name by which others refer to it, unique in the portal.
    pub fn name(&self) -> String {
        match self {
            Self::Table { form, table } => format!("{form}-{}", table.replace('_', "-")),
            Self::Parquet(year) => format!("figures-{year}-parquet"),
            other => other.path().replace('.', "-"),
        }
    }

    /// The name of its table among those of the portal.
    pub fn table_name(&self) -> String {
        match self {
            Self::Table { .. } => self.name(),
            other => other.path().split('.').next().unwrap_or_default().to_owned(),
        }
    }

    /// Whether it is a table whose rows a spreadsheet holds: all but the long one.
    pub fn is_sheet(&self) -> bool {
        matches!(
            self,
            Self::Table { .. } | Self::Reports | Self::Agencies | Self::Dictionary | Self::Concordance
        )
    }

    /// What it holds, in a few words.
    pub fn title(&self, site: &Site<'_>) -> String {
        let word = match self {
            Self::Figures => "data-figures",
            Self::Table { form, table } => return table_title(site, form, table),
            Self::Reports => "data-reports",
            Self::Agencies => "data-agencies",
            Self::Dictionary => "data-dictionary",
            Self::Concordance => "data-concordance",
            Self::Lines => "data-lines",
            Self::Workbook => "data-workbook",
            Self::Database => "data-database",
            Self::Parquet(year) => {
                return Catalogue::get()
                    .word("data-parquet", site.language)
                    .replace("{year}", &year.to_string());
            }
            Self::Package => "data-package",
            Self::Catalogue => "data-catalogue",
            Self::Checksums => "data-checksums",
        };
        Catalogue::get().word(word, site.language).to_owned()
    }

    /// Its format, as people name it.
    pub fn format(&self) -> &'static str {
        match self {
            Self::Lines => "JSONL",
            Self::Workbook => "XLSX",
            Self::Database => "SQLite",
            Self::Parquet(_) => "Parquet",
            Self::Package => "JSON",
            Self::Catalogue => "JSON-LD",
            Self::Checksums => "SHA-256",
            _ => "CSV",
        }
    }

    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        match self {
            Self::Lines => "application/jsonl",
            Self::Workbook => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Database => "application/vnd.sqlite3",
            Self::Parquet(_) => "application/vnd.apache.parquet",
            Self::Package => "application/json",
            Self::Catalogue => "application/ld+json",
            Self::Checksums => "text/plain",
            _ => "text/csv",
        }
    }

    /// The columns that tell its records apart.
    pub fn key(&self) -> &'static [&'static str] {
        match self {
            Self::Figures => &["agency", "year", "table", "row", "column"],
            Self::Table { .. } => &["agency", "year", "row"],
            Self::Reports => &["agency", "year"],
            Self::Agencies => &["agency"],
            Self::Dictionary => &["form", "table", "axis", "line"],
            _ => &[],
        }
    }

    /// Whether it can be read as text.
    pub(super) fn is_text(&self) -> bool {
        !matches!(self, Self::Workbook | Self::Database | Self::Parquet(_))
    }

    /// Whether it holds data; the others tell of those that do.
    pub fn holds_data(&self) -> bool {
        !matches!(self, Self::Package | Self::Catalogue | Self::Checksums)
    }
}

/// The title of a table of a form, with its regulation.
fn table_title(site: &Site<'_>, form: &str, table: &str) -> String {
    let Some(form) = site.portal().forms.get(form) else { return String::new() };
    let title = form.tables.iter().find(|known| *known.id == *table);
    let title = title.map_or("", |table| table.title.get(site.language));
    format!("{title} ({})", form.authority.get(site.language))
}

/// All files of a portal that hold data, those of most use first.
pub fn data_files(portal: &Portal) -> Vec<DataFile> {
    let mut files = vec![DataFile::Figures, DataFile::Lines];
    if offers(portal, DataFormat::Xlsx) && fits_spreadsheet(portal) {
        files.push(DataFile::Workbook);
    }
    if offers(portal, DataFormat::Sqlite) {
        files.push(DataFile::Database);
    }
    if offers(portal, DataFormat::Parquet) {
        files.extend(portal.years().map(DataFile::Parquet));
    }
    for form in forms(portal) {
        let table = |table: &Arc<crate::form::Table>| DataFile::Table {
            form: form.id.to_string(),
            table: table.id.to_string(),
        };
        files.extend(form.tables.iter().map(table));
    }
    files.extend([DataFile::Reports, DataFile::Agencies, DataFile::Dictionary, DataFile::Concordance]);
    files
}

/// All files of a portal under `/data/`.
pub(super) fn all_files(portal: &Portal) -> Vec<DataFile> {
    let mut files = data_files(portal);
    files.extend([DataFile::Package, DataFile::Catalogue, DataFile::Checksums]);
    files
}

/// The forms that reports of the portal follow, by the year they came into force.
pub(super) fn forms(portal: &Portal) -> Vec<&Arc<Form>> {
    let used: BTreeSet<&str> = portal.reports.iter().filter_map(|r| Some(&*r.form.as_ref()?.id)).collect();
    portal.forms.all().iter().filter(|form| used.contains(&*form.id)).collect()
}
