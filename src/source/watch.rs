//! Says that the portal folder has changed; never what that means.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{CreateKind, EventKind, ModifyKind, RenameMode};
use notify::{Config, ErrorKind, Event, EventKindMask, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::disk::{is_left_about, scan};

/// Where something may have changed, relative to the portal folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// At these places, or below them.
    Places(BTreeSet<PathBuf>),
    /// Anywhere.
    Anywhere,
}

/// The hints of changes that came, for whoever wants to know without waiting.
#[derive(Default)]
pub struct Hints {
    count: AtomicU64,
    touched: Mutex<Touched>,
}

/// Watches folders and wakes its owner when something in them may have changed.
///
/// Events are hints only: whoever wakes looks at the files they name. So doubled and
/// misreported events do no harm, and after a queue that ran over everything is looked at.
pub struct Watcher {
    /// What tells; nothing where the files are looked at.
    backend: Option<RecommendedWatcher>,
    wake: Receiver<()>,
    sender: Sender<()>,
    hints: Arc<Hints>,
    root: PathBuf,
    /// Folders that were made or came from elsewhere since the last wait.
    folders: Arc<Mutex<Vec<PathBuf>>>,
    /// Whether the files are looked at every now and then, for want of a system that tells.
    pub polls: bool,
}

/// How long it must be quiet before a change counts as whole.
const QUIET: Duration = Duration::from_millis(8);
/// How long a change is waited for at most while more of it keeps coming.
const PATIENCE: Duration = Duration::from_millis(120);
/// How often to look when the system does not tell.
const POLL: Duration = Duration::from_millis(500);

impl Default for Touched {
    fn default() -> Self {
        Self::Places(BTreeSet::new())
    }
}

impl Touched {
    /// One place, relative to the portal folder.
    fn at(path: &Path, root: &Path) -> Self {
        match path.strip_prefix(root) {
            Ok(path) if path.iter().next().is_some() => Self::Places([path.to_owned()].into()),
            _ => Self::Anywhere,
        }
    }

    /// The places that an event names; anywhere when it names none, or when events were lost.
    fn by(event: Result<&Event, &notify::Error>, root: &Path) -> Self {
        let mut touched = Self::default();
        match event {
            Ok(event) if !event.need_rescan() && !event.paths.is_empty() => {
                event.paths.iter().for_each(|path| touched.add(Self::at(path, root)));
            }
            _ => touched = Self::Anywhere,
        }
        touched
    }

    fn add(&mut self, new: Self) {
        match (&mut *self, new) {
            (Self::Places(known), Self::Places(new)) => known.extend(new),
            _ => *self = Self::Anywhere,
        }
    }
}

impl Hints {
    /// A number that grows with every hint.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    /// Where something may have changed since this was last asked: all that was hinted at when
    /// the count was read before, and perhaps more.
    pub fn take(&self) -> Touched {
        std::mem::take(&mut *self.touched.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds hints. The places come first, then the count: who knows the count knows of them.
    pub fn add(&self, new: Touched) {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).add(new);
        self.count.fetch_add(1, Ordering::SeqCst);
    }
}

impl Watcher {
    /// Starts watching a folder and adds what it learns to `hints`; `ignored` below it (the
    /// output) is not looked at. Of a large portal this takes a while, and what changes
    /// meanwhile may raise no notice.
    ///
    /// # Errors
    /// When neither the system's notices nor looking at the files works.
    pub fn new(root: &Path, ignored: &Path, hints: &Arc<Hints>) -> notify::Result<Self> {
        Self::notified(root, ignored, hints).or_else(|_| Self::polling(root, hints))
    }

    /// Watches by looking at the files every half second, for disks that send no notices.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn polling(root: &Path, hints: &Arc<Hints>) -> notify::Result<Self> {
        let (sender, wake) = channel();
        let (root, hints) = (root.canonicalize()?, Arc::clone(hints));
        look(root.clone(), Arc::clone(&hints), sender.clone());
        Ok(Self { backend: None, wake, sender, hints, root, folders: Arc::default(), polls: true })
    }

