//! Says that the portal folder has changed; never what that means.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{CreateKind, EventKind, ModifyKind, RenameMode};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::disk::{is_left_about, scan};

/// Watches folders and wakes its owner when something in them may have changed.
///
/// Events are hints only: whoever wakes looks at the files afresh. So lost, doubled and
/// misreported events do no harm, and a queue that ran over is just one more hint.
pub struct Watcher {
    /// What tells; nothing where the files are looked at.
    backend: Option<RecommendedWatcher>,
    hints: Receiver<()>,
    sender: Sender<()>,
    count: Arc<AtomicU64>,
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

impl Watcher {
    /// Starts watching a folder; `ignored` below it (the output) is not looked at.
    ///
    /// # Errors
    /// When neither the system's notices nor looking at the files works.
    pub fn new(root: &Path, ignored: &Path) -> notify::Result<Self> {
        Self::notified(root, ignored).or_else(|_| Self::polling(root))
    }

    /// Watches by looking at the files every half second, for disks that send no notices.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn polling(root: &Path) -> notify::Result<Self> {
        let (sender, hints) = channel();
        let root = root.canonicalize()?;
        let count = Arc::new(AtomicU64::new(0));
        look(root.clone(), Arc::clone(&count), sender.clone());
        Ok(Self { backend: None, hints, sender, count, root, folders: Arc::default(), polls: true })
    }

    fn notified(root: &Path, ignored: &Path) -> notify::Result<Self> {
        let (sender, hints) = channel();
        let root = root.canonicalize()?;
        let ignored = ignored.canonicalize().unwrap_or_else(|_| ignored.to_path_buf());
        let inside = root.clone();
        let count = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&count);
        let folders = Arc::new(Mutex::new(Vec::new()));
        let (came, tells) = (Arc::clone(&folders), sender.clone());
        let tell = move |event: notify::Result<Event>| {
            let matters = event.as_ref().map_or(true, |event| is_hint(event, &inside, &ignored));
            if matters {
                if let Ok(event) = &event {
                    let mut came = came.lock().unwrap_or_else(PoisonError::into_inner);
                    came.extend(new_folders(event, &inside));
                }
                counted.fetch_add(1, Ordering::SeqCst);
                let _ = tells.send(());
            }
        };
        let mut backend = notify::recommended_watcher(tell)?;
        backend.watch(&root, RecursiveMode::NonRecursive)?;
        for folder in tops(&root) {
            if folder.is_dir() {
                backend.watch(&folder, RecursiveMode::Recursive)?;
            }
        }
        Ok(Self { backend: Some(backend), hints, sender, count, root, folders, polls: false })
    }

    /// A number that grows with every hint, for whoever wants to know without waiting.
    pub fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.count)
    }

    /// Waits until something may have changed and it has become quiet again. `None` when
    /// `limit` passed without a hint, or the watcher has ended.
    pub fn wait(&mut self, limit: Duration) -> Option<()> {
        match self.hints.recv_timeout(limit) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(limit);
                return None;
            }
        }
        let start = Instant::now();
        while start.elapsed() < PATIENCE && self.hints.recv_timeout(QUIET).is_ok() {}
        while self.hints.try_recv().is_ok() {}
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
                look(self.root.clone(), Arc::clone(&self.count), self.sender.clone());
            }
            self.count.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Looks at the files every now and then, and hints when they have changed.
fn look(root: PathBuf, count: Arc<AtomicU64>, sender: Sender<()>) {
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
                count.fetch_add(1, Ordering::SeqCst);
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

/// Whether an event may mean a change of source. Reading a file raises events too; they
/// must not count, or every build would start the next one.
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
