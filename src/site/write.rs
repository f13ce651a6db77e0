//! Writes a site to a folder: all of it or nothing.
//!
//! Outputs are compared with what the manifest says is there. What differs is written to a
//! stage beside the folder; at the end the stage is completed with links to all that stays
//! and changes places with the folder in one step of the file system. A build that fails or
//! is killed leaves the old site byte for byte; files we do not own are kept. Only a small
//! change of a large site is made in place: see `apply`.

#![expect(clippy::disallowed_methods, reason = "this is where the site is written")]

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use rayon::prelude::*;
use walkdir::WalkDir;
use xxhash_rust::xxh3::Xxh3;

use super::apply;
use super::manifest::{Entry, Manifest, NAME, find, has_below};
use crate::fingerprint::Fingerprint;
use crate::path::Route;
use crate::stamp::Stamp;

/// Why a site could not be written.
#[derive(Debug)]
pub enum WriteError {
    /// The folder is not empty and was not made by us.
    Foreign(PathBuf),
    /// The folder holds the sources.
    Sources(PathBuf),
    /// A file we do not own lies where an output must go.
    Collision(String),
    /// The file system said no.
    Io(PathBuf, io::Error),
}

/// What a build did to the folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files written, new or changed.
    pub written: usize,
    /// Files that stayed as they were.
    pub kept: usize,
    /// Files of ours deleted.
    pub deleted: usize,
    /// Files that are not ours, kept.
    pub foreign: usize,
}

/// An output of the new site.
#[derive(Clone, Copy)]
struct Output {
    entry: Entry,
    /// The stamp of its file, as far as that is known.
    stamp: Option<Stamp>,
    /// Whether the old site has it so.
    stays: bool,
}

/// The outputs of the new site, sorted by route.
type New = [(Route, Output)];

/// The files of a site with their stamps, sorted by route; `None` for those that cannot be told.
pub type Stamps = Vec<(Route, Option<Stamp>)>;

/// A site with so many files that stay is large: linking them all takes longer than the rest.
const LARGE: usize = 1000;
/// The folder of a change that is decided, beside the site.
const CHANGE: &str = "change";

/// A site being written.
pub struct Writer {
    output: PathBuf,
    stage: PathBuf,
    old: Manifest,
    /// When the manifest was written: a file of ours written later was written by others.
    since: Option<SystemTime>,
    /// Nobody else writes beside us; the lock goes with the process, however it ends.
    _lock: Option<File>,
    new: Mutex<Vec<(Route, Output)>>,
}

impl Writer {
    /// Starts writing so many outputs to a folder; `sources` are the files and folders the site is
    /// made of. What a killed build left behind is cleared away.
    ///
    /// # Errors
    /// When the folder is not ours, holds sources or lies among them, or cannot be used.
    pub fn start(output: &Path, sources: &[PathBuf], outputs: usize) -> Result<Self, WriteError> {
        let output = resolve(output)?;
        for source in sources {
            let source = resolve(source)?;
            if source.starts_with(&output) || output.starts_with(&source) {
                return Err(WriteError::Sources(output));
            }
        }
        let Some(parent) = output.parent() else { return Err(WriteError::Sources(output)) };
        fs::create_dir_all(parent).map_err(|error| WriteError::Io(parent.into(), error))?;
        let lock = lock(parent);
        let (stage, old_site) = (beside(&output, "stage"), beside(&output, "old"));
        if old_site.exists() {
            // A swap in two steps was cut between them.
            match output.exists() {
                true => remove(&old_site)?,
                false => {
                    fs::rename(&old_site, &output).map_err(|error| WriteError::Io(output.clone(), error))?
                }
            }
        }
        remove(&stage)?;
        finish_change(&output)?;
        let old = owned(&output)?;
        let since = output.join(NAME).symlink_metadata().and_then(|manifest| manifest.modified()).ok();
        Ok(Self { output, stage, old, since, _lock: lock, new: Mutex::new(Vec::with_capacity(outputs)) })
    }

    /// What the old site has at a route.
    pub fn old(&self, route: &Route) -> Option<Entry> {
        self.old.get(route.as_str())
    }

    /// Keeps an output as the old site has it, if that is still what an entry says; else it
    /// must be given.
    pub fn keep_old(&self, route: &Route, entry: Entry) -> bool {
        let there = self.stays(route, entry);
        if let Some(there) = &there {
            self.note(route, entry, Some(there), true);
        }
        there.is_some()
    }

