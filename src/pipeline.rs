//! The whole house in one place: a source tree becomes a checked portal.
//!
//! Every command is a prefix of this: `check` stops after the checks, `build` and `serve`
//! go on to plan and render. Reading is remembered by stamps, checking by fingerprints;
//! what lies between is cheap and runs afresh, so nothing can go stale.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::check;
use crate::diagnostic::{Diagnosed, Diagnostic, Diagnostics, Place};
use crate::document::{self, Settings, parse_agency, parse_prose, parse_settings};
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::form::{self, Form};
use crate::language::is_tag;
use crate::model::{Agency, Checked, Forms, Portal, Report, Sources, Translations, read_report};
use crate::path::{SourcePath, is_id};
use crate::plan::{self, Plan};
use crate::render::Theme;
use crate::source::{SourceTree, Stamp};

/// Reads and checks portals, remembering what did not change from one time to the next.
#[derive(Default)]
pub struct Pipeline {
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Told of every stage that takes long, and of every step of it.
    pub progress: Option<Progress>,
    /// How long each stage took the last time, in order.
    pub laps: Vec<(&'static str, Duration)>,
    /// Where the site will stand, in place of what `site.toml` says.
    pub base_url: Option<String>,
    /// Whether every report is made as a piece of HTML for other sites too.
    pub embed: bool,
    /// Whether all figures are written as Parquet too, whatever `site.toml` says.
    pub parquet: bool,
    forms: Remembered<Option<Arc<Form>>>,
    agencies: Remembered<Arc<Agency>>,
    pages: Remembered<Arc<document::Prose>>,
    reports: Arc<ReadReports>,
    checks: OfReports<Arc<Diagnostics>>,
    theme: Option<(Fingerprint, Arc<Diagnosed<Arc<Theme>>>)>,
    standard: Vec<Arc<Form>>,
}

/// What a pipeline tells while it works.
pub enum Step {
    /// A stage begins that has so many steps.
    Stage(&'static str, usize),
    /// A step of it is done.
    Done,
}

/// Whoever wants to know how far a pipeline is.
pub type Progress = Box<dyn Fn(Step) + Send + Sync>;

/// A portal ready to be rendered: checked, with its theme.
pub struct Prepared {
    /// The portal, with what was found in it.
    pub checked: Arc<Checked>,
    /// Everything that was found: in the portal, its theme, and in what is to be made.
    pub found: Diagnostics,
    /// Its theme.
    pub theme: Arc<Theme>,
}

impl Prepared {
    /// Everything to be made.
    pub fn plan(&self) -> Plan {
        plan::plan(&self.checked.portal, &self.theme.drawn)
    }
}

/// Finished work by name, with the key of all that went into it. Its findings are
/// remembered too: a warm run says what a cold one says.
type Remembered<T> = BTreeMap<SourcePath, (Fingerprint, Arc<Diagnosed<T>>)>;

/// Finished work on reports, by agency and year. There may be a great many, so what was done
/// before is found by going along both lists, not by looking up each.
type OfReports<T> = Vec<OfReport<T>>;

/// Finished work on a report, with the key of all that went into it.
struct OfReport<T> {
    agency: Arc<str>,
    year: u16,
    key: Fingerprint,
    done: T,
}

/// What reading each report gave.
type ReadReports = OfReports<Arc<Diagnosed<Option<Arc<Report>>>>>;

/// The prose pages, and those in other languages.
type ReadPages = (Vec<(Arc<str>, Arc<document::Prose>)>, Translations);

/// The files of one report: agency, year, and what lies in its folder.
struct ReportFolder<'t> {
    agency: &'t str,
    year: u16,
    files: &'t [(SourcePath, Stamp)],
}

/// The source files by what they are.
#[derive(Default)]
struct Layout<'t> {
    forms: Vec<&'t SourcePath>,
    agencies: Vec<(&'t str, &'t SourcePath)>,
    reports: Vec<ReportFolder<'t>>,
    pages: Vec<&'t SourcePath>,
}

