//! The forms built into the program.

use include_dir::{Dir, include_dir};

static STANDARD: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/form/standard");

/// The files of the forms built in: name and text, sorted by name.
pub fn standard_forms() -> Vec<(&'static str, &'static str)> {
    let mut forms: Vec<_> = STANDARD
        .files()
        .filter_map(|file| Some((file.path().file_name()?.to_str()?, file.contents_utf8()?)))
        .collect();
    forms.sort_unstable();
    forms
}