    /// Gives the bytes of an output.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn put(&self, route: &Route, bytes: &[u8]) -> Result<Entry, WriteError> {
        let entry = Entry { fingerprint: plain_hash(bytes), size: bytes.len() as u64 };
        if !self.keep_old(route, entry) {
            let write = || {
                let mut file = self.create(route.as_str())?;
                file.write_all(bytes)?;
                file.metadata()
            };
            let there = write().map_err(|error| WriteError::Io(self.output.join(route.as_str()), error))?;
            self.note(route, entry, Some(&there), false);
        }
        Ok(entry)
    }

    /// Gives an output that is a file on disk; it is read piece by piece.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn copy<'s>(
        &self,
        route: &Route,
        open: impl Fn() -> io::Result<Box<dyn Read + 's>>,
    ) -> Result<Entry, WriteError> {
        let wrong = |error| WriteError::Io(self.output.join(route.as_str()), error);
        if self.old(route).is_some() {
            let hashed = stream(&mut *open().map_err(wrong)?, &mut io::sink()).map_err(wrong)?;
            if self.keep_old(route, hashed) {
                return Ok(hashed);
            }
        }
        let mut file = self.create(route.as_str()).map_err(wrong)?;
        let entry = stream(&mut *open().map_err(wrong)?, &mut file).map_err(wrong)?;
        self.note(route, entry, file.metadata().ok().as_ref(), false);
        Ok(entry)
    }

    /// Gives an output that is written piece by piece.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn pour(
        &self,
        route: &Route,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Entry, WriteError> {
        let wrong = |error| WriteError::Io(self.output.join(route.as_str()), error);
        let file = self.create(route.as_str()).map_err(wrong)?;
        let mut file = Hashing { file, hasher: Xxh3::new(), size: 0 };
        write(&mut file).map_err(wrong)?;
        let entry = Entry { fingerprint: Fingerprint(file.hasher.digest128()), size: file.size };
        match self.keep_old(route, entry) {
            true => fs::remove_file(self.stage.join(route.as_str())).map_err(wrong)?,
            false => self.note(route, entry, file.file.metadata().ok().as_ref(), false),
        }
        Ok(entry)
    }

    /// Creates a file of the stage, with its folders. Outputs come in the order of their routes:
    /// those of a folder one after the other, and it is made before the first of them.
    fn create(&self, route: &str) -> io::Result<File> {
        thread_local! {
            /// The folder that was made last.
            static MADE: RefCell<PathBuf> = RefCell::default();
        }
        let path = self.stage.join(route);
        let folder = path.parent().unwrap_or(&self.stage);
        let is_made = MADE.with_borrow(|made| made.as_os_str() == folder.as_os_str());
        if !is_made {
            fs::create_dir_all(folder)?;
            MADE.set(folder.to_owned());
        }
        match File::create(&path) {
            // It was made for an earlier site.
            Err(error) if is_made && error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(folder)?;
                File::create(&path)
            }
            other => other,
        }
    }

    /// The file of an output that is there already as it should be.
    fn stays(&self, route: &Route, entry: Entry) -> Option<fs::Metadata> {
        let untouched = |there: &fs::Metadata| {
            let is_older = there.modified().ok() <= self.since;
            there.is_file() && there.len() == entry.size && is_older
        };
        self.old(route).filter(|old| *old == entry)?;
        fs::symlink_metadata(self.output.join(route.as_str())).ok().filter(untouched)
    }

    fn note(&self, route: &Route, entry: Entry, there: Option<&fs::Metadata>, stays: bool) {
        let output = Output { entry, stamp: there.map(Stamp::from), stays };
        let mut new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        new.push((route.clone(), output));
    }

    /// Gives up: the old site stays as it is.
    pub fn abandon(self) {
        // What cannot be removed now is removed by the next build.
        let _ = remove(&self.stage);
    }

    /// Puts the new site in the place of the old one, in one step; gives the stamps of its files
    /// too.
    ///
    /// # Errors
    /// When the file system says no; the old site is then as it was.
    pub fn finish(self) -> Result<(Summary, Stamps), WriteError> {
        let mut new = std::mem::take(&mut *self.new.lock().unwrap_or_else(PoisonError::into_inner));
        new.par_sort_by(|(a, _), (b, _)| a.cmp(b));
        // Of two outputs in one place the last one counts.
        new.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                earlier.1 = later.1;
            }
            is_same
        });
        let summary = self.complete(&mut new);
        if summary.is_err() {
            let _ = remove(&self.stage);
        }
        summary.map(|summary| (summary, self.stamps(new)))
    }

    fn complete(&self, new: &mut New) -> Result<Summary, WriteError> {
        let kept = new.iter().filter(|(_, output)| output.stays).count();
        let gone = self.gone(new);
        let summary = Summary { written: new.len() - kept, kept, deleted: gone.len(), foreign: 0 };
        let changed = summary.written + summary.deleted;
        if changed == 0 && self.output.join(NAME).is_file() {
            return remove(&self.stage).map(|()| summary);
        }
        let in_place = kept >= LARGE && changed < kept / 16 && self.fits_in_place(new, &gone);
        // What is moved or linked gets another stamp.
        for (_, output) in new.iter_mut().filter(|(_, output)| output.stays != in_place) {
            output.stamp = None;
        }
        match in_place {
            true => self.change_in_place(new, &gone).map(|()| summary),
            false => self.replace(new).map(|foreign| Summary { foreign, ..summary }),
        }
    }

    /// The routes of the old site that the new one does not have. Both lists are sorted: they are
    /// gone along side by side.
    fn gone(&self, new: &New) -> Vec<&Route> {
        let mut new = new.iter().map(|(route, _)| route).peekable();
        let is_gone = |route: &&Route| {
            while new.next_if(|known| known < route).is_some() {}
            new.peek() != Some(route)
        };
        self.old.entries().iter().map(|(route, _)| route).filter(is_gone).collect()
    }

    /// The stamps of the files as they lie in their places, with that of the manifest.
    fn stamps(&self, new: Vec<(Route, Output)>) -> Stamps {
        let look = |route: &Route| {
            let there = fs::symlink_metadata(self.output.join(route.as_str())).ok()?;
            Some(Stamp::from(&there))
        };
        let manifest = Route::file(NAME);
        let of_manifest = look(&manifest);
        let of_outputs = new.into_par_iter().map(|(route, output)| {
            let stamp = output.stamp.or_else(|| look(&route));
            (route, stamp)
        });
        let mut stamps = Vec::with_capacity(of_outputs.len() + 1);
        stamps.par_extend(of_outputs);
        let at = stamps.partition_point(|(route, _)| *route < manifest);
        stamps.insert(at, (manifest, of_manifest));
        stamps
    }

    /// Makes a small change where the site stands.
    fn change_in_place(&self, new: &New, gone: &[&Route]) -> Result<(), WriteError> {
        let wrong = |(path, error)| WriteError::Io(path, error);
        let decided = beside(&self.output, CHANGE);
        self.write_manifest(new)?;
        let gone: String = gone.iter().flat_map(|route| [route.as_str(), "\n"]).collect();
        self.write_beside(apply::GONE, |out| out.write_all(gone.as_bytes()))?;
        sync(&self.stage);
        apply::decide(&self.stage, &decided).map_err(wrong)?;
        apply::carry_out(&decided, &self.output).map_err(wrong)
    }

    /// Whether what changes lies free: in folders that are no links, where nothing foreign
    /// is. If not, making the whole site anew says what is in the way.
    fn fits_in_place(&self, new: &New, gone: &[&Route]) -> bool {
        let nothing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
        let lies_free = |route: &str| {
            let folders = Path::new(route).ancestors().skip(1);
            let mut folders = folders.map(|folder| self.output.join(folder).symlink_metadata());
            let free = match self.output.join(route).symlink_metadata() {
                Ok(there) => there.is_file() && self.old.get(route).is_some(),
                Err(error) => nothing(&error),
            };
            free && folders.all(|there| there.map_or_else(|error| nothing(&error), |there| there.is_dir()))
        };
        let written = new.iter().filter(|(_, output)| !output.stays).map(|(route, _)| route);
        written.chain(gone.iter().copied()).all(|route| lies_free(route.as_str()))
    }

    /// Completes the stage and puts it in the place of the old site; gives how many files
    /// that are not ours were kept.
    fn replace(&self, new: &New) -> Result<usize, WriteError> {
        let foreign = self.foreign(new)?;
        let is_file = |path: &&PathBuf| !self.output.join(path).is_dir();
        let foreign_files = foreign.iter().filter(is_file).count();
        for (route, _) in new.iter().filter(|(_, output)| output.stays) {
            self.keep(Path::new(route.as_str()))?;
        }
        for path in &foreign {
            self.keep(path)?;
        }
        self.write_manifest(new)?;
        self.keep_permissions().map_err(|error| WriteError::Io(self.output.clone(), error))?;
        sync(&self.stage);
        self.swap().map_err(|error| WriteError::Io(self.output.clone(), error))?;
        // The old site, now in the place of the stage. If this is cut short, the next build
        // clears the rest away.
        let _ = remove(&self.stage);
        Ok(foreign_files)
    }

    fn write_manifest(&self, new: &New) -> Result<(), WriteError> {
        self.write_beside(NAME, |out| Manifest::write(new, |output| output.entry, out))
    }

    /// Writes a file of ours that is no output.
    fn write_beside(
        &self,
        name: &str,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<(), WriteError> {
        let written = self.create(name).and_then(|mut file| write(&mut file));
        written.map_err(|error| WriteError::Io(self.stage.join(name), error))
    }

    /// The files and folders in the output folder that are not ours; one that lies where an
    /// output must go is an error.
    fn foreign(&self, new: &New) -> Result<Vec<PathBuf>, WriteError> {
        let mut foreign = Vec::new();
        if !self.output.exists() {
            return Ok(foreign);
        }
        for entry in WalkDir::new(&self.output).min_depth(1) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(&self.output).to_path_buf();
                    match io::Error::from(error) {
                        // Taken away while we looked.
                        gone if gone.kind() == io::ErrorKind::NotFound => continue,
                        error => return Err(WriteError::Io(path, error)),
                    }
                }
            };
            let Ok(path) = entry.path().strip_prefix(&self.output) else { continue };
            // A name that is no UTF-8 is never that of an output.
            let Some(route) = path.to_str() else {
                foreign.push(path.to_owned());
                continue;
            };
            let is_folder = entry.file_type().is_dir();
            let is_ours = match is_folder {
                true => has_below(self.old.entries(), route),
                false => route == NAME || self.old.get(route).is_some(),
            };
            if is_ours {
                continue;
            }
            let above = path.ancestors().skip(1).filter_map(Path::to_str);
            let is_output = |path: &str| find(new, path).is_some();
            let in_the_way = is_output(route) || (!is_folder && has_below(new, route));
            if in_the_way || above.into_iter().any(is_output) {
                return Err(WriteError::Collision(route.to_owned()));
            }
            foreign.push(path.to_owned());
        }
        Ok(foreign)
    }

    /// Gives the folders of the new site the permissions they have in the old one.
    fn keep_permissions(&self) -> io::Result<()> {
        if !self.output.exists() {
            return Ok(());
        }
        for entry in WalkDir::new(&self.stage) {
            let entry = entry?;
            if !entry.file_type().is_dir() {
                continue;
            }
            let Ok(path) = entry.path().strip_prefix(&self.stage) else { continue };
            let Ok(old) = self.output.join(path).symlink_metadata() else { continue };
            if old.is_dir() && old.permissions() != entry.metadata()?.permissions() {
                fs::set_permissions(entry.path(), old.permissions())?;
            }
        }
        Ok(())
    }

    /// Takes a file of the old site into the new one without touching it, or makes the
    /// folder there too.
    fn keep(&self, path: &Path) -> Result<(), WriteError> {
        let (from, to) = (self.output.join(path), self.stage.join(path));
        if from.symlink_metadata().is_ok_and(|there| there.is_dir()) {
            return fs::create_dir_all(&to).map_err(|error| WriteError::Io(from, error));
        }
        let link = || match fs::hard_link(&from, &to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(to.parent().unwrap_or(&self.stage))?;
                fs::hard_link(&from, &to)
            }
            other => other,
        };
        let result = link().or_else(|error| match from.symlink_metadata()?.is_file() {
            // Some file systems know no links.
            true => fs::copy(&from, &to).map(|_| ()),
            false => Err(error),
        });
        result.map_err(|error| WriteError::Io(from.clone(), error))
    }

    /// The one step: stage and output change places.
    fn swap(&self) -> io::Result<()> {
        let parent = self.output.parent().unwrap_or(Path::new("."));
        if !self.output.exists() {
            fs::rename(&self.stage, &self.output)?;
        } else if exchange(&self.stage, &self.output).is_err() {
            // No exchange on this file system: two steps, and the next build mends a cut
            // between them.
            let old = beside(&self.output, "old");
            fs::rename(&self.output, &old)?;
            if let Err(error) = fs::rename(&self.stage, &self.output) {
                fs::rename(&old, &self.output)?;
                return Err(error);
            }
            let _ = fs::remove_dir_all(&old);
        }
        if let Ok(parent) = File::open(parent) {
            let _ = parent.sync_all();
        }
        Ok(())
    }
}

