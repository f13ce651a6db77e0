//! `gongkai schema`.

#![expect(clippy::disallowed_methods, reason = "this is where the schemas are written")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::memory::pipeline;
use super::terminal::Terminal;
use super::{CLEAN, FAULT};
use crate::document::schemas;
use crate::form::Form;
use crate::model::Forms;
use crate::source::scan;

/// Print or write the JSON Schemas of the files of a portal.
#[derive(Args)]
pub(super) struct Schema {
    /// Which one: site, agency, report, page or tables-FORM [default: the names of all]
    name: Option<String>,
    /// Write all of them to a folder, such as schemas
    #[arg(short, long, value_name = "DIR", conflicts_with = "name")]
    output: Option<PathBuf>,
}

impl Schema {
    pub(super) fn run(self, root: Option<&Path>, terminal: &Terminal) -> u8 {
        let root = root.filter(|root| root.join("site.toml").is_file());
        let forms: Vec<Arc<Form>> = match root {
            Some(root) => pipeline(root, true).check(&scan(root)).portal.forms.all().to_vec(),
            None => Forms::standard(),
        };
        let all = schemas(forms.iter().map(|form| &**form));
        let text = |schema: &serde_json::Value| format!("{schema:#}\n");
        if let Some(folder) = &self.output {
            for (name, schema) in &all {
                let path = folder.join(format!("{name}.schema.json"));
                let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text(schema)));
                if let Err(error) = written {
                    terminal.io(&path, &error);
                    return FAULT;
                }
                terminal.mention("talk-made", &[("path", &path.display().to_string())]);
            }
            return CLEAN;
        }
        let out = match &self.name {
            Some(wanted) => match all.iter().find(|(name, _)| name == wanted) {
                Some((_, schema)) => text(schema),
                None => {
                    let known = all.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
                    terminal.say("talk-unknown-schema", &[("name", wanted), ("known", &known)]);
                    return FAULT;
                }
            },
            None => all.iter().map(|(name, _)| format!("{name}\n")).collect(),
        };
        let _ = std::io::stdout().write_all(out.as_bytes());
        CLEAN
    }
}
