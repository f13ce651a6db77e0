//! `gongkai check`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::memory::pipeline;
use super::terminal::Terminal;
use super::{CLEAN, FOUND};
use crate::diagnostic::{Diagnostics, Severity};
use crate::source::scan;

/// Check everything, write nothing.
#[derive(Args)]
pub(super) struct Check {
    /// Show only what is found in these files and folders
    paths: Vec<PathBuf>,
    /// Fail on these too
    #[arg(long, value_enum, value_name = "LEVEL")]
    deny: Option<Deny>,
    /// Check drafts too
    #[arg(long)]
    drafts: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
}

impl Check {
    pub(super) fn run(self, root: &Path, terminal: &Terminal) -> u8 {
        let tree = scan(root);
        let prepared = pipeline(root, self.drafts).prepare(&tree);
        let found = self.wanted(root, &prepared.found);
        let warned = self.deny == Some(Deny::Warnings) && found.count(Severity::Warning) > 0;
        let ok = !found.stop() && !warned;
        terminal.report(&found, &tree, ok);
        let reports = prepared.checked.portal.reports.len().to_string();
        let counts = terminal.counts(&found);
        let word = if ok { "talk-checked" } else { "talk-failed" };
        terminal.mention(word, &[("reports", &reports), ("counts", &counts), ("time", &terminal.elapsed())]);
        if ok { CLEAN } else { FOUND }
    }

    /// The findings in the files and folders asked for; all without any.
    fn wanted(&self, root: &Path, found: &Diagnostics) -> Diagnostics {
        if self.paths.is_empty() {
            return found.clone();
        }
        let root = root.canonicalize().unwrap_or_else(|_| root.into());
        let asked: Vec<PathBuf> =
            self.paths.iter().map(|path| path.canonicalize().unwrap_or_else(|_| root.join(path))).collect();
        let mut wanted = Diagnostics::default();
        for diagnostic in found.iter() {
            let file = diagnostic.place.as_ref().map(|place| root.join(place.file.as_str()));
            if file.is_some_and(|file| asked.iter().any(|path| file.starts_with(path))) {
                wanted.push(diagnostic.clone());
            }
        }
        wanted
    }
}
