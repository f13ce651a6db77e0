//! `gongkai export`.

#![expect(clippy::disallowed_methods, reason = "this is where an exported file is written")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::memory::pipeline;
use super::terminal::Terminal;
use super::{CLEAN, FAULT};
use crate::document::Format;
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
    #[arg(long, value_parser = formats())]
    format: String,
    /// Where to write it [default: stdout]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The formats by name.
fn formats() -> PossibleValuesParser {
    Format::ALL.map(Format::extension).into()
}

impl Export {
    pub(super) fn run(self, root: &Path, terminal: &Terminal) -> u8 {
        let format = Format::named(&self.format).filter(|format| format.is_built());
        let Some(format) = format else {
            terminal.say("talk-unbuilt-format", &[("format", &self.format)]);
            return FAULT;
        };
        let tree = scan(root);
        let prepared = pipeline(root, true).prepare(&tree);
        let renderer = Renderer::new(Arc::clone(&prepared.checked), Arc::clone(&prepared.theme));
        let mut rendered =
            renderer.render(&Subject::ReportFile(self.agency.as_str().into(), self.year, format));
        rendered.diagnostics.extend(&prepared.lost());
        if !rendered.diagnostics.is_empty() {
            terminal.report(&rendered.diagnostics, &tree, false);
            return FAULT;
        }
        let Some(Content::Made(bytes)) = rendered.value else {
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
