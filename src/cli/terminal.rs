//! Findings and talk for a person, or JSON for a program.

#![expect(
    clippy::disallowed_methods,
    reason = "the environment and the portal's language are asked for here"
)]

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::{Arguments, Color};
use crate::diagnostic::{Catalogue, Diagnostic, Diagnostics, Located, Severity};
use crate::language::{DEFAULT_LANGUAGE, Language};
use crate::path::SourcePath;
use crate::pipeline::{Progress, Step};
use crate::render::builtin_text;
use crate::source::SourceTree;

/// How to talk to whoever started the program.
pub(super) struct Terminal {
    /// The language of all messages.
    pub language: Language,
    /// Whether findings go to stdout as JSON.
    pub json: bool,
    /// Whether to say less.
    pub quiet: bool,
    /// Whether to say more.
    pub verbose: bool,
    colored: bool,
    chosen: bool,
    start: Instant,
}

/// The `--json` of `check` and `build`.
#[derive(Serialize)]
struct Report<'r> {
    version: &'static str,
    ok: bool,
    counts: Counts,
    diagnostics: &'r [Located],
    #[serde(skip_serializing_if = "Option::is_none")]
    drafts: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct Counts {
    error: usize,
    warning: usize,
    info: usize,
}

impl Terminal {
    pub(super) fn new(arguments: &Arguments) -> Self {
        let colored = match arguments.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        };
        let language = arguments.lang.clone().or_else(system_language);
        Self {
            language: language.unwrap_or_else(|| DEFAULT_LANGUAGE.to_owned()).into(),
            json: arguments.json,
            quiet: arguments.quiet,
            verbose: arguments.verbose,
            colored,
            chosen: arguments.lang.is_some(),
            start: Instant::now(),
        }
    }

    /// The same, in the language of a portal unless one was asked for.
    pub(super) fn for_portal(self, root: &Path) -> Self {
        if self.chosen {
            return self;
        }
        let text = std::fs::read_to_string(root.join("site.toml")).unwrap_or_default();
        let settings = crate::document::parse_settings(&"site.toml".into(), &text).value;
        Self { language: settings.language, ..self }
    }

    /// A sentence of the catalogue with its facts filled in.
    pub(super) fn words(&self, word: &'static str, facts: &[(&str, &str)]) -> String {
        let mut text = Catalogue::get().word(word, &self.language).to_owned();
        for (name, fact) in facts {
            text = text.replace(&format!("{{{name}}}"), fact);
        }
        text
    }

    /// Says a sentence of the catalogue on stderr.
    pub(super) fn say(&self, word: &'static str, facts: &[(&str, &str)]) {
        self.line(&self.words(word, facts));
    }

    /// Says a sentence that can be left out.
    pub(super) fn mention(&self, word: &'static str, facts: &[(&str, &str)]) {
        if !self.quiet {
            self.say(word, facts);
        }
    }

    /// Says that a file could not be read or written.
    pub(super) fn io(&self, path: &Path, error: &std::io::Error) {
        self.say("talk-io", &[("path", &path.display().to_string()), ("why", &error.to_string())]);
    }

    /// Prints a line for a person on stderr, unless it is to be quiet.
    pub(super) fn print(&self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    fn line(&self, text: &str) {
        let choice =
            if self.colored { anstream::ColorChoice::AlwaysAnsi } else { anstream::ColorChoice::Never };
        // Nobody is left to hear that stderr is closed.
        let _ = writeln!(anstream::AutoStream::new(std::io::stderr(), choice), "{text}");
    }

    /// Says how long each stage took.
    pub(super) fn laps<'l>(&self, laps: impl Iterator<Item = &'l (&'static str, Duration)>) {
        for (stage, time) in laps {
            let stage = self.words(stage, &[]);
            self.line(&format!("  {:>8.1} ms  {stage}", time.as_secs_f64() * 1000.0));
        }
    }

    /// Says how many outputs of each kind were made, and how much work they were.
    pub(super) fn kinds(&self, kinds: &BTreeMap<&'static str, (usize, Duration)>) {
        let mut kinds: Vec<_> = kinds.iter().collect();
        kinds.sort_by_key(|(_, (_, time))| std::cmp::Reverse(*time));
        for (kind, (count, time)) in kinds {
            self.line(&format!("  {:>8.1} ms  {count:>8} {kind}", time.as_secs_f64() * 1000.0));
        }
    }

    /// A bar for a stage on stderr, if a person is looking.
    pub(super) fn bar(&self, stage: &'static str, length: usize) -> ProgressBar {
        if self.quiet || self.json {
            return ProgressBar::hidden();
        }
        let target = ProgressDrawTarget::stderr_with_hz(10);
        let bar = ProgressBar::with_draw_target(Some(length as u64), target);
        let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {eta}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.with_message(self.words(stage, &[]))
    }

    /// Shows on a bar how far a pipeline is.
    pub(super) fn progress(&self, bar: &ProgressBar) -> Progress {
        let words = ["read", "check"].map(|stage| (stage, self.words(stage, &[])));
        let bar = bar.clone();
        Arc::new(move |step| match step {
            Step::Stage(stage, length) => {
                let word = words.iter().find(|(known, _)| *known == stage);
                bar.set_message(word.map(|(_, word)| word.clone()).unwrap_or_default());
                bar.set_length(length as u64);
                bar.set_position(0);
            }
            Step::Done => bar.inc(1),
        })
    }

    /// How long the program has run, in words.
    pub(super) fn elapsed(&self) -> String {
        seconds(self.start.elapsed())
    }

    /// How many findings there are, in words.
    pub(super) fn counts(&self, found: &Diagnostics) -> String {
        let count = |severity| found.count(severity).to_string();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let infos = count(Severity::Info);
        if [&errors, &warnings, &infos].iter().all(|count| *count == "0") {
            return self.words("talk-clean", &[]);
        }
        self.words("talk-counts", &[("errors", &errors), ("warnings", &warnings), ("infos", &infos)])
    }

    /// Prints all findings: as JSON on stdout if that was asked for, else with their place
    /// on stderr.
    pub(super) fn report(&self, found: &Diagnostics, tree: &SourceTree, ok: bool) {
        self.report_drafts(found, tree, ok, None);
    }

    /// The same, with the drafts of an import.
    pub(super) fn report_drafts(
        &self,
        found: &Diagnostics,
        tree: &SourceTree,
        ok: bool,
        drafts: Option<serde_json::Value>,
    ) {
        if self.json {
            let located: Vec<_> = found.iter().map(|d| self.located(d, tree)).collect();
            let counts = Counts {
                error: found.count(Severity::Error),
                warning: found.count(Severity::Warning),
                info: found.count(Severity::Info),
            };
            let report =
                Report { version: env!("CARGO_PKG_VERSION"), ok, counts, diagnostics: &located, drafts };
            let text = serde_json::to_string_pretty(&report).unwrap_or_default();
            let _ = writeln!(anstream::stdout(), "{text}");
            return;
        }
        for diagnostic in found.iter() {
            let hidden = diagnostic.accepted.is_some() && !self.verbose;
            let minor = diagnostic.severity != Severity::Error;
            if !(hidden || self.quiet && minor) {
                self.line(&self.draw(diagnostic, tree));
            }
        }
    }

    fn located(&self, diagnostic: &Diagnostic, tree: &SourceTree) -> Located {
        Located::new(diagnostic, &self.language, |path| text_of(path, tree))
    }

    /// A finding with the lines it is about and a mark under the place.
    fn draw(&self, diagnostic: &Diagnostic, tree: &SourceTree) -> String {
        let located = self.located(diagnostic, tree);
        let word = |word| Catalogue::get().word(word, &self.language).to_owned();
        let (level, name) = match diagnostic.severity {
            _ if diagnostic.accepted.is_some() => (Level::INFO, word("accepted")),
            Severity::Error => (Level::ERROR, word("error")),
            Severity::Warning => (Level::WARNING, word("warning")),
            Severity::Info => (Level::INFO, word("info")),
        };
        let title = level.with_name(name).primary_title(&located.message).id(&*diagnostic.code);
        let place = diagnostic.place.as_ref();
        let file = place.map(|place| place.file.to_string());
        let text = place.and_then(|place| text_of(&place.file, tree));
        let mut group = annotate_snippets::Group::with_title(title);
        match (place.zip(text.as_ref()).and_then(|(place, text)| place.range_in(text)), &text, &file) {
            (Some(range), Some(text), Some(file)) => {
                let end = range.end.min(text.len()).max(range.start.min(text.len()));
                let mark = AnnotationKind::Primary.span(range.start.min(end)..end);
                let mark = located.cell.iter().fold(mark, |mark, cell| mark.label(cell.as_str()));
                group = group.element(Snippet::source(text.as_str()).path(file.as_str()).annotation(mark));
            }
            (_, _, Some(file)) => group = group.element(annotate_snippets::Origin::path(file.as_str())),
            _ => {}
        }
        let help = diagnostic.accepted.clone().or(located.help);
        if let Some(help) = &help {
            group = group.element(Level::HELP.with_name(word("help")).message(help.as_str()));
        }
        let renderer = if self.colored { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group]) + "\n"
    }
}

