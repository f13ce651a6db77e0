//! `gongkai init` and `gongkai new`: skeletons that show a page at once.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use include_dir::{Dir, include_dir};

use super::memory::pipeline;
use super::terminal::Terminal;
use super::{CLEAN, FAULT};
use crate::document::{Written, front_matter, tables_toml, toml_text};
use crate::form::{Form, Table};
use crate::model::{Agency, Portal, Report, carried};
use crate::path::is_id;
use crate::render::collection;
use crate::source::scan;

static SKELETON: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/skeleton");
static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content");
const DEMO_SITE: &str = include_str!("../../site.toml");
const IGNORE: &str = "/public\n/.gongkai\n";

/// Make a new portal.
#[derive(Args)]
pub(super) struct Init {
    /// The folder to make it in
    dir: PathBuf,
    /// With several agencies and years, ready to look at
    #[arg(long)]
    demo: bool,
}

/// Make a new agency or report.
#[derive(Subcommand)]
pub(super) enum New {
    /// A new agency 新建机关
    Agency(NewAgency),
    /// A new report, every section and row of its form in it 新建报告
    Report(NewReport),
}

#[derive(Args)]
pub(super) struct NewAgency {
    /// Its id: lower-case letters, digits and hyphens; it stands in addresses
    id: String,
    /// Its full name
    #[arg(long)]
    name: String,
    /// Its short name
    #[arg(long)]
    short: Option<String>,
    /// Its kind, as the form names kinds
    #[arg(long)]
    kind: Option<String>,
    /// The region it works in
    #[arg(long)]
    region: Option<String>,
}

#[derive(Args)]
pub(super) struct NewReport {
    /// The agency, by id
    agency: String,
    /// The reporting year
    year: u16,
    /// The form [default: the one in force for the year]
    #[arg(long)]
    form: Option<String>,
    /// A workbook to fill in and import, instead of the report's files [default: AGENCY-YEAR.xlsx]
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    xlsx: Option<Option<PathBuf>>,
}

impl Init {
    pub(super) fn run(self, terminal: &Terminal) -> u8 {
        let mut files: Vec<(PathBuf, Vec<u8>)> = vec![(".gitignore".into(), IGNORE.into())];
        if self.demo {
            files.push(("site.toml".into(), DEMO_SITE.into()));
            collect(&DEMO, Path::new("content"), &mut files);
        } else {
            let language = if terminal.language.starts_with("zh") { "zh-CN" } else { "en" };
            let text = |name: &str| {
                let file = SKELETON.get_file(format!("{language}/{name}"));
                file.map(|file| file.contents().to_vec()).unwrap_or_default()
            };
            files.push(("site.toml".into(), text("site.toml")));
            files.push(("content/index.md".into(), text("index.md")));
            files.push(("content/about.md".into(), text("about.md")));
        }
        if self.dir.join("site.toml").exists() {
            terminal.say("talk-exists", &[("path", &self.dir.join("site.toml").display().to_string())]);
            return FAULT;
        }
        for (path, bytes) in files {
            if let Err(code) = make(&self.dir.join(path), &bytes, terminal, Existing::Keep) {
                return code;
            }
        }
        terminal.mention("talk-made", &[("path", &self.dir.display().to_string())]);
        let command = format!("gongkai -r {} serve --open", self.dir.display());
        terminal.mention("talk-next", &[("command", &command)]);
        CLEAN
    }
}

/// All files of an embedded folder, below a path.
fn collect(dir: &Dir<'_>, below: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    files.extend(dir.files().map(|file| (below.join(file.path()), file.contents().to_vec())));
    dir.dirs().for_each(|dir| collect(dir, below, files));
}

/// What to do with a file that is there already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Existing {
    Keep,
    Refuse,
}

/// Makes a file with its folders; one that is there already is never touched.
fn make(path: &Path, bytes: &[u8], terminal: &Terminal, existing: Existing) -> Result<(), u8> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder)
        .and_then(|()| fs::OpenOptions::new().write(true).create_new(true).open(path))
        .and_then(|mut file| io::Write::write_all(&mut file, bytes));
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match existing {
            Existing::Keep => Ok(()),
            Existing::Refuse => {
                terminal.say("talk-exists", &[("path", &path.display().to_string())]);
                Err(FAULT)
            }
        },
        Err(error) => {
            terminal.io(path, &error);
            Err(FAULT)
        }
    }
}

impl New {
    pub(super) fn run(self, root: &Path, terminal: &Terminal) -> u8 {
        match self {
            Self::Agency(agency) => agency.run(root, terminal),
            Self::Report(report) => report.run(root, terminal),
        }
    }
}

