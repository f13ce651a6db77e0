//! `gongkai import`: foreign files become reports of the portal.

#![expect(clippy::disallowed_methods, reason = "this is where foreign files are read and drafts are written")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::memory::pipeline;
use super::terminal::{Terminal, columns};
use super::{CLEAN, FOUND};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use crate::document::toml_text;
use crate::fingerprint::Fingerprint;
use crate::import::{self, Draft, Given, Known, KnownAgency, Reading};
use crate::model::{Forms, Portal};
use crate::path::{SourcePath, is_id};
use crate::source::{SourceTree, scan};

/// Bytes of a file that are read at most; the reader refuses more.
const LIMIT: u64 = (64 << 20) + 1;
/// Findings listed per file unless all are asked for.
const LISTED: usize = 12;

/// Bring in reports from Word, web pages, text, PDF.
#[derive(Args)]
pub(super) struct Import {
    /// The files, of any kind; what they are is told by their content
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The agency, by id, whatever the file says
    #[arg(long)]
    agency: Option<String>,
    /// The reporting year, whatever the file says
    #[arg(long)]
    year: Option<u16>,
    /// The form, by id, whatever the tables say
    #[arg(long)]
    form: Option<String>,
    /// Show what would be imported, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Replace reports that are there; the old files are kept as .bak
    #[arg(long)]
    force: bool,
}

/// A file and what came of it.
struct Outcome {
    name: SourcePath,
    bytes: Vec<u8>,
    draft: Option<Draft>,
    found: Diagnostics,
    written: bool,
}

impl Import {
    pub(super) fn run(self, root: Option<&Path>, terminal: &Terminal) -> u8 {
        if let Some(id) = self.agency.as_ref().filter(|id| !is_id(id)) {
            terminal.say("talk-bad-id", &[("id", id)]);
            return super::FAULT;
        }
        let checked = root.map(|root| pipeline(root, true).check(&scan(root)));
        let portal = checked.as_ref().map(|checked| &checked.portal);
        let known = known(portal);
        let given = Given { agency: self.agency.clone(), year: self.year, form: self.form.clone() };
        let bar = progress(self.files.len() as u64, terminal);
        let mut outcomes: Vec<Outcome> = self
            .files
            .par_iter()
            .map(|path| {
                let outcome = read(path, &known, &given, self.dry_run);
                bar.inc(1);
                outcome
            })
            .collect();
        bar.finish_and_clear();
        if let Some((root, portal)) = root.zip(portal).filter(|_| !self.dry_run) {
            self.write(root, portal, &mut outcomes, terminal);
        }
        tell(&outcomes, self.dry_run, terminal)
    }

    fn write(&self, root: &Path, portal: &Portal, outcomes: &mut [Outcome], terminal: &Terminal) {
        // Several files of one unknown agency register it once.
        let mut registered: BTreeMap<String, String> = BTreeMap::new();
        for outcome in outcomes {
            let Some(draft) = &outcome.draft else { continue };
            let Some(year) = draft.year else { continue };
            let agency = match &draft.agency {
                Some(id) => id.clone(),
                None if draft.agency_name.is_empty() => continue,
                None => registered
                    .entry(draft.agency_name.clone())
                    .or_insert_with(|| proposed_id(&outcome.name, &draft.agency_name, root))
                    .clone(),
            };
            let folder = root.join("content/agencies").join(&agency);
            let written = register(&folder, draft).and_then(|()| {
                write_report(
                    &folder.join(year.to_string()),
                    draft,
                    outcome,
                    portal,
                    self.force,
                    &terminal.language,
                )
            });
            match written {
                Ok(None) => outcome.written = true,
                Ok(Some(path)) => {
                    let path = path.strip_prefix(root).unwrap_or(&path).display().to_string();
                    outcome.found.push(
                        Diagnostic::new("import/exists").fact("path", path).at(Place::file(&outcome.name)),
                    );
                }
                Err(error) => terminal.io(&folder, &error),
            }
        }
    }
}

/// The forms and agencies of the portal; without one, the standard forms.
fn known(portal: Option<&Portal>) -> Known {
    let Some(portal) = portal else {
        return Known::new(Forms::standard(), Vec::new());
    };
    let agencies = portal.agencies.iter().map(|agency| {
        let file = &agency.file;
        let texts = [Some(&file.name), file.short.as_ref()].into_iter().flatten();
        let former = file.former.iter().map(|former| &former.name);
        let names =
            texts.chain(former).flat_map(|text| text.all().map(|(_, name)| name.to_owned())).collect();
        KnownAgency { id: agency.id.to_string(), name: file.name.original().to_owned(), names }
    });
    let components =
        portal.agencies.iter().map(|agency| (agency.id.to_string(), agency.file.components.clone()));
    Known::new(portal.forms.all().to_vec(), agencies.collect()).with_components(components)
}