/// The text of a source file, or of a file of a built-in theme.
pub(super) fn text_of(path: &SourcePath, tree: &SourceTree) -> Option<String> {
    if tree.contains(path) { tree.text(path).ok() } else { builtin_text(path).map(str::to_owned) }
}

/// The lines of a table, its columns aligned; the first `texts` columns to the left, the
/// others, numbers, to the right. Every row has as many cells as the first.
pub(super) fn columns(rows: &[Vec<String>], texts: usize) -> Vec<String> {
    let wide = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let count = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> =
        (0..count).map(|column| rows.iter().map(|row| wide(&row[column])).max().unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(number, (cell, width))| {
            let space = " ".repeat(width - wide(cell));
            if number < texts { format!("{cell}{space}") } else { format!("{space}{cell}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn seconds(time: Duration) -> String {
    match time.as_millis() {
        millis @ 0..10_000 => format!("{}.{:02} s", millis / 1000, millis % 1000 / 10),
        millis => format!("{} s", millis / 1000),
    }
}

/// The language of the system, if it is one we speak.
fn system_language() -> Option<String> {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let tag = variables.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))?;
    match tag.get(..2)? {
        "zh" => Some(DEFAULT_LANGUAGE.to_owned()),
        "en" => Some("en".to_owned()),
        _ => None,
    }
}
