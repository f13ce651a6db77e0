//! What goes into each output, as one fingerprint. Two outputs of one kind with the same key
//! are the same, byte for byte, in whichever build they are made: so a build keeps what the
//! one before it made of the same things.
//!
//! A key may hold too much: then an output is made needlessly. It must never hold too little.

use std::sync::Arc;

use super::feed::last_changed;
use super::frame::Site;
use super::{ApiFile, DataFile, Subject};
use crate::document::Format;
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::language::Language;
use crate::model::{AgencyReports, Portal, Report};
use crate::path::{Route, SourcePath};
use crate::stamp::Stamp;

/// The parts of the keys that many outputs share.
pub struct Keys {
    language: Language,
    /// The settings and the forms: what a file knows that no template draws.
    rules: Fingerprint,
    /// What documents are printed with.
    typefaces: Fingerprint,
    /// These, and which kinds of output there are.
    kinds: Fingerprint,
    /// These, and all agencies and reports.
    records: Fingerprint,
    /// These, the theme, and what every page shows.
    frame: Fingerprint,
    /// The frame, all agencies, and for which years each has reports.
    agencies: Fingerprint,
    /// The agencies, and which pages there are and when they changed.
    addresses: Fingerprint,
    /// Everything.
    whole: Fingerprint,
}

impl Keys {
    /// Works out what is shared; `theme` is the fingerprint of the theme.
    pub fn new(site: &Site<'_>, theme: Fingerprint) -> Self {
        let portal = site.portal();
        let mut rules = Fingerprinter::new("rules");
        rules.add(portal.settings.fingerprint).add(portal.forms.fingerprint());
        let rules = rules
            .number(portal.settings.parquet.into())
            .text(&portal.settings.base_url)
            .text(site.language)
            .finish();
        let mut frame = Fingerprinter::new("frame");
        // A view can always be written as JSON.
        let view = serde_json::to_vec(&site.view()).unwrap_or_default();
        let frame = frame.add(rules).add(theme).bytes(&view).finish();
        let mut kinds = Fingerprinter::new("kinds");
        kinds.add(rules);
        for kind in site.drawn.kinds.iter().flatten() {
            kinds.text(kind);
        }
        let kinds = kinds.finish();
        let mut records = Fingerprinter::new("records");
        records.add(kinds);
        let mut agencies = Fingerprinter::new("agencies");
        agencies.add(frame);
        let mut addresses = Fingerprinter::new("addresses");
        let mut whole = Fingerprinter::new("whole");
        for (name, page) in &portal.pages {
            addresses.text(name);
            whole.text(name).add(page.fingerprint);
        }
        for ((name, language), page) in &portal.translations {
            whole.text(name).text(language).add(page.fingerprint);
        }
        for AgencyReports { agency, reports } in portal.by_agency() {
            records.add(agency.file.fingerprint).text(&agency.id);
            agencies.text(&agency.id).add(agency.file.fingerprint).number(reports.len() as u64);
            for report in reports {
                agencies.number(report.year.into());
                addresses.text(report.form.as_ref().map_or("", |form| &form.id));
                addresses.text(last_changed(report).unwrap_or_default());
                records.add(report.fingerprint);
            }
        }
        let agencies = agencies.finish();
        let records = records.finish();
        let addresses = addresses.add(agencies).finish();
        let whole = whole.add(agencies).add(records).finish();
        let typefaces = site.letters.map(|letters| letters.fingerprint).unwrap_or_default();
        let language = site.language.into();
        Self { language, rules, typefaces, kinds, records, frame, agencies, addresses, whole }
    }