    fn notified(root: &Path, ignored: &Path, hints: &Arc<Hints>) -> notify::Result<Self> {
        let (sender, wake) = channel();
        let root = root.canonicalize()?;
        let ignored = ignored.canonicalize().unwrap_or_else(|_| ignored.to_path_buf());
        let inside = root.clone();
        let (hints, hinted) = (Arc::clone(hints), Arc::clone(hints));
        let folders = Arc::new(Mutex::new(Vec::new()));
        let (came, tells) = (Arc::clone(&folders), sender.clone());
        let tell = move |event: notify::Result<Event>| {
            let matters = event.as_ref().map_or(true, |event| is_hint(event, &inside, &ignored));
            if matters {
                if let Ok(event) = &event {
                    let mut came = came.lock().unwrap_or_else(PoisonError::into_inner);
                    came.extend(new_folders(event, &inside));
                }
                hinted.add(Touched::by(event.as_ref(), &inside));
                let _ = tells.send(());
            }
        };
        // Reading raises notices too; those of a large portal overflow the system's queue.
        let config = Config::default().with_event_kinds(EventKindMask::CORE);
        let mut backend = RecommendedWatcher::new(tell, config)?;
        backend.watch(&root, RecursiveMode::NonRecursive)?;
        for folder in tops(&root) {
            if folder.is_dir() {
                backend.watch(&folder, RecursiveMode::Recursive)?;
            }
        }
        Ok(Self { backend: Some(backend), wake, sender, hints, root, folders, polls: false })
    }

    /// Waits until something may have changed and it has become quiet again. `None` when
    /// `limit` passed without a hint, or the watcher has ended.
    pub fn wait(&mut self, limit: Duration) -> Option<()> {
        match self.wake.recv_timeout(limit) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(limit);
                return None;
            }
        }
        let start = Instant::now();
        while start.elapsed() < PATIENCE && self.wake.recv_timeout(QUIET).is_ok() {}
        while self.wake.try_recv().is_ok() {}
        self.watch_new_folders();
        Some(())
    }

    /// A folder that has just come is watched a moment after the notice of it: what was
    /// written into it between the two raised none. So it is watched first and hinted at
    /// again afterwards.
    fn watch_new_folders(&mut self) {
        let came = std::mem::take(&mut *self.folders.lock().unwrap_or_else(PoisonError::into_inner));
        // Where the system watches whole trees by itself, only a whole tree can be new.
        let one_by_one = cfg!(any(target_os = "linux", target_os = "android"));
        for folder in came {
            let Some(backend) = &mut self.backend else { return };
            let is_top = tops(&self.root).contains(&folder);
            // What has gone again needs no watching.
            if !(one_by_one || is_top) || !folder.is_dir() {
                continue;
            }
            let watched = backend.watch(&folder, RecursiveMode::Recursive);
            if watched.is_err_and(|error| matches!(error.kind, ErrorKind::MaxFilesWatch)) {
                // The system watches no more folders: look at them instead.
                self.backend = None;
                self.polls = true;
                look(self.root.clone(), Arc::clone(&self.hints), self.sender.clone());
            }
            self.hints.add(Touched::at(&folder, &self.root));
        }
    }
}

/// Looks at the files every now and then, and hints when they have changed.
fn look(root: PathBuf, hints: Arc<Hints>, sender: Sender<()>) {
    let mut last = scan(&root).files().to_vec();
    std::thread::spawn(move || {
        let mut pause = POLL;
        loop {
            std::thread::sleep(pause);
            let start = Instant::now();
            let now = scan(&root).files().to_vec();
            // Looking must not become the main work on a slow disk.
            pause = POLL.max(start.elapsed() * 5);
            if now != last {
                last = now;
                hints.add(Touched::Anywhere);
                if sender.send(()).is_err() {
                    return;
                }
            }
        }
    });
}

/// The folders that are watched as whole trees.
fn tops(root: &Path) -> [PathBuf; 2] {
    ["content", "themes"].map(|name| root.join(name))
}

/// What an event says has come that may be a folder; everything, when events were lost.
fn new_folders(event: &Event, root: &Path) -> Vec<PathBuf> {
    if event.need_rescan() {
        return tops(root).into();
    }
    match event.kind {
        EventKind::Create(CreateKind::Folder | CreateKind::Any)
        | EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both | RenameMode::Any)) => {
            let inside = |path: &&PathBuf| tops(root).iter().any(|top| path.starts_with(top));
            event.paths.last().filter(inside).cloned().into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether an event may mean a change of source. Reading a file raises events too on some
/// systems; they must not count, or every build would start the next one.
fn is_hint(event: &Event, root: &Path, ignored: &Path) -> bool {
    if event.need_rescan() {
        return true;
    }
    let source = |path: &PathBuf| {
        let names = path.strip_prefix(root).unwrap_or(path);
        !path.starts_with(ignored) && !names.iter().any(|name| is_left_about(&name.to_string_lossy()))
    };
    !matches!(event.kind, EventKind::Access(_)) && (event.paths.is_empty() || event.paths.iter().any(source))
}