/// A file that is hashed as it is written.
struct Hashing {
    file: File,
    hasher: Xxh3,
    size: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A hash of bytes alone, with no salt: the manifest outlives the program's version.
fn plain_hash(bytes: &[u8]) -> Fingerprint {
    Fingerprint(xxhash_rust::xxh3::xxh3_128(bytes))
}

/// Copies a stream, hashing it on the way.
fn stream(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<Entry> {
    const PIECE: u64 = 256 << 10;
    thread_local! {
        /// There are many files, most of them small: the room for a piece is used again.
        static ROOM: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(8 << 10));
    }
    ROOM.with_borrow_mut(|piece| {
        let mut hasher = Xxh3::new();
        let mut size = 0;
        loop {
            piece.clear();
            (&mut *from).take(PIECE).read_to_end(piece)?;
            hasher.update(piece);
            to.write_all(piece)?;
            size += piece.len() as u64;
            if (piece.len() as u64) < PIECE {
                return Ok(Entry { fingerprint: Fingerprint(hasher.digest128()), size });
            }
        }
    })
}

fn remove(path: &Path) -> Result<(), WriteError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(WriteError::Io(path.into(), error)),
        _ => Ok(()),
    }
}

/// An absolute path without links in it, of something that may not exist yet.
fn resolve(path: &Path) -> Result<PathBuf, WriteError> {
    let wrong = |error| WriteError::Io(path.into(), error);
    let path = std::path::absolute(path).map_err(wrong)?;
    let there = path.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    let Some((folder, mut real)) = there else { return Ok(path) };
    for name in path.strip_prefix(folder).unwrap_or(Path::new("")).components() {
        match name {
            Component::ParentDir => drop(real.pop()),
            name => real.push(name),
        }
    }
    Ok(real)
}

