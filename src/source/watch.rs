//! Says that the portal folder has changed; never what that means.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::event::EventKind;
use notify::{Config, Event, PollWatcher, RecommendedWatcher, RecursiveMode};

use super::disk::is_left_about;

/// Watches folders and wakes its owner when something in them may have changed.
///
/// Events are hints only: whoever wakes looks at the files afresh. So lost, doubled and
/// misreported events do no harm, and a queue that ran over is just one more hint.
pub struct Watcher {
    /// Kept for its threads.
    _backend: Box<dyn notify::Watcher + Send>,
    hints: Receiver<()>,
    count: Arc<AtomicU64>,
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
        match Self::start::<RecommendedWatcher>(root, ignored, Config::default()) {
            Ok(watcher) => Ok(watcher),
            Err(_) => Self::polling(root, ignored),
        }
    }

    /// Watches by looking at the files every half second, for disks that send no notices.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn polling(root: &Path, ignored: &Path) -> notify::Result<Self> {
        let config = Config::default().with_poll_interval(POLL).with_compare_contents(false);
        let watcher = Self::start::<PollWatcher>(root, ignored, config)?;
        Ok(Self { polls: true, ..watcher })
    }

    fn start<W: notify::Watcher + Send + 'static>(
        root: &Path,
        ignored: &Path,
        config: Config,
    ) -> notify::Result<Self> {
        let (sender, hints) = channel();
        let root = root.canonicalize()?;
        let ignored = ignored.canonicalize().unwrap_or_else(|_| ignored.to_path_buf());
        let inside = root.clone();
        let count = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&count);
        let tell = move |event: notify::Result<Event>| {
            let matters = event.as_ref().map_or(true, |event| is_hint(event, &inside, &ignored));
            if matters {
                counted.fetch_add(1, Ordering::SeqCst);
                let _ = sender.send(());
            }
        };
        let mut backend = W::new(tell, config)?;
        backend.watch(&root, RecursiveMode::NonRecursive)?;
        for folder in ["content", "themes"] {
            let folder = root.join(folder);
            if folder.is_dir() {
                backend.watch(&folder, RecursiveMode::Recursive)?;
            }
        }
        Ok(Self { _backend: Box::new(backend), hints, count, polls: false })
    }

    /// A number that grows with every hint, for whoever wants to know without waiting.
    pub fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.count)
    }

    /// Waits until something may have changed and it has become quiet again. `None` when
    /// `limit` passed without a hint, or the watcher has ended.
    pub fn wait(&self, limit: Duration) -> Option<()> {
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
        Some(())
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
