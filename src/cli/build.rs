//! `gongkai build`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use super::store::{self, Made, Store};
use super::terminal::Terminal;
use super::{CLEAN, FAULT, FOUND, INTERRUPTED};
use crate::diagnostic::{Diagnosed, Diagnostic, Diagnostics, Place};
use crate::fingerprint::Fingerprint;
use crate::path::{Route, SourcePath};
use crate::pipeline::{Pipeline, Prepared};
use crate::plan::Subject;
use crate::render::{Content, Renderer};
use crate::site::{self, Entry, Summary, WriteError, Writer};
use crate::source::{SourceTree, places, scan};

/// Build the site, all of it or nothing.
#[derive(Args)]
pub(super) struct Build {
    /// Where to write it [default: output_dir of site.toml, below the portal's folder]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Where it will stand, in place of base_url of site.toml
    #[arg(short = 'u', long, value_name = "URL")]
    base_url: Option<String>,
    /// Publish drafts too
    #[arg(long)]
    drafts: bool,
    /// Publish in spite of errors, with every finding shown on the pages
    #[arg(long)]
    allow_findings: bool,
    /// Say where the time went
    #[arg(long)]
    timings: bool,
}

/// Set when the user wants to stop.
static STOPPED: AtomicBool = AtomicBool::new(false);

impl Build {
    pub(super) fn run(self, root: &Path, terminal: &Terminal) -> u8 {
        // Without the handler an interrupted build is cleared away by the next one.
        let _ = ctrlc::set_handler(|| STOPPED.store(true, Ordering::SeqCst));
        let (seen, start) = (store::now(), Instant::now());
        let tree = scan(root);
        let scanned = start.elapsed();
        let options = self.options(root);
        let known = Store::load(root);
        if let Some(known) = known.as_ref().filter(|known| known.is_of(&options, &tree)) {
            terminal.report(&known.found, &tree, true);
            let summary = Summary { kept: known.len() - 1, ..Summary::default() };
            built((known.reports, &known.found), summary, &known.output, terminal);
            return CLEAN;
        }
        let mut pipeline = Pipeline::new(self.drafts);
        pipeline.base_url = self.base_url.as_deref().map(|url| format!("{}/", url.trim_end_matches('/')));
        let mut prepared = pipeline.prepare(&tree);
        let output =
            self.output.clone().unwrap_or_else(|| root.join(&prepared.checked.portal.settings.output_dir));
        if prepared.found.stop() && !self.allow_findings {
            return unbuilt(&prepared.found, &tree, terminal);
        }
        let Ok(_lock) = lock(root, terminal) else { return FAULT };
        let start = Instant::now();
        let old = known.map(Store::made).unwrap_or_default();
        let written = write((&tree, &prepared), (root, &output), &old, terminal);
        let rendered = start.elapsed();
        let written = prepared.found.take(written);
        prepared.found.sort();
        let found = &prepared.found;
        let Some((summary, made)) = written else {
            if STOPPED.load(Ordering::SeqCst) {
                terminal.say("talk-stopped", &[]);
                return INTERRUPTED;
            }
            return unbuilt(found, &tree, terminal);
        };
        terminal.report(found, &tree, true);
        let reports = prepared.checked.portal.reports.len();
        built((reports, found), summary, &output, terminal);
        let routes = prepared.plan.outputs.iter().map(|(route, _)| route.as_str());
        let routes: Vec<&str> = routes.chain([site::MANIFEST]).collect();
        let start = Instant::now();
        Store::save(root, &options, (&tree, seen), (&output, &routes), (reports, found, made));
        if self.timings {
            let around = [("scan", scanned), ("render", rendered), ("remember", start.elapsed())];
            terminal.laps(around[..1].iter().chain(&pipeline.laps).chain(&around[1..]));
        }
        // The process ends here: the system takes the memory back faster than we give it.
        std::mem::forget((pipeline, prepared, tree));
        CLEAN
    }

    /// All that a build depends on besides the sources.
    fn options(&self, root: &Path) -> String {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let output = self.output.as_deref().map(absolute);
        format!("{:?}", (absolute(root), output, &self.base_url, self.drafts, self.allow_findings))
    }
}

fn unbuilt(found: &Diagnostics, tree: &SourceTree, terminal: &Terminal) -> u8 {
    terminal.report(found, tree, false);
    terminal.mention("talk-unbuilt", &[("counts", &terminal.counts(found)), ("time", &terminal.elapsed())]);
    FOUND
}

