//! `gongkai export`.

#![expect(clippy::disallowed_methods, reason = "this is where an exported file is written")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::terminal::Terminal;
use super::{CLEAN, FAULT};
use crate::pipeline::Pipeline;
use crate::plan::Subject;
use crate::render::{Content, Renderer};
use crate::source::scan;

/// Write one report's file to stdout or a file.
#[derive(Args)]
pub(super) struct Export {
    /// The agency, by id
    agency: String,
    /// The reporting year
    year: u16,
    /// The format
    #[arg(long, value_enum)]
    format: Format,
    /// Where to write it [default: stdout]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Json,
}

impl Export {
    pub(super) fn run(self, root: &Path, terminal: &Terminal) -> u8 {
        let tree = scan(root);
        let prepared = Pipeline::new(true).prepare(&tree);
        let renderer = Renderer::new(Arc::clone(&prepared.checked), Arc::clone(&prepared.theme));
        let subject = match self.format {
            Format::Csv => Subject::ReportCsv(self.agency.clone(), self.year),
            Format::Json => Subject::ReportJson(self.agency.clone(), self.year),
        };
        let Some(Content::Made(bytes)) = renderer.render(&subject).value else {
            terminal.say("talk-no-report", &[("agency", &self.agency), ("year", &self.year.to_string())]);
            return FAULT;
        };
        let written = match &self.output {
            Some(path) => std::fs::write(path, bytes),
            None => std::io::stdout().write_all(&bytes),
        };
        match written {
            Ok(()) => CLEAN,
            Err(error) => {
                terminal.io(self.output.as_deref().unwrap_or(Path::new("stdout")), &error);
                FAULT
            }
        }
    }
}