fn progress(length: u64, terminal: &Terminal) -> ProgressBar {
    if terminal.quiet || terminal.json || length < 2 {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn read(path: &Path, known: &Known, given: &Given, dry: bool) -> Outcome {
    let name = SourcePath::new(path.display().to_string());
    let bytes = fs::File::open(path).and_then(|file| {
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(file, LIMIT), &mut bytes)?;
        Ok(bytes)
    });
    match bytes {
        Ok(bytes) => {
            let imported = import::import(&name, &bytes, known, given);
            let bytes = if dry { Vec::new() } else { bytes };
            Outcome { name, bytes, draft: imported.value, found: imported.diagnostics, written: false }
        }
        Err(error) => {
            let mut found = Diagnostics::default();
            let diagnostic = Diagnostic::new("source/unreadable").fact("why", error.to_string());
            found.push(diagnostic.at(Place::file(&name)));
            Outcome { name, bytes: Vec::new(), draft: None, found, written: false }
        }
    }
}

/// An id for an agency that is not known: from the file's name if that is in Latin letters, else from its own.
fn proposed_id(file: &SourcePath, name: &str, root: &Path) -> String {
    let stem = Path::new(file.as_str())
        .file_stem()
        .map(|stem| stem.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let words = stem
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
    let id = words.collect::<Vec<_>>().join("-");
    let plain = stem.is_ascii() && is_id(&id) && id.len() <= 40;
    if plain && !root.join("content/agencies").join(&id).exists() {
        return id;
    }
    format!("agency-{:.8}", Fingerprint::of(name.as_bytes()).to_string())
}

/// Registers the agency if there is none in the folder.
fn register(folder: &Path, draft: &Draft) -> io::Result<()> {
    let path = folder.join("agency.toml");
    if path.exists() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    let name = if draft.agency_name.is_empty() { "?" } else { &draft.agency_name };
    fs::write(path, format!("name = {}\n", toml_text(name)))
}

/// Writes a draft; gives the path of a report that is there already and may not be replaced.
fn write_report(
    folder: &Path,
    draft: &Draft,
    outcome: &Outcome,
    portal: &Portal,
    force: bool,
    language: &str,
) -> io::Result<Option<PathBuf>> {
    let files = [folder.join("report.md"), folder.join("tables.toml")];
    for path in files.iter().filter(|path| path.exists()) {
        if !force {
            return Ok(Some(path.clone()));
        }
        fs::rename(
            path,
            path.with_extension(format!("{}.bak", path.extension().unwrap_or_default().to_string_lossy())),
        )?;
    }
    fs::create_dir_all(folder)?;
    let year = draft.year.unwrap_or_default();
    let usual = portal.forms.in_force(year, &portal.settings);
    let usual = usual.map(|form| &form.id) == draft.form.as_ref().map(|form| &form.id);
    let original = attachment_name(&outcome.name);
    fs::write(folder.join(&original), &outcome.bytes)?;
    for attachment in &draft.attachments {
        fs::write(folder.join(&attachment.name), &attachment.bytes)?;
    }
    if let Some(figures) = draft.figures(language) {
        fs::write(&files[1], figures)?;
    }
    fs::write(&files[0], draft.report(usual, Some(&original)))?;
    Ok(None)
}

/// The name under which the original is kept: its own, without what a file system or a link would trip over.
fn attachment_name(file: &SourcePath) -> String {
    let name = Path::new(file.as_str())
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let name: String = name
        .chars()
        .map(|c| if c.is_control() || "/\\:*?\"<>|#%[]".contains(c) { '_' } else { c })
        .take(80)
        .collect();
    let name = name.trim_start_matches('.').trim().to_owned();
    let taken = ["report.md", "tables.toml", "agency.toml"].iter().any(|own| name.eq_ignore_ascii_case(own));
    let hidden = name.is_empty() || [".bak", ".tmp", ".part"].iter().any(|end| name.ends_with(end));
    if taken || hidden { format!("original-{}", name.replace(".bak", "")) } else { name }
}

/// Prints the findings and what came in; gives the exit code.
fn tell(outcomes: &[Outcome], dry: bool, terminal: &Terminal) -> u8 {
    let mut all = Diagnostics::default();
    for outcome in outcomes {
        all.extend(&outcome.found);
    }
    let done = outcomes.iter().filter(|outcome| outcome.written || dry && outcome.draft.is_some()).count();
    let ok = done == outcomes.len() && !all.stop();
    let tree = SourceTree::in_memory([]);
    if terminal.json {
        let drafts: Vec<Value> =
            outcomes.iter().filter_map(|outcome| outcome.draft.as_ref()).map(view).collect();
        terminal.report_drafts(&all, &tree, ok, Some(drafts.into()));
    } else {
        list(outcomes, &tree, terminal);
        table(outcomes, terminal);
    }
    let tally = |count: fn(&import::Tally) -> usize| {
        let drafts = outcomes.iter().filter_map(|outcome| outcome.draft.as_ref());
        drafts.map(|draft| count(&draft.tally)).sum::<usize>().to_string()
    };
    terminal.mention(
        "talk-imported",
        &[
            ("done", &done.to_string()),
            ("files", &outcomes.len().to_string()),
            ("read", &tally(|tally| tally.read)),
            ("inferred", &tally(|tally| tally.inferred)),
            ("doubtful", &tally(|tally| tally.doubtful)),
            ("counts", &terminal.counts(&all)),
            ("time", &terminal.elapsed()),
        ],
    );
    if dry {
        terminal.mention("talk-import-look", &[]);
    }
    if ok { CLEAN } else { FOUND }
}

/// Lists the findings of each file: the graver first, and not all of many unless asked.
fn list(outcomes: &[Outcome], tree: &SourceTree, terminal: &Terminal) {
    let mut left = 0;
    for outcome in outcomes {
        let mut shown: Vec<&Diagnostic> = outcome.found.iter().collect();
        shown.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
        if !terminal.verbose {
            let most = if outcomes.len() > 20 { 1 } else { LISTED };
            let all = shown.len();
            shown.retain(|diagnostic| diagnostic.severity != Severity::Info);
            shown.truncate(most);
            left += all - shown.len();
        }
        let mut listed = Diagnostics::default();
        shown.into_iter().cloned().for_each(|diagnostic| listed.push(diagnostic));
        terminal.report(&listed, tree, true);
    }
    if left > 0 {
        terminal.mention("talk-import-more", &[("count", &left.to_string())]);
    }
}

/// The closing table.
fn table(outcomes: &[Outcome], terminal: &Terminal) {
    let head = terminal.words("talk-import-head", &[]);
    let mut rows: Vec<Vec<String>> = vec![head.split('\t').map(str::to_owned).collect()];
    for outcome in outcomes {
        let file =
            Path::new(outcome.name.as_str()).file_name().map(|name| name.to_string_lossy().into_owned());
        let mut row = vec![file.unwrap_or_default()];
        match &outcome.draft {
            Some(draft) => row.extend([
                draft.agency.clone().unwrap_or_else(|| draft.agency_name.clone()),
                draft.year.map(|year| year.to_string()).unwrap_or_default(),
                draft.tally.read.to_string(),
                draft.tally.inferred.to_string(),
                draft.tally.doubtful.to_string(),
            ]),
            None => row.extend(["-"; 5].map(str::to_owned)),
        }
        row.push(outcome.found.len().to_string());
        rows.push(row);
    }
    for line in columns(&rows, 2) {
        terminal.print(&line);
    }
}

/// A draft as `--json` shows it.
fn view(draft: &Draft) -> Value {
    let sections: Vec<Value> = draft
        .sections
        .iter()
        .map(|section| json!({ "id": &*section.id, "title": section.title, "markdown": section.markdown }))
        .collect();
    let mut tables = Map::new();
    for (table, read) in draft.form.iter().flat_map(|form| &form.tables).zip(&draft.tables) {
        let row = |row: usize| {
            let cells: Map<String, Value> = (0..table.columns.leaves.len())
                .map(|column| {
                    (table.columns.leaf(column).id.to_string(), value(&read.cells[table.cell(row, column)].0))
                })
                .collect();
            json!({ "row": &*table.rows.leaf(row).id, "cells": cells })
        };
        tables.insert(table.id.to_string(), (0..table.rows.leaves.len()).map(row).collect::<Vec<_>>().into());
    }
    json!({
        "agency": draft.agency,
        "agency_name": draft.agency_name,
        "year": draft.year,
        "form": draft.form.as_ref().map(|form| &*form.id),
        "title": draft.title,
        "published": draft.facts.published,
        "source": draft.facts.source,
        "preface": draft.preface,
        "sections": sections,
        "tables": tables,
    })
}

fn value(reading: &Reading) -> Value {
    match reading {
        Reading::Blank => Value::Null,
        Reading::NotApplicable => "/".into(),
        Reading::Text(text) => text.as_str().into(),
        Reading::Number(number) => whole(*number).map_or_else(|| number.to_string().into(), Value::from),
    }
}

fn whole(number: Decimal) -> Option<i64> {
    if number.scale() == 0 { i64::try_from(number).ok() } else { None }
}