fn built((reports, found): (usize, &Diagnostics), summary: Summary, output: &Path, terminal: &Terminal) {
    if summary.foreign > 0 && terminal.verbose {
        terminal.say("talk-foreign", &[("count", &summary.foreign.to_string())]);
    }
    let text = |number: usize| number.to_string();
    terminal.mention(
        "talk-built",
        &[
            ("reports", &text(reports)),
            ("files", &text(summary.written + summary.kept)),
            ("written", &text(summary.written)),
            ("kept", &text(summary.kept)),
            ("deleted", &text(summary.deleted)),
            ("counts", &terminal.counts(found)),
            ("time", &terminal.elapsed()),
            ("output", &output.display().to_string()),
        ],
    );
}

/// One build at a time: the lock goes with the process, however it ends.
fn lock(root: &Path, terminal: &Terminal) -> Result<Option<File>, ()> {
    let folder = root.join(".gongkai");
    // A portal on a read-only disk is built without a lock.
    if std::fs::create_dir_all(&folder).is_err() {
        return Ok(None);
    }
    let Ok(file) = File::create(folder.join("lock")) else { return Ok(None) };
    if file.try_lock().is_err() {
        terminal.mention("talk-waiting", &[]);
        file.lock().map_err(|error| terminal.io(&folder, &error))?;
    }
    Ok(Some(file))
}

/// What a build did, and what came of what.
type Written = (Summary, Vec<(Fingerprint, Entry)>);

/// Renders every output, in parallel, each written as soon as it is made, but for those of
/// which nothing has changed since they were made (`old`); then puts the new site in the place
/// of the old one. `None` when that did not happen.
fn write(
    (tree, prepared): (&SourceTree, &Prepared),
    (root, output): (&Path, &Path),
    old: &Made,
    terminal: &Terminal,
) -> Diagnosed<Option<Written>> {
    let mut found = Diagnostics::default();
    let writer = match Writer::start(output, &places(root)) {
        Ok(writer) => writer,
        Err(error) => {
            found.push(diagnostic(error));
            return Diagnosed::new(None, found);
        }
    };
    let renderer = Renderer::new(Arc::clone(&prepared.checked), Arc::clone(&prepared.theme));
    let outputs = &prepared.plan.outputs;
    let bar = progress(outputs.len() as u64, terminal);
    let wrong = Mutex::new(Diagnostics::default());
    let note = |diagnostics: &Diagnostics| {
        wrong.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(diagnostics);
    };
    let make = |(route, subject): &(Route, Subject)| {
        if STOPPED.load(Ordering::Relaxed) {
            return None;
        }
        bar.inc(1);
        let key = renderer.key(subject);
        let known = key.and_then(|key| Some((key, *old.get(&key)?)));
        if let Some((key, entry)) = known
            && writer.keep_old(route.as_str(), entry)
        {
            return Some((key, entry));
        }
        let Diagnosed { value, diagnostics } = renderer.render(subject);
        note(&diagnostics);
        let written = match value? {
            Content::Made(bytes) => writer.put(route.as_str(), &bytes),
            Content::Builtin(bytes) => writer.put(route.as_str(), bytes),
            Content::Source(path) => writer.copy(route.as_str(), || tree.open(&path)),
        };
        match written {
            // An output with findings is made again, so that they are told again.
            Ok(entry) => key.filter(|_| diagnostics.is_empty()).map(|key| (key, entry)),
            Err(error) => {
                let mut one = Diagnostics::default();
                one.push(diagnostic(error));
                note(&one);
                None
            }
        }
    };
    let made = outputs.par_iter().with_max_len(256).filter_map(make).collect();
    bar.finish_and_clear();
    found.extend(&wrong.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner));
    if found.stop() || STOPPED.load(Ordering::SeqCst) {
        writer.abandon();
        return Diagnosed::new(None, found);
    }
    match writer.finish() {
        Ok(summary) => Diagnosed::new(Some((summary, made)), found),
        Err(error) => {
            found.push(diagnostic(error));
            Diagnosed::new(None, found)
        }
    }
}

/// A bar on stderr, if a person is looking.
fn progress(length: u64, terminal: &Terminal) -> ProgressBar {
    if terminal.quiet || terminal.json {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {eta}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

/// Why a site could not be written, as a finding.
fn diagnostic(error: WriteError) -> Diagnostic {
    match error {
        WriteError::Foreign(path) => {
            Diagnostic::new("output/foreign").fact("dir", path.display().to_string())
        }
        WriteError::Sources(path) => {
            Diagnostic::new("output/sources").fact("dir", path.display().to_string())
        }
        WriteError::Collision(route) => Diagnostic::new("output/collision")
            .fact("route", route.as_str())
            .at(Place::file(&SourcePath::new(route))),
        WriteError::Io(path, error) => Diagnostic::new("output/write")
            .fact("path", path.display().to_string())
            .fact("why", error.to_string()),
    }
}
