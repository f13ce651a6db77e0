//! Walks a portal folder on disk.

use std::fs::Metadata;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use rayon::prelude::*;

use super::{SourceTree, Touched};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::path::SourcePath;
use crate::stamp::Stamp;

/// The folders and files of a portal folder that are source.
const SOURCES: [&str; 3] = ["site.toml", "content", "themes"];

/// Where the sources of a portal folder lie.
pub fn places(root: &Path) -> Vec<PathBuf> {
    SOURCES.iter().map(|name| root.join(name)).collect()
}

/// What a walk came upon.
#[derive(Default)]
struct Walked {
    files: Vec<(SourcePath, Stamp)>,
    is_linked: bool,
    found: Diagnostics,
}

/// Walks a portal folder: every file that is source, with its stamp. Files that editors
/// and file managers leave about are passed over; a link out of the folder is an error.
pub fn scan(root: &Path) -> SourceTree {
    let mut tree = SourceTree::on_disk(root);
    // The places of the sources may be links to elsewhere.
    let is_linked = places(root).iter().any(|place| place.is_symlink());
    let mut whole = Walked { is_linked, ..Walked::default() };
    for place in places(root) {
        whole.add(walk(root, &place));
    }
    tree.take("", whole);
    tree
}

/// Above so many touched places everything is looked at: that is quicker then.
const FEW: usize = 64;

/// The tree as it is now, by a look at what may have changed since it was made. What is there
/// is all that counts; the hints only say where to look.
pub fn rescan(old: &SourceTree, touched: &Touched) -> SourceTree {
    let Some(root) = old.root() else { return old.clone() };
    let places = match touched {
        Touched::Places(places) if places.len() <= FEW => places,
        _ => return scan(root),
    };
    // A link changes with what it leads to, and a finding about the folder may be gone.
    if old.is_linked || !old.found.is_empty() {
        return scan(root);
    }
    let mut tree = old.again();
    for place in places.iter().filter(|place| is_source(place)) {
        let path = root.join(place);
        let Some(name) = source_path(root, &path).filter(|_| !path.is_symlink()) else { return scan(root) };
        let walked = walk(root, &path);
        tree.take(name.as_str(), walked);
    }
    // What is wrong with a place may be wrong with the folder above it.
    if tree.found.is_empty() { tree } else { scan(root) }
}

/// Whether a place in the portal folder may hold sources.
fn is_source(place: &Path) -> bool {
    let mut names = place.iter().map(|name| name.to_string_lossy());
    names.next().is_some_and(|first| SOURCES.contains(&&*first)) && !names.any(|name| is_left_about(&name))
}

impl Walked {
    fn add(&mut self, other: Self) {
        self.files.extend(other.files);
        self.is_linked |= other.is_linked;
        self.found.extend(&other.found);
    }
}

impl SourceTree {
    /// Takes what lies at a path and below it now.
    fn take(&mut self, path: &str, walked: Walked) {
        self.replace(path, walked.files);
        self.is_linked |= walked.is_linked;
        self.found.extend(&walked.found);
    }
}

/// Folders less deep than this are walked side by side: a portal is broad, not deep.
const BROAD: usize = 3;

/// What there is at a place, and below it if it is a folder or a link to one.
fn walk(root: &Path, start: &Path) -> Walked {
    let mut walked = Walked::default();
    let Some(path) = source_path(root, start) else {
        walked.unnamed(root, start);
        return walked;
    };
    match start.symlink_metadata() {
        Err(error) => walked.unreadable(&path, &error),
        Ok(there) if there.is_dir() => walked.add(walk_folder(root, start.to_owned(), BROAD)),
        Ok(there) => {
            walked.file(root, path, &there);
            if there.is_symlink() && start.is_dir() {
                walked.add(walk_folder(root, start.to_owned(), BROAD));
            }
        }
    }
    walked
}