impl Pipeline {
    /// A pipeline that leaves drafts out, or shows them.
    pub fn new(drafts: bool) -> Self {
        Self { drafts, ..Self::default() }
    }

    /// Reads and checks the portal that a source tree describes.
    pub fn check(&mut self, tree: &SourceTree) -> Checked {
        self.laps.clear();
        let start = Instant::now();
        let mut found = tree.found.clone();
        let layout = found.take(layout(tree));
        let mut settings = found.take(settings(tree));
        settings.embed = self.embed;
        settings.parquet = self.parquet;
        if let Some(url) = &self.base_url {
            settings.base_url.clone_from(url);
        }
        let settings = Arc::new(settings);
        let forms = Arc::new(found.take(self.read_forms(tree, &layout, &settings)));
        let agencies = found.take(self.read_agencies(tree, &layout, &settings));
        let (pages, translations) = found.take(self.read_pages(tree, &layout, &settings));
        let read = self.read_reports(tree, &layout, &settings, &forms, &agencies, &mut found);
        self.lap("read", start);
        let start = Instant::now();
        let reports = read.iter().filter_map(|read| read.done.value.clone()).collect();
        let sources =
            Sources { settings, forms, agencies, reports, pages, translations, drafts: self.drafts };
        let portal = Portal::assemble(&sources);
        self.lap("assemble", start);
        let start = Instant::now();
        let of_reports = self.check_reports(&portal, &read);
        found.extend(&check::check_portal(&portal));
        for of_report in &of_reports {
            found.extend(of_report);
        }
        // A report that could not be read at all has findings nonetheless.
        for unread in read.iter().filter(|read| read.done.value.is_none()) {
            found.extend(&unread.done.diagnostics);
        }
        found.sort();
        self.lap("check", start);
        Checked { portal, of_reports, found }
    }

    /// Forgets what was read: whoever reads only once needs the memory for other things.
    pub fn forget(&mut self) {
        self.reports = Arc::default();
        self.checks.clear();
    }

    /// Reads and checks the portal that a source tree describes, with its theme.
    pub fn prepare(&mut self, tree: &SourceTree) -> Prepared {
        let checked = Arc::new(self.check(tree));
        let start = Instant::now();
        let mut found = checked.found.clone();
        let theme = found.take(self.read_theme(tree, &checked.portal.settings.theme));
        for language in checked.portal.settings.languages() {
            found.extend(&theme.lacking(language));
        }
        found.extend(&plan::wrong(&checked.portal, &theme.drawn));
        found.sort();
        self.lap("theme", start);
        Prepared { checked, found, theme }
    }

    fn tell(&self, step: Step) {
        if let Some(progress) = &self.progress {
            progress(step);
        }
    }

    fn lap(&mut self, stage: &'static str, start: Instant) {
        self.laps.push((stage, start.elapsed()));
    }

    /// Loads the theme, unless none of its files has changed.
    fn read_theme(&mut self, tree: &SourceTree, name: &str) -> Diagnosed<Arc<Theme>> {
        let mut key = Fingerprinter::new("theme files");
        for (path, stamp) in tree.under(&format!("themes/{name}/")) {
            add_stamp(key.text(path.as_str()), *stamp);
        }
        let key = key.text(name).finish();
        if let Some((_, theme)) = self.theme.as_ref().filter(|(old, _)| *old == key) {
            return unshare(theme);
        }
        let Diagnosed { value, diagnostics } = Theme::load(tree, name);
        let theme = Diagnosed::new(Arc::new(value), diagnostics);
        self.theme = Some((key, Arc::new(theme.clone())));
        theme
    }

