//! `gongkai build`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;

use super::memory;
use super::publish::{Log, STOPPED, publish};
use super::store::{self, Changed, Head, Sources, Store};
use super::terminal::Terminal;
use super::{CLEAN, FAULT, FOUND, INTERRUPTED};
use crate::diagnostic::Diagnostics;
use crate::document::DataFormat;
use crate::pipeline::Pipeline;
use crate::site::Summary;
use crate::source::{SourceTree, scan};

/// Build the site, all of it or nothing.
#[derive(Args)]
pub(super) struct Build {
    /// Where to write it [default: output_dir of site.toml, below the portal's folder]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Where it will stand, in place of base_url of site.toml
    #[arg(short = 'u', long, value_name = "URL")]
    base_url: Option<String>,
    /// Make of every report a piece of HTML too, to be pasted into another site:
    /// AGENCY-YEAR.embed.html beside its page
    #[arg(long)]
    embed: bool,
    /// Write all figures as Parquet too, a file per year, for DuckDB and Spark:
    /// data/parquet/year=YYYY/figures.parquet
    #[arg(long)]
    parquet: bool,
    /// Publish drafts too
    #[arg(long)]
    drafts: bool,
    /// Publish in spite of errors, with every finding shown on the pages
    #[arg(long)]
    allow_findings: bool,
    /// Say where the time went
    #[arg(long)]
    timings: bool,
    /// Say of each output that is made why it is made, and which sources have changed
    #[arg(long)]
    explain_rebuild: bool,
}

impl Build {
    pub(super) fn run(self, root: &Path, terminal: &Terminal) -> u8 {
        if self.parquet && !DataFormat::Parquet.is_built() {
            terminal.say("talk-unbuilt-format", &[("format", DataFormat::Parquet.name())]);
            return FAULT;
        }
        self.build(root, terminal)
    }

    fn build(self, root: &Path, terminal: &Terminal) -> u8 {
        // Without the handler an interrupted build is cleared away by the next one.
        let _ = ctrlc::set_handler(|| STOPPED.store(true, Ordering::SeqCst));
        let mut laps = Vec::new();
        let tree = timed("scan", &mut laps, || scan(root));
        let remembered = store::read(root);
        let known = remembered.as_deref().and_then(Store::parse);
        if let Some(known) = known.as_ref().filter(|known| known.is_of(&self.options(root), &tree)) {
            let Head { found, reports, output, .. } = &known.head;
            terminal.report(found, &tree, true);
            let summary = Summary { kept: known.outputs() - 1, ..Summary::default() };
            built((*reports, found), summary, output, terminal);
            return CLEAN;
        }
        let code = self.make(root, &tree, known.as_ref(), laps, terminal);
        std::mem::forget(tree);
        code
    }

    /// Builds the site, but for what is known to be as it was.
    fn make(
        &self,
        root: &Path,
        tree: &SourceTree,
        known: Option<&Store<'_>>,
        mut laps: Vec<(&'static str, Duration)>,
        terminal: &Terminal,
    ) -> u8 {
        let changed = known.filter(|_| self.explain_rebuild);
        let changed = changed.and_then(|known| store::changes(root, known, tree));
        let old = known.map(Store::made).unwrap_or_default();
        let mut pipeline = self.pipeline(root);
        let bar = terminal.bar("scan", 0);
        pipeline.progress = Some(terminal.progress(&bar));
        let mut prepared = pipeline.prepare(tree);
        bar.finish_and_clear();
        let output =
            self.output.clone().unwrap_or_else(|| root.join(&prepared.checked.portal.settings.output_dir));
        if prepared.found.stop() && !self.allow_findings {
            pipeline.keep(tree);
            return unbuilt(&prepared.found, tree, terminal);
        }
        let Ok(_lock) = lock(root, terminal) else { return FAULT };
        laps.append(&mut pipeline.laps);
        let plan = timed("plan", &mut laps, || prepared.plan());
        let mut found = std::mem::take(&mut prepared.found);
        let known = (&old, self.explain_rebuild);
        let publish = || publish((tree, &prepared), &plan, (root, &output), known, terminal);
        let publish = || timed("render", &mut laps, publish);
        let (written, sources) = while_remembering(&mut pipeline, tree, publish);
        let written = found.take(written);
        laps.append(&mut pipeline.laps);
        found.sort();
        let found = &found;
        let Some((summary, stamps, log)) = written else {
            if STOPPED.load(Ordering::SeqCst) {
                terminal.say("talk-stopped", &[]);
                return INTERRUPTED;
            }
            return unbuilt(found, tree, terminal);
        };
        if self.explain_rebuild {
            explain(changed.as_deref(), &log, terminal);
        }
        terminal.report(found, tree, true);
        let reports = prepared.checked.portal.reports.len();
        built((reports, found), summary, &output, terminal);
        if let Some(sources) = sources {
            timed("remember", &mut laps, || {
                let came = (reports, found, &*log.made);
                store::save(root, &self.options(root), &sources, (&output, &stamps), came);
            });
        }
        if self.timings {
            terminal.laps(laps.iter());
            terminal.kinds(&log.kinds);
        }
        // The process ends here: the system takes the memory back faster than we give it.
        std::mem::forget((pipeline, prepared, plan, old));
        CLEAN
    }

    /// The pipeline that makes what was asked for.
    fn pipeline(&self, root: &Path) -> Pipeline {
        let mut pipeline = memory::pipeline(root, self.drafts);
        pipeline.base_url = self.base_url.as_deref().map(|url| format!("{}/", url.trim_end_matches('/')));
        pipeline.embed = self.embed;
        pipeline.parquet = self.parquet;
        pipeline
    }

    /// All that a build depends on besides the sources.
    fn options(&self, root: &Path) -> String {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let output = self.output.as_deref().map(absolute);
        format!(
            "{:?}",
            (
                absolute(root),
                output,
                &self.base_url,
                self.embed,
                self.parquet,
                self.drafts,
                self.allow_findings
            )
        )
    }
}

/// Does something that has moments in which a processor is idle, and keeps what was read
/// meanwhile.
fn while_remembering<T>(
    pipeline: &mut Pipeline,
    tree: &SourceTree,
    work: impl FnOnce() -> T,
) -> (T, Option<Sources>) {
    // What was recalled is still fetched from where it stands: that stays as it is until the end.
    let is_fresh = pipeline.recalled() == 0;
    let (made, sources) = thread::scope(|scope| {
        let aside = scope.spawn(|| {
            if is_fresh {
                pipeline.keep(tree);
                pipeline.forget();
            }
            Sources::of(tree)
        });
        (work(), aside.join())
    });
    if !is_fresh {
        pipeline.keep(tree);
    }
    (made, sources.ok().flatten())
}

/// Does something and notes how long it took.
fn timed<T>(stage: &'static str, laps: &mut Vec<(&'static str, Duration)>, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let made = work();
    laps.push((stage, start.elapsed()));
    made
}

/// Says which sources have changed since the last build, and why each output was made.
fn explain(changed: Option<&[Changed]>, log: &Log<'_>, terminal: &Terminal) {
    match changed {
        None => terminal.say("why-forgotten", &[]),
        Some(changed) => {
            for (path, change) in changed {
                terminal.say(change.word(), &[("path", path.as_str())]);
            }
        }
    }
    let mut made = log.why.clone();
    made.sort_unstable_by_key(|(route, _)| *route);
    for (route, why) in made {
        terminal.say(why.word(), &[("route", route.as_str())]);
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
