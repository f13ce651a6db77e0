//! All of it: agencies, reports and pages in order, with lookups.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::agency::Agency;
use super::forms::Forms;
use super::report::Report;
use crate::document::{self, Settings};
use crate::form::Lineage;
use crate::language::Language;

/// Prose pages in other languages, by name and language.
pub type Translations = BTreeMap<(Arc<str>, Language), Arc<document::Prose>>;

/// What a portal is assembled from.
#[derive(Clone, Default)]
pub struct Sources {
    /// What `site.toml` says.
    pub settings: Arc<Settings>,
    /// All forms.
    pub forms: Arc<Forms>,
    /// All agencies.
    pub agencies: Vec<Arc<Agency>>,
    /// All reports that could be read.
    pub reports: Vec<Arc<Report>>,
    /// The prose pages by name (`index`, `about`).
    pub pages: Vec<(Arc<str>, Arc<document::Prose>)>,
    /// The prose pages in other languages, by name and language.
    pub translations: Translations,
    /// Whether drafts are shown.
    pub drafts: bool,
}

/// The portal as known.
pub struct Portal {
    /// What `site.toml` says.
    pub settings: Arc<Settings>,
    /// All forms.
    pub forms: Arc<Forms>,
    /// All agencies, by id.
    pub agencies: Vec<Arc<Agency>>,
    /// All reports, by agency and year.
    pub reports: Vec<Arc<Report>>,
    /// The prose pages, by name.
    pub pages: Vec<(Arc<str>, Arc<document::Prose>)>,
    /// The prose pages in other languages, by name and language.
    pub translations: Translations,
    /// The reports of each agency, as a range of `reports`.
    of_agency: Vec<Range<usize>>,
    /// The reports of each year, as indexes of `reports`.
    of_year: BTreeMap<u16, Vec<usize>>,
}

/// An agency with its reports, by year.
#[derive(Clone, Copy)]
pub struct AgencyReports<'p> {
    /// The agency.
    pub agency: &'p Arc<Agency>,
    /// Its reports.
    pub reports: &'p [Arc<Report>],
}

impl Portal {
    /// Puts everything in order; drafts are left out unless they are wanted.
    pub fn assemble(sources: &Sources) -> Self {
        let mut agencies = sources.agencies.clone();
        agencies.sort_by(|a, b| a.id.cmp(&b.id));
        let wanted = |report: &&Arc<Report>| sources.drafts || !report.head.draft;
        let mut reports: Vec<_> = sources.reports.iter().filter(wanted).cloned().collect();
        reports.sort_by(|a, b| (&a.agency, a.year).cmp(&(&b.agency, b.year)));
        let mut pages = sources.pages.clone();
        pages.retain(|(_, page)| sources.drafts || !page.draft);
        pages.sort_by(|a, b| a.0.cmp(&b.0));
        let mut translations = sources.translations.clone();
        translations.retain(|_, page| sources.drafts || !page.draft);
        let mut of_agency = Vec::with_capacity(agencies.len());
        let mut start = 0;
        for agency in &agencies {
            start += reports[start..].partition_point(|report| report.agency < agency.id);
            let end = start + reports[start..].partition_point(|report| report.agency == agency.id);
            of_agency.push(start..end);
            start = end;
        }
        let mut of_year: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
        for (number, report) in reports.iter().enumerate() {
            of_year.entry(report.year).or_default().push(number);
        }
        let (settings, forms) = (sources.settings.clone(), sources.forms.clone());
        Self { settings, forms, agencies, reports, pages, translations, of_agency, of_year }
    }

    /// The language of the portal.
    pub fn language(&self) -> &str {
        &self.settings.language
    }

    /// The prose page of a name in a language, and the language it is in: that of the portal
    /// where nobody has translated it.
    pub fn page<'p>(&'p self, name: &str, language: &'p str) -> Option<(&'p document::Prose, &'p str)> {
        let at = self.pages.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        let (name, own) = &self.pages[at];
        let translated = self.translations.get(&(name.clone(), Language::from(language)));
        Some(translated.map_or((own, self.language()), |page| (page, language)))
    }

    /// The agency with this id.
    pub fn agency(&self, id: &str) -> Option<&Arc<Agency>> {
        self.agency_number(id).map(|number| &self.agencies[number])
    }

    /// The place of an agency among all.
    pub fn agency_number(&self, id: &str) -> Option<usize> {
        self.agencies.binary_search_by(|agency| (*agency.id).cmp(id)).ok()
    }

    /// The reports of an agency, by year.
    pub fn reports_of(&self, agency: &str) -> &[Arc<Report>] {
        self.agency_number(agency).map_or(&[], |number| &self.reports[self.of_agency[number].clone()])
    }

    /// Every agency with its reports.
    pub fn by_agency(&self) -> impl Iterator<Item = AgencyReports<'_>> {
        let reports = self.of_agency.iter().map(|range| &self.reports[range.clone()]);
        self.agencies.iter().zip(reports).map(|(agency, reports)| AgencyReports { agency, reports })
    }

    /// The report of an agency for a year.
    pub fn report(&self, agency: &str, year: u16) -> Option<&Arc<Report>> {
        let reports = self.reports_of(agency);
        reports.binary_search_by_key(&year, |report| report.year).ok().map(|at| &reports[at])
    }

    /// The report of the same agency for the year before.
    pub fn previous(&self, report: &Report) -> Option<&Arc<Report>> {
        self.report(&report.agency, report.year.checked_sub(1)?)
    }

    /// Where the cells of a report's form stood in the form of another report.
    pub fn lineage(&self, report: &Report, older: &Report) -> Option<&Arc<Lineage>> {
        self.forms.lineage(report.form.as_deref()?, older.form.as_deref()?)
    }

    /// The years for which there are reports, oldest first.
    pub fn years(&self) -> impl DoubleEndedIterator<Item = u16> + '_ {
        self.of_year.keys().copied()
    }

    /// The reports of a year, by agency.
    pub fn reports_in(&self, year: u16) -> impl ExactSizeIterator<Item = &Arc<Report>> {
        let numbers = self.of_year.get(&year).map_or(&[][..], |numbers| numbers);
        numbers.iter().map(|number| &self.reports[*number])
    }

    /// Whether a report is expected of an agency for a year: within its own years, from its
    /// first year on (`since`, else its first report), and not before the portal's.
    pub fn expects(&self, agency: &Agency, year: u16) -> bool {
        let own = agency.file.since.or_else(|| self.reports_of(&agency.id).first().map(|report| report.year));
        let first = own.into_iter().chain(self.settings.checks.first_year).max();
        agency.reports_in(year) && first.is_none_or(|first| first <= year)
    }

    /// Whether a report is expected of an agency for a year and there is none.
    pub fn is_missing(&self, agency: &Agency, year: u16) -> bool {
        self.expects(agency, year) && self.report(&agency.id, year).is_none()
    }

    /// Whether a report was published after its legal date.
    pub fn is_late(&self, agency: &Agency, report: &Report) -> bool {
        report.is_after(self.due(agency, report.year).as_deref())
    }

    /// The legal date of a report, `YYYY-MM-DD`: the day its form sets for the kind of
    /// agency, in the year after.
    pub fn due(&self, agency: &Agency, year: u16) -> Option<String> {
        let report = self.report(&agency.id, year).and_then(|report| report.form.as_ref());
        let form = report.or_else(|| self.forms.in_force(year, &self.settings))?;
        let (month, day) = form.kind(agency.file.kind.as_deref())?.due?;
        Some(format!("{:04}-{month:02}-{day:02}", year + 1))
    }
}