    fn read_forms(
        &mut self,
        tree: &SourceTree,
        layout: &Layout<'_>,
        settings: &Settings,
    ) -> Diagnosed<Forms> {
        if self.standard.is_empty() {
            self.standard = Forms::standard().all().to_vec();
        }
        let mut found = Diagnostics::default();
        let own = remember(&mut self.forms, tree, &layout.forms, Fingerprint::default(), |path, text| {
            let Diagnosed { value, diagnostics } = form::read(path, text);
            Diagnosed::new(value.map(Arc::new), diagnostics)
        });
        let own: Vec<_> = own.into_iter().filter_map(|form| found.take(unshare(&form))).collect();
        let forms = Forms::new(self.standard.iter().cloned().chain(own));
        for id in settings.forms.iter().filter(|id| forms.get(id).is_none()) {
            found.push(Diagnostic::new("site/unknown-form").fact("form", id.as_str()).at(site_file()));
        }
        Diagnosed::new(forms, found)
    }

    fn read_agencies(
        &mut self,
        tree: &SourceTree,
        layout: &Layout<'_>,
        settings: &Settings,
    ) -> Diagnosed<Vec<Arc<Agency>>> {
        let paths: Vec<_> = layout.agencies.iter().map(|(_, path)| *path).collect();
        let language = &settings.language;
        let context = Fingerprint::of(language.as_bytes());
        let read = remember(&mut self.agencies, tree, &paths, context, |path, text| {
            let Diagnosed { value: file, diagnostics } = parse_agency(path, text, language);
            let id = path.as_str().split('/').nth(2).unwrap_or_default().into();
            Diagnosed::new(Arc::new(Agency { id, file, path: path.clone() }), diagnostics)
        });
        let mut found = Diagnostics::default();
        let agencies = read.into_iter().map(|agency| found.take(unshare(&agency))).collect();
        Diagnosed::new(agencies, found)
    }

    fn read_pages(
        &mut self,
        tree: &SourceTree,
        layout: &Layout<'_>,
        settings: &Settings,
    ) -> Diagnosed<ReadPages> {
        let read = remember(&mut self.pages, tree, &layout.pages, Fingerprint::default(), |path, text| {
            let Diagnosed { value, diagnostics } = parse_prose(path, text);
            Diagnosed::new(Arc::new(value), diagnostics)
        });
        let mut found = Diagnostics::default();
        let (mut pages, mut translations) = ReadPages::default();
        for (path, page) in layout.pages.iter().zip(read) {
            let page = found.take(unshare(&page));
            let stem = path.name().trim_end_matches(".md");
            let Some((name, language)) = stem.split_once('.') else {
                pages.push((stem.into(), page));
                continue;
            };
            let own = layout.pages.iter().any(|other| other.name().strip_suffix(".md") == Some(name));
            match settings.others.iter().find(|known| ***known == *language) {
                Some(language) if own => {
                    translations.insert((name.into(), language.clone()), page);
                }
                Some(_) => found.push(Diagnostic::new("page/alone").fact("name", name).at(Place::file(path))),
                None => found
                    .push(Diagnostic::new("page/language").fact("language", language).at(Place::file(path))),
            }
        }
        Diagnosed::new((pages, translations), found)
    }