impl NewAgency {
    fn run(self, root: &Path, terminal: &Terminal) -> u8 {
        if !is_id(&self.id) {
            terminal.say("talk-bad-id", &[("id", &self.id)]);
            return FAULT;
        }
        let fields =
            [("name", Some(self.name)), ("short", self.short), ("kind", self.kind), ("region", self.region)];
        let lines =
            fields.into_iter().filter_map(|(key, value)| Some(format!("{key:6} = {}\n", toml_text(&value?))));
        let text: String = lines.collect();
        let path = root.join("content/agencies").join(&self.id).join("agency.toml");
        if let Err(code) = make(&path, text.as_bytes(), terminal, Existing::Refuse) {
            return code;
        }
        terminal.mention("talk-made", &[("path", &path.display().to_string())]);
        CLEAN
    }
}

impl NewReport {
    fn run(self, root: &Path, terminal: &Terminal) -> u8 {
        let checked = pipeline(root, true).check(&scan(root));
        let portal = &checked.portal;
        let Some(agency) = portal.agency(&self.agency) else {
            terminal.say("talk-unknown-agency", &[("id", &self.agency)]);
            return FAULT;
        };
        let form = match &self.form {
            Some(id) => portal.forms.get(id),
            None => portal.forms.in_force(self.year, &portal.settings),
        };
        let Some(form) = form else {
            match &self.form {
                Some(form) => terminal.say("talk-unknown-form", &[("form", form)]),
                None => terminal.say("talk-no-form", &[("year", &self.year.to_string())]),
            }
            return FAULT;
        };
        let report = Report::blank(agency, self.year, Some(Arc::clone(form)));
        if let Some(file) = &self.xlsx {
            let usual = PathBuf::from(format!("{}-{}.xlsx", self.agency, self.year));
            return workbook(portal, agency, &report, file.as_ref().unwrap_or(&usual), terminal);
        }
        let named = self.form.as_deref();
        let files = [
            (report.narrative_file(), narrative(form, named, terminal)),
            (report.tables_file(), tables(portal, &report, form, terminal)),
        ];
        for (path, text) in files {
            if let Err(code) = make(&root.join(path.as_str()), text.as_bytes(), terminal, Existing::Refuse) {
                return code;
            }
            terminal.mention("talk-made", &[("path", path.as_str())]);
        }
        terminal.mention("talk-next", &[("command", "gongkai serve")]);
        CLEAN
    }
}

/// A workbook in which the report is to be filled in.
fn workbook(portal: &Portal, agency: &Agency, report: &Report, path: &Path, terminal: &Terminal) -> u8 {
    let bytes = match collection(portal, agency, report, path, &terminal.language) {
        Ok(bytes) => bytes,
        Err(error) => {
            terminal.io(path, &error);
            return FAULT;
        }
    };
    if let Err(code) = make(path, &bytes, terminal, Existing::Refuse) {
        return code;
    }
    terminal.mention("talk-made", &[("path", &path.display().to_string())]);
    terminal.mention("talk-next", &[("command", &format!("gongkai import {}", path.display()))]);
    CLEAN
}

/// `report.md` with every section of the form, and its hints as comments.
fn narrative(form: &Form, named: Option<&str>, terminal: &Terminal) -> String {
    let mut head = vec![terminal.words("skeleton-published", &[])];
    head.extend(named.map(|id| format!("form      = {}", toml_text(id))));
    let mut text = front_matter(&head);
    for section in &form.sections {
        let _ = write!(text, "\n## {}\n", section.title.get(&terminal.language));
        if let Some(hint) = &section.hint {
            let _ = write!(text, "\n<!-- {} -->\n", hint.get(&terminal.language).replace("--", "—"));
        }
        if section.prose_required {
            let _ = write!(text, "\n{}\n", terminal.words("placeholder", &[]));
        }
    }
    text
}

/// `tables.toml` with every row of the form; what last year's report settles is filled in.
fn tables(portal: &Portal, report: &Report, form: &Form, terminal: &Terminal) -> String {
    let previous = portal.previous(report);
    let known = previous.and_then(|older| Some(carried(report, older, portal.lineage(report, older)?)));
    let known = known.unwrap_or_default();
    let tables: Vec<&Table> = report.sheets().iter().map(|sheet| &*sheet.table).collect();
    tables_toml(form, &tables, &terminal.language, &|number, cell| {
        let table = tables[number];
        let (row, column) = table.crossing(cell);
        if table.rows.leaf(row).sum.is_some() || table.columns.leaf(column).sum.is_some() {
            return None;
        }
        let value = known.iter().find(|(at, _)| *at == (number, cell)).map(|(_, value)| value.to_string());
        Some(Written { value: value.unwrap_or_else(|| "\"\"".to_owned()), remark: String::new() })
    })
}