fn walk_folder(root: &Path, folder: PathBuf, broad: usize) -> Walked {
    let mut walked = Walked::default();
    let mut waiting = vec![folder];
    while let Some(folder) = waiting.pop() {
        walked.look_into(root, &folder, &mut waiting);
        if broad > 0 {
            let parts = waiting.par_drain(..).map(|folder| walk_folder(root, folder, broad - 1));
            let parts: Vec<Walked> = parts.collect();
            parts.into_iter().for_each(|part| walked.add(part));
        }
    }
    walked
}

impl Walked {
    /// Takes the files of a folder; gives the folders in it.
    fn look_into(&mut self, root: &Path, folder: &Path, folders: &mut Vec<PathBuf>) {
        let Some(above) = source_path(root, folder) else { return };
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(&above, &error),
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.unreadable(&above, &error),
            };
            let name = entry.file_name();
            if is_left_about(&name.to_string_lossy()) {
                continue;
            }
            let Some(name) = name.to_str().filter(|name| is_line(name)) else {
                self.unnamed(root, &entry.path());
                continue;
            };
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
                continue;
            }
            let path = SourcePath::new([above.as_str(), "/", name].concat());
            // The entry looks from its folder: to find that again from the top takes longer.
            match entry.metadata() {
                Ok(there) => self.file(root, path, &there),
                Err(error) => self.unreadable(&path, &error),
            }
        }
    }

    /// Takes what is no folder, if it is a file, or a link to one in the portal folder.
    fn file(&mut self, root: &Path, path: SourcePath, there: &Metadata) {
        if there.is_file() {
            self.files.push((path, there.into()));
        } else if there.is_symlink() {
            match linked(root, &root.join(path.as_str())) {
                Ok(there) => {
                    self.is_linked = true;
                    self.files.push((path, (&there).into()));
                }
                Err(target) => {
                    self.found
                        .push(Diagnostic::new("source/link").fact("target", target).at(Place::file(&path)));
                }
            }
        }
    }

    /// Finds that something cannot be read, unless it went away while we looked.
    fn unreadable(&mut self, path: &SourcePath, error: &std::io::Error) {
        if error.kind() != std::io::ErrorKind::NotFound {
            let diagnostic = Diagnostic::new("source/unreadable").fact("why", error.to_string());
            self.found.push(diagnostic.at(Place::file(path)));
        }
    }

    /// Finds that a name is no line of text.
    fn unnamed(&mut self, root: &Path, place: &Path) {
        let name = place.strip_prefix(root).unwrap_or(place).to_string_lossy();
        let name = name.replace(char::is_control, "\u{fffd}");
        self.found.push(Diagnostic::new("source/name").fact("name", name));
    }
}

/// The file behind a symbolic link, if it lies in the portal folder; else its target.
fn linked(root: &Path, link: &Path) -> Result<Metadata, String> {
    let target = || link.read_link().map(|t| t.to_string_lossy().into_owned()).unwrap_or_default();
    let inside = |path: &Path| root.canonicalize().is_ok_and(|root| path.starts_with(root));
    match link.canonicalize() {
        Ok(real) if inside(&real) && real.is_file() => real.metadata().map_err(|_| target()),
        _ => Err(target()),
    }
}

fn source_path(root: &Path, path: &Path) -> Option<SourcePath> {
    let relative = path.strip_prefix(root).ok()?.to_str().filter(|path| is_line(path))?;
    Some(match MAIN_SEPARATOR {
        '/' => SourcePath::new(relative),
        other => SourcePath::new(relative.replace(other, "/")),
    })
}

/// Whether a name can stand on a line of a list.
fn is_line(name: &str) -> bool {
    !name.contains(char::is_control)
}

/// Names that editors, office programs and file managers leave about.
pub(super) fn is_left_about(name: &str) -> bool {
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || name == "4913"
        || (name.starts_with('#') && name.ends_with('#'))
        || ["Thumbs.db", "desktop.ini"].contains(&name)
        || [".swp", ".swx", ".swo", ".bak", ".bck", ".tmp", ".part"].iter().any(|end| name.ends_with(end))
}