    /// The key of an output at a route; `None` where only its bytes tell whether it has changed.
    pub fn of(&self, portal: &Portal, route: &Route, subject: &Subject) -> Option<Fingerprint> {
        let mut key = Fingerprinter::new("output");
        key.text(route.as_str());
        match subject {
            // A few, compared by their bytes.
            Subject::Static(_) => return None,
            // Asked for by what it is in its language, of the keys of that language.
            Subject::In(..) => return None,
            // Never read to find out: it may be large.
            Subject::Attachment(path) => {
                let Stamp { size, modified, inode } = stamp(portal, path)?;
                key.number(size).number(modified as u64).number(inode);
            }
            // The files of a report: its figures, and those of the year before, with which it
            // is checked.
            Subject::ReportFile(agency, year, format) => {
                let report = portal.report(agency, *year)?;
                if *format == Format::Pdf {
                    key.add(self.typefaces);
                }
                key.add(self.rules).add(report.fingerprint).add(previous(portal, report));
            }
            Subject::SearchText(agency, year) | Subject::CompareData(agency, year) => {
                key.add(self.rules).add(portal.report(agency, *year)?.fingerprint);
            }
            // The pages of an agency link to each other and set years against each other.
            Subject::Report(agency, _) | Subject::Embed(agency, _) | Subject::Series(agency) => {
                add_all(key.add(self.frame), portal.reports_of(agency));
            }
            Subject::Api(file) => self.add_api(&mut key, portal, file)?,
            Subject::DataFile(file) => self.add_data(&mut key, portal, file),
            Subject::Pair(agency, year) => {
                let report = portal.report(agency, *year)?;
                key.add(self.frame).add(report.fingerprint).add(previous(portal, report));
            }
            Subject::Form(_) | Subject::Forms | Subject::NotFound | Subject::Robots => {
                key.add(self.frame);
            }
            Subject::Prose(name) | Subject::SearchPage(name) => {
                let (page, _) = portal.page(name, &self.language)?;
                key.add(self.frame).add(page.fingerprint);
            }
            Subject::Agency(id) => {
                add_all(key.add(self.agencies), portal.reports_of(id));
            }
            // A year is set against the one before.
            Subject::Year(year) | Subject::YearTable(year, _) => {
                add_all(key.add(self.agencies), portal.reports_in(*year));
                add_all(&mut key, portal.reports_in(year.saturating_sub(1)));
            }
            Subject::Home
            | Subject::Agencies
            | Subject::Changes
            | Subject::Data
            | Subject::Compare
            | Subject::CompareForm(_)
            | Subject::Years
            | Subject::Search
            | Subject::SearchTerms(_)
            | Subject::SearchAgencies(_)
            | Subject::Feed => {
                key.add(self.whole);
            }
            Subject::Sitemap(_) => {
                key.add(self.addresses);
            }
        }
        Some(key.finish())
    }

    /// What goes into a file of the whole portal.
    fn add_data(&self, key: &mut Fingerprinter, portal: &Portal, file: &DataFile) {
        match file {
            DataFile::Parquet(year) => add_all(key.add(self.rules), portal.reports_in(*year)),
            _ => {
                key.add(self.records);
            }
        }
    }

    /// What goes into a file of the API.
    fn add_api(&self, key: &mut Fingerprinter, portal: &Portal, file: &ApiFile) -> Option<()> {
        match file {
            ApiFile::Agency(id) => {
                key.add(self.kinds).add(portal.agency(id)?.file.fingerprint);
                add_all(key, portal.reports_of(id));
            }
            ApiFile::Description | ApiFile::Form(_) => {
                key.add(self.kinds);
            }
            _ => {
                key.add(self.records);
            }
        }
        Some(())
    }
}

fn add_all<'r>(key: &mut Fingerprinter, reports: impl IntoIterator<Item = &'r Arc<Report>>) {
    for report in reports {
        key.add(report.fingerprint);
    }
}

/// The stamp of a file beside a report.
fn stamp(portal: &Portal, path: &SourcePath) -> Option<Stamp> {
    let mut names = path.as_str().strip_prefix("content/agencies/")?.splitn(3, '/');
    let report = portal.report(names.next()?, names.next()?.parse().ok()?)?;
    let name = names.next()?;
    report.attachments.iter().find(|file| file.name() == name).map(|file| file.stamp)
}

/// The report of the year before.
fn previous(portal: &Portal, report: &Report) -> Fingerprint {
    portal.previous(report).map(|older| older.fingerprint).unwrap_or_default()
}