    /// Reads all reports, in parallel, those that did not change from memory.
    fn read_reports(
        &mut self,
        tree: &SourceTree,
        layout: &Layout<'_>,
        settings: &Settings,
        forms: &Forms,
        agencies: &[Arc<Agency>],
        found: &mut Diagnostics,
    ) -> Arc<ReadReports> {
        let mut context = Fingerprinter::new("report context");
        context.add(forms.fingerprint()).add(settings.fingerprint);
        let context = context.finish();
        let by_id: BTreeMap<&str, &Arc<Agency>> =
            agencies.iter().map(|agency| (&*agency.id, agency)).collect();
        let mut known = Vec::with_capacity(layout.reports.len());
        for folder in &layout.reports {
            match by_id.get(folder.agency) {
                Some(agency) => known.push((folder, *agency)),
                None => {
                    let path = SourcePath::new(format!("content/agencies/{}/agency.toml", folder.agency));
                    let diagnostic = Diagnostic::new("agency/missing").fact("id", folder.agency);
                    found.push(diagnostic.at(Place::file(&path)));
                }
            }
        }
        known.sort_by_key(|(folder, _)| (folder.agency, folder.year));
        self.tell(Step::Stage("read", known.len()));
        let before = before(&self.reports, known.iter().map(|(folder, _)| (folder.agency, folder.year)));
        let read = known.par_iter().zip(before).map(|((folder, agency), before)| {
            self.tell(Step::Done);
            let mut key = Fingerprinter::new("report folder");
            key.add(context).add(agency.file.fingerprint);
            for (path, stamp) in folder.files {
                add_stamp(key.text(path.as_str()), *stamp);
            }
            let key = key.finish();
            let done = before.filter(|before| before.key == key).map(|before| before.done.clone());
            let read = || {
                let read = read_report(tree, agency, folder.year, folder.files, forms, settings);
                Arc::new(Diagnosed::new(read.value.map(Arc::new), read.diagnostics))
            };
            OfReport { agency: agency.id.clone(), year: folder.year, key, done: done.unwrap_or_else(read) }
        });
        self.reports = Arc::new(read.collect());
        Arc::clone(&self.reports)
    }

    /// Checks all reports, in parallel, those whose figures and neighbours did not change
    /// from memory.
    fn check_reports(&mut self, portal: &Portal, read: &ReadReports) -> Vec<Arc<Diagnostics>> {
        let forms = portal.forms.fingerprint();
        self.tell(Step::Stage("check", portal.reports.len()));
        let names = || portal.reports.iter().map(|report| (&*report.agency, report.year));
        let (read, before) = (before(read, names()), before(&self.checks, names()));
        let checked = portal.reports.par_iter().zip(read).zip(before).map(|((report, read), before)| {
            self.tell(Step::Done);
            let mut key = Fingerprinter::new("check");
            key.add(report.fingerprint).add(forms).add(portal.settings.fingerprint);
            key.add(portal.previous(report).map(|older| older.fingerprint).unwrap_or_default());
            let key = key.finish();
            let done = before.filter(|before| before.key == key).map(|before| before.done.clone());
            let check = || {
                let none = Diagnostics::default();
                let reading = read.map_or(&none, |read| &read.done.diagnostics);
                Arc::new(check::check_report(portal, report, reading))
            };
            let (agency, year) = (report.agency.clone(), report.year);
            OfReport { agency, year, key, done: done.unwrap_or_else(check) }
        });
        self.checks = checked.collect();
        self.checks.iter().map(|checked| checked.done.clone()).collect()
    }
}

/// What was done on each report of a list before. Both lists are sorted.
fn before<'d, T>(
    done: &'d [OfReport<T>],
    names: impl Iterator<Item = (&'d str, u16)>,
) -> Vec<Option<&'d OfReport<T>>> {
    let mut done = done.iter().peekable();
    let find = |name: (&str, u16)| {
        while done.next_if(|one| (&*one.agency, one.year) < name).is_some() {}
        done.next_if(|one| (&*one.agency, one.year) == name)
    };
    names.map(find).collect()
}

fn site_file() -> Place {
    Place::file(&SourcePath::from("site.toml"))
}

fn settings(tree: &SourceTree) -> Diagnosed<Settings> {
    let path = SourcePath::from("site.toml");
    let mut found = Diagnostics::default();
    if !tree.contains(&path) {
        found.push(Diagnostic::new("site/missing").at(site_file()));
        return Diagnosed::new(Settings::default(), found);
    }
    match tree.text(&path) {
        Ok(text) => parse_settings(&path, &text),
        Err(wrong) => {
            found.push(*wrong);
            Diagnosed::new(Settings::default(), found)
        }
    }
}

