//! A portal in memory: made from a text, edited, checked, and its findings in words.

use std::collections::BTreeMap;
use std::fmt::Write;

use gongkai::diagnostic::{Diagnostics, Located};
use gongkai::model::Checked;
use gongkai::path::SourcePath;
use gongkai::pipeline::Pipeline;
use gongkai::source::SourceTree;

/// The files of a portal.
#[derive(Clone, Default, Debug)]
pub(crate) struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Reads an archive: every file after a line `=== path`.
    pub(crate) fn archive(text: &str) -> Self {
        let mut files = Self::default();
        for part in text.split("=== ").skip(1) {
            let (path, text) = part.split_once('\n').expect("a path ends with its line");
            files.put(path.trim(), text);
        }
        files
    }

    /// Writes a file.
    pub(crate) fn put(&mut self, path: &str, bytes: impl AsRef<[u8]>) {
        self.0.insert(path.to_owned(), bytes.as_ref().to_vec());
    }

    /// Takes a file away; whether it was there.
    pub(crate) fn remove(&mut self, path: &str) -> bool {
        self.0.remove(path).is_some()
    }

    /// The bytes of a file.
    pub(crate) fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    /// The files outside a folder, and those inside.
    pub(crate) fn apart(&self, folder: &str) -> (Self, Self) {
        let (inside, outside) = self.0.clone().into_iter().partition(|(path, _)| path.starts_with(folder));
        (Self(outside), Self(inside))
    }

    /// The paths of all files, sorted.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// The files as a source tree.
    pub(crate) fn tree(&self) -> SourceTree {
        SourceTree::in_memory(
            self.0.iter().map(|(path, bytes)| (SourcePath::new(path.as_str()), bytes.clone())),
        )
    }

    /// The portal read and checked afresh.
    pub(crate) fn check(&self) -> Checked {
        Pipeline::new(false).check(&self.tree())
    }

    /// Findings in words, in a language: one paragraph each.
    pub(crate) fn words(&self, found: &Diagnostics, language: &str) -> String {
        let tree = self.tree();
        let mut words = String::new();
        for diagnostic in found.iter() {
            let located = Located::new(diagnostic, language, |path| tree.text(path).ok());
            write_located(&mut words, &located);
        }
        words
    }
}

fn write_located(out: &mut String, located: &Located) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}[{}] {}", located.severity, located.code, located.message);
    match (&located.file, &located.span) {
        (Some(file), Some(span)) => {
            let _ = writeln!(out, "  {file}:{}:{}", span.line, span.column);
        }
        (Some(file), None) => {
            let _ = writeln!(out, "  {file}");
        }
        _ => {}
    }
    for (word, text) in
        [("cell ", &located.cell), ("help: ", &located.help), ("accepted: ", &located.accepted)]
    {
        if let Some(text) = text {
            let _ = writeln!(out, "  {word}{text}");
        }
    }
}
