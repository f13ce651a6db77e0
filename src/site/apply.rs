//! A small change of a large site, made in place: linking everything that stays into a new
//! folder would be most of the work.
//!
//! What is new waits in a folder beside the site, with the new manifest. Giving that folder
//! its last name decides the change; from then on it is carried out by whoever comes first,
//! this build or, if it is killed, the next run. The manifest leaves the site first and the
//! new one comes last, so that a site in between never looks whole.

#![expect(clippy::disallowed_methods, reason = "this is where the site is written")]

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::manifest::NAME;

/// What the old manifest is called while the change is carried out.
const OLD: &str = ".gongkai-manifest-old";
/// The list of what only the old site has, a route a line.
pub(super) const GONE: &str = ".gongkai-gone";

/// Why a change could not be carried out: where, and what the file system said.
pub(super) type Wrong = (PathBuf, io::Error);

/// Decides a change: the stage holds every new file and the new manifest.
///
/// # Errors
/// When the file system says no; nothing is decided then.
pub(super) fn decide(stage: &Path, decided: &Path) -> Result<(), Wrong> {
    fs::rename(stage, decided).map_err(|error| (decided.into(), error))
}

/// Carries a decided change out, or what is left of it. May be cut short anywhere and done
/// again.
///
/// # Errors
/// When the file system says no; the rest is left to the next run.
pub(super) fn carry_out(decided: &Path, output: &Path) -> Result<(), Wrong> {
    if decided.join(NAME).exists() {
        let there = output.join(NAME);
        if there.exists() {
            fs::rename(&there, decided.join(OLD)).map_err(|error| (there.clone(), error))?;
        }
        delete_old(decided, output)?;
        move_new(decided, output)?;
        fs::rename(decided.join(NAME), &there).map_err(|error| (there, error))?;
    }
    match fs::remove_dir_all(decided) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err((decided.into(), error)),
        _ => Ok(()),
    }
}

/// Deletes what only the old site has, and the folders that are empty then.
fn delete_old(decided: &Path, output: &Path) -> Result<(), Wrong> {
    let gone = fs::read_to_string(decided.join(GONE)).unwrap_or_default();
    let mut folders = BTreeSet::new();
    for route in gone.lines() {
        let path = output.join(route);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err((path, error)),
            _ => folders.extend(Path::new(route).ancestors().skip(1).map(Path::to_path_buf)),
        }
    }
    // The deepest first; one that is not empty stays.
    for folder in folders.iter().rev().filter(|folder| !folder.as_os_str().is_empty()) {
        let _ = fs::remove_dir(output.join(folder));
    }
    Ok(())
}

/// Puts the new files in their places, each in one step.
fn move_new(decided: &Path, output: &Path) -> Result<(), Wrong> {
    for entry in WalkDir::new(decided).min_depth(1) {
        let entry = entry.map_err(|error| (decided.to_path_buf(), error.into()))?;
        let Ok(route) = entry.path().strip_prefix(decided) else { continue };
        if entry.file_type().is_dir() || [NAME, OLD, GONE].iter().any(|name| route == Path::new(name)) {
            continue;
        }
        let to = output.join(route);
        let step = || match fs::rename(entry.path(), &to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(to.parent().unwrap_or(output))?;
                fs::rename(entry.path(), &to)
            }
            other => other,
        };
        step().map_err(|error| (to.clone(), error))?;
    }
    Ok(())
}
