//! Renders every output and puts the site in its place, and tells how that went: what was
//! made and why, and where the time went.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::store::Made;
use super::terminal::Terminal;
use crate::diagnostic::{Diagnosed, Diagnostic, Diagnostics, Place};
use crate::fingerprint::Fingerprint;
use crate::path::{Route, SourcePath};
use crate::pipeline::Prepared;
use crate::plan::{Plan, Subject};
use crate::render::{Content, Renderer};
use crate::site::{Entry, Stamps, Summary, WriteError, Writer};
use crate::source::{SourceTree, places};

/// Set when the user wants to stop.
pub(super) static STOPPED: AtomicBool = AtomicBool::new(false);

/// Why an output was made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The old site does not have it.
    New,
    /// What goes into it has changed, or is not remembered.
    Changed,
    /// The file is not as the last build left it.
    Damaged,
    /// Only its bytes tell whether it has changed.
    Bytes,
}

impl Why {
    /// Why an output was made that was `old` and is `new`; `None` for one that was only
    /// compared and is the same.
    fn of((old, new): (Option<Entry>, Entry), key: Option<Fingerprint>, is_known: bool) -> Option<Self> {
        Some(match (old, key) {
            (None, _) => Self::New,
            (Some(old), None) if old == new => return None,
            (Some(_), None) => Self::Bytes,
            _ if is_known => Self::Damaged,
            _ => Self::Changed,
        })
    }

    /// The sentence of it in the catalogue.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::New => "why-new",
            Self::Changed => "why-changed",
            Self::Damaged => "why-damaged",
            Self::Bytes => "why-bytes",
        }
    }
}

/// What making the outputs came to.
#[derive(Default)]
pub(super) struct Log<'p> {
    /// What came of what.
    pub made: Vec<(Fingerprint, Entry)>,
    /// Why each output was made that was made, if that was asked for.
    pub why: Vec<(&'p Route, Why)>,
    /// How many outputs of each kind were made, and in which time.
    pub kinds: BTreeMap<&'static str, (usize, Duration)>,
}

impl Log<'_> {
    fn join(mut self, mut other: Self) -> Self {
        self.made.append(&mut other.made);
        self.why.append(&mut other.why);
        for (kind, (count, time)) in other.kinds {
            let known = self.kinds.entry(kind).or_default();
            *known = (known.0 + count, known.1 + time);
        }
        self
    }
}

/// A site being published.
struct Publication<'p> {
    tree: &'p SourceTree,
    renderer: Renderer,
    writer: Writer,
    /// What came of what, in the build before.
    old: &'p Made,
    /// What was found on the way.
    wrong: Mutex<Diagnostics>,
    explain: bool,
}

/// Renders every output, in parallel, each written as soon as it is made, but for those of
/// which nothing has changed since they were made (`old`); then puts the new site in the place
/// of the old one. `None` when that did not happen.
pub(super) fn publish<'p>(
    (tree, prepared): (&'p SourceTree, &Prepared),
    plan: &'p Plan,
    (root, output): (&Path, &Path),
    (old, explain): (&'p Made, bool),
    terminal: &Terminal,
) -> Diagnosed<Option<(Summary, Stamps, Log<'p>)>> {
    let mut found = Diagnostics::default();
    let writer = match Writer::start(output, &places(root), plan.outputs.len()) {
        Ok(writer) => writer,
        Err(error) => {
            found.push(diagnostic(error));
            return Diagnosed::new(None, found);
        }
    };
    let renderer = Renderer::new(Arc::clone(&prepared.checked), Arc::clone(&prepared.theme));
    let publication = Publication { tree, renderer, writer, old, wrong: Mutex::default(), explain };
    let bar = terminal.bar("render", plan.outputs.len());
    let make = |mut log: Log<'p>, (route, subject): &'p (Route, Subject)| {
        if !STOPPED.load(Ordering::Relaxed) {
            publication.make(route, subject, &mut log);
            bar.inc(1);
        }
        log
    };
    // What tells of other files comes last: then they are made and need not be made for it. What
    // takes long comes first, so that nobody waits for it in the end.
    let (last, outputs): (Vec<_>, Vec<_>) =
        plan.outputs.iter().partition(|(_, subject)| subject.tells_of_files());
    let (first, outputs): (Vec<_>, Vec<_>) = outputs.into_iter().partition(|(_, subject)| subject.is_broad());
    let first = first.into_par_iter().with_max_len(1);
    let outputs = first.chain(outputs.into_par_iter().with_max_len(256));
    let log = outputs.fold(Log::default, make).reduce(Log::default, Log::join);
    let log = last.into_par_iter().fold(Log::default, make).reduce(Log::default, Log::join).join(log);
    bar.finish_and_clear();
    let Publication { writer, wrong, .. } = publication;
    found.extend(&wrong.into_inner().unwrap_or_else(PoisonError::into_inner));
    found.extend(&prepared.lost());
    if found.stop() || STOPPED.load(Ordering::SeqCst) {
        writer.abandon();
        return Diagnosed::new(None, found);
    }
    match writer.finish() {
        Ok((summary, stamps)) => Diagnosed::new(Some((summary, stamps, log)), found),
        Err(error) => {
            found.push(diagnostic(error));
            Diagnosed::new(None, found)
        }
    }
}

impl Publication<'_> {
    /// Makes an output, unless nothing that goes into it has changed.
    fn make<'p>(&self, route: &'p Route, subject: &Subject, log: &mut Log<'p>) {
        let start = Instant::now();
        let key = self.renderer.key(route, subject);
        let known = key.and_then(|key| self.old.get(&key));
        if let Some((key, entry)) = key.zip(known)
            && self.writer.keep_old(route, *entry)
        {
            log.made.push((key, *entry));
            return;
        }
        let Diagnosed { value, diagnostics } = self.renderer.render(subject);
        self.note(&diagnostics);
        let Some(content) = value else { return };
        let is_sure = match &content {
            Content::Source(path) => self.tree.stamp(path).is_some_and(|stamp| self.tree.is_settled(stamp)),
            Content::Made(_) | Content::Builtin(_) | Content::Poured(_) => true,
        };
        let written = match content {
            Content::Made(bytes) => self.writer.put(route, &bytes),
            Content::Builtin(bytes) => self.writer.put(route, bytes),
            Content::Source(path) => self.writer.copy(route, || self.tree.open(&path)),
            Content::Poured(file) => self.writer.pour(route, |out| self.renderer.pour(&file, out)),
        };
        match written {
            // An output with findings is made again, so that they are told again; so is one of
            // a file that was saved just now and may have changed since.
            Ok(entry) => {
                let is_sure = is_sure && diagnostics.is_empty();
                log.made.extend(key.filter(|_| is_sure).map(|key| (key, entry)));
                if self.explain {
                    let why = Why::of((self.writer.old(route), entry), key, known.is_some());
                    log.why.extend(why.map(|why| (route, why)));
                }
            }
            Err(error) => {
                let mut one = Diagnostics::default();
                one.push(diagnostic(error));
                self.note(&one);
            }
        }
        let (count, time) = log.kinds.entry(subject.kind()).or_default();
        (*count, *time) = (*count + 1, *time + start.elapsed());
    }

    fn note(&self, diagnostics: &Diagnostics) {
        if !diagnostics.is_empty() {
            self.wrong.lock().unwrap_or_else(PoisonError::into_inner).extend(diagnostics);
        }
    }
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
