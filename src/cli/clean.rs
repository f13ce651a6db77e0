//! `gongkai clean`.

#![expect(clippy::disallowed_methods, reason = "this is where remembered work is removed")]

use std::path::{Path, PathBuf};

use clap::Args;

use super::memory::pipeline;
use super::terminal::Terminal;
use super::{CLEAN, FAULT};
use crate::site;
use crate::source::scan;

/// Remove what we own: the site and remembered work.
#[derive(Args)]
pub(super) struct Clean {
    /// The output folder [default: output_dir of site.toml]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl Clean {
    pub(super) fn run(self, root: &Path, terminal: &Terminal) -> u8 {
        let settings = pipeline(root, false).check(&scan(root)).portal.settings;
        let output = self.output.unwrap_or_else(|| root.join(&settings.output_dir));
        match site::clean(&output) {
            Ok((count, foreign)) => {
                let _ = std::fs::remove_dir_all(root.join(".gongkai"));
                terminal.mention(
                    "talk-cleaned",
                    &[("count", &count.to_string()), ("foreign", &foreign.to_string())],
                );
                CLEAN
            }
            Err((path, error)) => {
                terminal.io(&path, &error);
                FAULT
            }
        }
    }
}
