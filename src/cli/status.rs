//! `gongkai status`: the collection board of a year.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use clap::Args;
use serde_json::{Value, json};

use super::memory::pipeline;
use super::terminal::{Terminal, columns};
use super::{CLEAN, FOUND};
use crate::diagnostic::{Diagnostics, Severity};
use crate::model::{Agency, Checked, Report};
use crate::source::scan;

/// Who has reported for a year, whose report has errors, who is late or missing.
#[derive(Args)]
pub(super) struct Status {
    /// The reporting year [default: the newest one with a report]
    #[arg(long)]
    year: Option<u16>,
}

/// How the report of an agency stands; what is most pressing comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Missing,
    Faulty,
    Draft,
    Late,
    Sound,
}

impl Standing {
    const ALL: [Self; 5] = [Self::Missing, Self::Faulty, Self::Draft, Self::Late, Self::Sound];

    fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Faulty => "faulty",
            Self::Draft => "draft",
            Self::Late => "late",
            Self::Sound => "sound",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Missing => "status-missing",
            Self::Faulty => "status-faulty",
            Self::Draft => "status-draft",
            Self::Late => "status-late",
            Self::Sound => "status-sound",
        }
    }
}

/// One line of the board.
struct Line {
    standing: Standing,
    agency: String,
    id: String,
    published: Option<String>,
    due: Option<String>,
    errors: usize,
    warnings: usize,
}

impl Status {
    pub(super) fn run(self, root: &Path, terminal: &Terminal) -> u8 {
        let checked = pipeline(root, true).check(&scan(root));
        let Some(year) = self.year.or_else(|| checked.portal.years().next_back()) else {
            terminal.say("talk-no-reports", &[]);
            return FOUND;
        };
        let portal = &checked.portal;
        let expected = portal
            .agencies
            .iter()
            .filter(|agency| portal.expects(agency, year) || portal.report(&agency.id, year).is_some());
        let mut lines: Vec<Line> = expected.map(|agency| line(&checked, agency, year, terminal)).collect();
        lines.sort_by(|a, b| (a.standing, &a.id).cmp(&(b.standing, &b.id)));
        let board = if terminal.json { data(year, &lines) } else { board(&lines, terminal) };
        let _ = writeln!(anstream::stdout(), "{board}");
        let counts = Standing::ALL.map(|standing| (standing, count(&lines, standing)));
        let said = counts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(standing, count)| format!("{} {count}", terminal.words(standing.word(), &[])));
        let said = said.collect::<Vec<_>>().join(" · ");
        terminal.mention("talk-status", &[("year", &year.to_string()), ("counts", &said)]);
        let open = lines.iter().any(|line| line.standing <= Standing::Draft);
        if open { FOUND } else { CLEAN }
    }
}

fn count(lines: &[Line], standing: Standing) -> usize {
    lines.iter().filter(|line| line.standing == standing).count()
}

fn line(checked: &Checked, agency: &Agency, year: u16, terminal: &Terminal) -> Line {
    let portal = &checked.portal;
    let (report, due) = (portal.report(&agency.id, year), portal.due(agency, year));
    let found = of_report(checked, agency, year, report.map(|report| &**report));
    let published = report.and_then(|report| report.head.published.clone());
    let standing = match report {
        _ if found.stop() => Standing::Faulty,
        None => Standing::Missing,
        Some(report) if report.head.draft => Standing::Draft,
        Some(report) if report.is_after(due.as_deref()) => Standing::Late,
        Some(_) => Standing::Sound,
    };
    Line {
        standing,
        agency: agency.name(&terminal.language).to_owned(),
        id: agency.id.to_string(),
        published,
        due,
        errors: found.count(Severity::Error),
        warnings: found.count(Severity::Warning),
    }
}

/// What was found in the report of an agency, also where it could not be read at all.
fn of_report(checked: &Checked, agency: &Agency, year: u16, report: Option<&Report>) -> Diagnostics {
    if let Some(report) = report {
        return checked.found_in(report).clone();
    }
    let folder = format!("content/agencies/{}/{year}/", agency.id);
    let inside = checked.found.iter().filter(|diagnostic| {
        diagnostic.place.as_ref().is_some_and(|place| place.file.as_str().starts_with(&folder))
    });
    let mut found = Diagnostics::default();
    inside.for_each(|diagnostic| found.push(diagnostic.clone()));
    found
}

fn board(lines: &[Line], terminal: &Terminal) -> String {
    let head = terminal.words("status-head", &[]);
    let mut rows: Vec<Vec<String>> = vec![head.split('\t').map(str::to_owned).collect()];
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    rows.extend(lines.iter().map(|line| {
        vec![
            terminal.words(line.standing.word(), &[]),
            line.agency.clone(),
            line.id.clone(),
            or_dash(&line.due),
            or_dash(&line.published),
            line.errors.to_string(),
            line.warnings.to_string(),
        ]
    }));
    let mut text = String::new();
    for row in columns(&rows, 5) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{row}");
    }
    text.trim_end().to_owned()
}

/// The board for a program.
fn data(year: u16, lines: &[Line]) -> String {
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| {
            json!({
                "agency": line.id, "name": line.agency, "status": line.standing.name(), "due": line.due,
                "published": line.published, "errors": line.errors, "warnings": line.warnings,
            })
        })
        .collect();
    let board = json!({ "version": env!("CARGO_PKG_VERSION"), "year": year, "agencies": lines });
    serde_json::to_string_pretty(&board).unwrap_or_default()
}
