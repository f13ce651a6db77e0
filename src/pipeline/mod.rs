//! The whole house in one place: a source tree becomes a checked portal.
//!
//! Every command is a prefix of this: `check` stops after the checks, `build` and `serve`
//! go on to plan and render. Reading is remembered by stamps, checking by fingerprints;
//! what lies between is cheap and runs afresh, so nothing can go stale.

mod layout;
mod memory;
mod reports;

use self::memory::Lost;
pub use self::memory::Memory;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use self::layout::{Layout, layout};
use self::reports::{Reading, Reports};
use crate::check;
use crate::diagnostic::{Diagnosed, Diagnostic, Diagnostics, Place};
use crate::document::{self, Settings, parse_agency, parse_prose, parse_settings};
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::form::{self, Form};
use crate::model::{Agency, Checked, Forms, Portal, Sources, Translations};
use crate::path::SourcePath;
use crate::plan::{self, Plan};
use crate::render::Theme;
use crate::source::SourceTree;
use crate::stamp::Stamp;

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
    reports: Reports,
    theme: Option<(Fingerprint, Arc<Diagnosed<Arc<Theme>>>)>,
    standard: Vec<Arc<Form>>,
}

/// What a pipeline tells while it works.
#[derive(Clone, Copy)]
pub enum Step {
    /// A stage begins that has so many steps.
    Stage(&'static str, usize),
    /// A step of it is done.
    Done,
}

/// Whoever wants to know how far a pipeline is.
pub type Progress = Arc<dyn Fn(Step) + Send + Sync>;

/// A portal ready to be rendered: checked, with its theme.
pub struct Prepared {
    /// The portal, with what was found in it.
    pub checked: Arc<Checked>,
    /// Everything that was found: in the portal, its theme, and in what is to be made.
    pub found: Diagnostics,
    /// Its theme.
    pub theme: Arc<Theme>,
    lost: Lost,
}

impl Prepared {
    /// The reports that were remembered, but were lost when something was made of them: that is
    /// not right then.
    pub fn lost(&self) -> Diagnostics {
        told(&self.lost)
    }

    /// Everything to be made.
    pub fn plan(&self) -> Plan {
        plan::plan(&self.checked.portal, &self.theme.drawn)
    }
}

/// Finished work by name, with the key of all that went into it. Its findings are
/// remembered too: a warm run says what a cold one says.
type Remembered<T> = BTreeMap<SourcePath, (Fingerprint, Arc<Diagnosed<T>>)>;

/// The prose pages, and those in other languages.
type ReadPages = (Vec<(Arc<str>, Arc<document::Prose>)>, Translations);

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
        let progress = self.progress.clone();
        let tell = |step| progress.iter().for_each(|progress| progress(step));
        let with = Reading { tree, settings: &settings, forms: &forms, tell: &tell };
        let read = self.reports.read(&with, &layout, &agencies, &mut found);
        self.lap("read", start);
        let start = Instant::now();
        let reports = read.iter().filter_map(|read| read.done.value.clone()).collect();
        let sources =
            Sources { settings, forms, agencies, reports, pages, translations, drafts: self.drafts };
        let portal = Portal::assemble(&sources);
        self.lap("assemble", start);
        let start = Instant::now();
        let of_reports = self.reports.check(&portal, &tell);
        found.extend(&check::check_portal(&portal));
        for of_report in &of_reports {
            found.extend(of_report);
        }
        // A report that could not be read at all has findings nonetheless.
        for unread in read.iter().filter(|read| read.done.value.is_none()) {
            found.extend(&unread.done.diagnostics);
        }
        found.extend(&told(&self.reports.lost));
        found.sort();
        self.lap("check", start);
        Checked { portal, of_reports, found }
    }

    /// Remembers reports beyond this run of the program, and recalls them from earlier ones.
    pub fn remember_in(&mut self, memory: impl Memory + 'static) {
        self.reports.memory = Some(Arc::new(memory));
    }

    /// How many reports were recalled from an earlier run.
    pub fn recalled(&self) -> usize {
        self.reports.recalled
    }

    /// Keeps what was read and checked for the next run.
    pub fn keep(&mut self, tree: &SourceTree) {
        let start = Instant::now();
        self.reports.keep(tree);
        self.lap("keep", start);
    }

    /// Forgets what was read: whoever reads only once needs the memory for other things.
    pub fn forget(&mut self) {
        self.reports.forget();
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
        Prepared { checked, found, theme, lost: Arc::clone(&self.reports.lost) }
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
            self.standard = Forms::standard();
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
}

/// What was lost.
fn told(lost: &Lost) -> Diagnostics {
    lost.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
