//! Walks a portal folder on disk.

use std::fs::Metadata;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::{SourceTree, Stamp, Touched};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::path::SourcePath;

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
    let mut folders = Vec::new();
    for name in SOURCES {
        collect_folders(&root.join(name), 3, &mut folders);
    }
    let walked: Vec<Walked> = folders.par_iter().map(|(start, depth)| walk(root, start, *depth)).collect();
    // The places of the sources may be links to elsewhere.
    let is_linked = places(root).iter().any(|place| place.is_symlink());
    let mut whole = Walked { is_linked, ..Walked::default() };
    for part in walked {
        whole.add(part);
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
        let walked = walk(root, &path, usize::MAX);
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

/// Cuts the tree into parts to walk side by side: each folder above `levels` alone (depth
/// 1), each folder at that level with all below it.
fn collect_folders(start: &Path, levels: usize, out: &mut Vec<(PathBuf, usize)>) {
    let folder = start.symlink_metadata().is_ok_and(|m| m.is_dir());
    if levels == 0 || !folder {
        out.push((start.into(), usize::MAX));
        return;
    }
    out.push((start.into(), 1));
    for entry in std::fs::read_dir(start).into_iter().flatten().flatten() {
        let is_folder = entry.file_type().is_ok_and(|t| t.is_dir());
        if is_folder && !is_left_about(&entry.file_name().to_string_lossy()) {
            collect_folders(&entry.path(), levels - 1, out);
        }
    }
}

fn walk(root: &Path, start: &Path, depth: usize) -> Walked {
    let Walked { mut files, mut is_linked, mut found } = Walked::default();
    let keep = |entry: &DirEntry| entry.depth() == 0 || !is_left_about(&entry.file_name().to_string_lossy());
    for entry in WalkDir::new(start).max_depth(depth).into_iter().filter_entry(keep) {
        let entry = match entry {
            Ok(entry) => entry,
            // A file that went away between listing and looking is not there.
            Err(error) if error.io_error().is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound) => {
                continue;
            }
            Err(error) => {
                let path =
                    source_path(root, error.path().unwrap_or(start)).unwrap_or_else(|| "content".into());
                found.push(
                    Diagnostic::new("source/unreadable")
                        .fact("why", error.to_string())
                        .at(Place::file(&path)),
                );
                continue;
            }
        };
        let Some(path) = source_path(root, entry.path()) else {
            let name = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy().into_owned();
            found.push(Diagnostic::new("source/name").fact("name", name));
            continue;
        };
        let metadata = match entry.file_type() {
            t if t.is_dir() => continue,
            t if t.is_symlink() => match linked(root, entry.path()) {
                Ok(metadata) => {
                    is_linked = true;
                    Ok(metadata)
                }
                Err(target) => {
                    found.push(Diagnostic::new("source/link").fact("target", target).at(Place::file(&path)));
                    continue;
                }
            },
            _ => entry.metadata(),
        };
        match metadata {
            Ok(metadata) if metadata.is_file() => files.push((path, stamp(&metadata))),
            _ => {}
        }
    }
    Walked { files, is_linked, found }
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
    let relative = path.strip_prefix(root).ok()?.to_str()?;
    Some(match MAIN_SEPARATOR {
        '/' => SourcePath::new(relative),
        other => SourcePath::new(relative.replace(other, "/")),
    })
}

/// The stamp of a file. On Unix it is the time of the last change of status: unlike the
/// time of modification it cannot be set back.
pub(super) fn stamp(metadata: &Metadata) -> Stamp {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let modified = metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec());
        Stamp { size: metadata.len(), modified, inode: metadata.ino() }
    }
    #[cfg(not(unix))]
    {
        let modified = metadata.modified().ok();
        let modified = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        Stamp { size: metadata.len(), modified: modified.map_or(0, |t| t.as_nanos() as i64), inode: 0 }
    }
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