/// Sorts the source files by what they are; those that are nothing are found.
fn layout(tree: &SourceTree) -> Diagnosed<Layout<'_>> {
    let mut layout = Layout::default();
    let mut found = Diagnostics::default();
    let files = tree.under("content/");
    let mut at = 0;
    while at < files.len() {
        let path = &files[at].0;
        let names: Vec<&str> = path.as_str().split('/').collect();
        let mut taken = 1;
        match names[1..] {
            ["agencies", agency, "agency.toml"] if is_id(agency) => layout.agencies.push((agency, path)),
            ["agencies", agency, year, ..] if names.len() > 4 => {
                let folder = &path.as_str()[..names[..4].iter().map(|name| name.len() + 1).sum()];
                taken = files[at..].iter().take_while(|(path, _)| path.as_str().starts_with(folder)).count();
                match (is_id(agency), year_of(year)) {
                    (true, Some(year)) => {
                        layout.reports.push(ReportFolder { agency, year, files: &files[at..at + taken] });
                    }
                    (false, _) => {
                        found.push(Diagnostic::new("agency/id").fact("id", agency).at(Place::file(path)))
                    }
                    (true, None) => {
                        found.push(Diagnostic::new("report/year").fact("year", year).at(Place::file(path)))
                    }
                }
            }
            ["agencies", agency, "agency.toml"] => {
                found.push(Diagnostic::new("agency/id").fact("id", agency).at(Place::file(path)));
            }
            ["forms", name] if name.ends_with(".toml") => layout.forms.push(path),
            [name] if is_page(name) => layout.pages.push(path),
            _ => found.push(Diagnostic::new("source/stray").at(Place::file(path))),
        }
        at += taken;
    }
    Diagnosed::new(layout, found)
}

/// Whether it is the file of a prose page, `about.md`, or of one in another language,
/// `about.en.md`.
fn is_page(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".md") else { return false };
    let (name, language) = stem.split_once('.').unwrap_or((stem, "en"));
    is_id(name) && is_tag(language)
}

/// Four digits, as a year.
fn year_of(name: &str) -> Option<u16> {
    (name.len() == 4 && name.bytes().all(|b| b.is_ascii_digit())).then(|| name.parse().ok()).flatten()
}

fn add_stamp(key: &mut Fingerprinter, stamp: Stamp) -> &mut Fingerprinter {
    key.number(stamp.size).number(stamp.modified as u64).number(stamp.inode)
}

/// Parses text files, in parallel, those that did not change from memory.
fn remember<T: Send + Sync>(
    memory: &mut Remembered<T>,
    tree: &SourceTree,
    paths: &[&SourcePath],
    context: Fingerprint,
    parse: impl Fn(&SourcePath, &str) -> Diagnosed<T> + Sync,
) -> Vec<Arc<Diagnosed<T>>> {
    let old = std::mem::take(memory);
    let read: Vec<_> = paths
        .par_iter()
        .map(|path| {
            let mut key = Fingerprinter::new("document");
            add_stamp(key.add(context), tree.stamp(path).unwrap_or_default());
            let key = key.finish();
            match old.get(path) {
                Some((old_key, value)) if *old_key == key => (key, value.clone()),
                _ => {
                    let parsed = match tree.text(path) {
                        Ok(text) => parse(path, &text),
                        Err(wrong) => {
                            let mut found = Diagnostics::default();
                            found.push(*wrong);
                            Diagnosed::new(parse(path, "").value, found)
                        }
                    };
                    (key, Arc::new(parsed))
                }
            }
        })
        .collect();
    for (path, (key, value)) in paths.iter().zip(&read) {
        memory.insert((*path).clone(), (*key, value.clone()));
    }
    read.into_iter().map(|(_, value)| value).collect()
}

fn unshare<T: Clone>(shared: &Diagnosed<T>) -> Diagnosed<T> {
    Diagnosed::new(shared.value.clone(), shared.diagnostics.clone())
}