/// Finishes a change of the site that was decided and cut short.
fn finish_change(output: &Path) -> Result<(), WriteError> {
    let decided = beside(output, CHANGE);
    match decided.exists() {
        true => apply::carry_out(&decided, output).map_err(|(path, error)| WriteError::Io(path, error)),
        false => Ok(()),
    }
}

/// Where a new site is made before it is whole, or an old one waits to be deleted.
fn beside(output: &Path, what: &str) -> PathBuf {
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    output.with_file_name(format!(".{name}.gongkai-{what}"))
}

/// Waits until nobody else writes a site in a folder. Where folders cannot be locked,
/// nobody waits.
fn lock(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

/// The manifest of a folder; a folder with files but no manifest is not ours.
fn owned(output: &Path) -> Result<Manifest, WriteError> {
    match fs::read_to_string(output.join(NAME)) {
        Ok(text) => Manifest::from_text(&text).ok_or_else(|| WriteError::Foreign(output.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_dir(output) {
            Ok(mut entries) => match entries.next() {
                Some(_) => Err(WriteError::Foreign(output.into())),
                None => Ok(Manifest::default()),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Manifest::default()),
            Err(error) => Err(WriteError::Io(output.into(), error)),
        },
        Err(error) => Err(WriteError::Io(output.into(), error)),
    }
}

#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Makes sure that what was written survives a power cut.
fn sync(folder: &Path) {
    #[cfg(target_os = "linux")]
    if let Ok(folder) = File::open(folder) {
        let _ = rustix::fs::syncfs(folder);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = folder;
}

/// Removes every file of ours from an output folder and the folders left empty; gives how
/// many files were removed and how many are not ours and stay.
///
/// # Errors
/// The path that could not be removed, and why. A folder without a manifest has nothing of
/// ours.
pub fn clean(output: &Path) -> Result<(usize, usize), (PathBuf, io::Error)> {
    // What a killed build left behind.
    let _ = remove(&beside(output, "stage"));
    let _ = finish_change(output);
    let manifest = fs::read_to_string(output.join(NAME)).ok().and_then(|text| Manifest::from_text(&text));
    let Some(manifest) = manifest else { return Ok((0, 0)) };
    let (mut removed, mut foreign) = (0, 0);
    // Links are not followed: what lies behind one is not ours.
    for entry in WalkDir::new(output).min_depth(1).contents_first(true).into_iter().filter_map(Result::ok) {
        let route = entry.path().strip_prefix(output).ok().and_then(Path::to_str).unwrap_or_default();
        match entry.file_type().is_dir() {
            // A folder that is not empty holds files that are not ours.
            true if has_below(manifest.entries(), route) => drop(fs::remove_dir(entry.path())),
            true => {}
            false if manifest.get(route).is_some() => {
                fs::remove_file(entry.path()).map_err(|error| (entry.path().to_owned(), error))?;
                removed += 1;
            }
            false => foreign += usize::from(route != NAME),
        }
    }
    // The last to go, so that a run cut short can be done again.
    fs::remove_file(output.join(NAME)).map_err(|error| (output.join(NAME), error))?;
    let _ = fs::remove_dir(output);
    Ok((removed, foreign))
}
