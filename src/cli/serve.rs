//! `gongkai serve`: preview with live reload.
//!
//! Nothing is rendered before a browser asks for it. When files change, everything is read
//! and checked again (what did not change, from memory). While the sources cannot be
//! understood, the last good pages stay, with the findings on top.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use tokio::sync::watch;

use super::memory;
use super::terminal::{Terminal, text_of};
use super::{CLEAN, FAULT};
use crate::diagnostic::{Diagnostics, Located};
use crate::fingerprint::Fingerprint;
use crate::language::Language;
use crate::pipeline::{Pipeline, Prepared};
use crate::plan::{self, Subject};
use crate::render::{Content, Renderer};
use crate::site::{Answer, Page, Source, bind, serve};
use crate::source::{Hints, SourceTree, Touched, Watcher, rescan, scan};

/// Preview with live reload on 127.0.0.1.
#[derive(Args)]
pub(super) struct Serve {
    /// The port [default: 7110, or the next free one]
    #[arg(short, long)]
    port: Option<u16>,
    /// Open the browser
    #[arg(short = 'O', long)]
    open: bool,
    /// Show drafts
    #[arg(long)]
    drafts: bool,
    /// Look at the files every half second, for disks that send no notices
    #[arg(long)]
    poll: bool,
}

const PORT: u16 = 7110;
/// How many pages are kept as they last were.
const KEPT: usize = 64;

/// A portal as it can be shown.
struct Shown {
    prepared: Prepared,
    renderer: Renderer,
    tree: SourceTree,
}

/// What the server and the watcher share.
struct Preview {
    language: Language,
    words: Words,
    /// Reads the sources; one at a time.
    pipeline: Mutex<Pipeline>,
    /// The portal as it is now, and as it last was when its sources were understood.
    shown: Mutex<(Arc<Shown>, Option<Arc<Shown>>)>,
    /// The pages that were looked at last, as they last were when their templates worked.
    pages: Mutex<VecDeque<(String, Vec<u8>)>>,
    /// The hints of changes that came, and how many the portal as shown knows of.
    hints: Arc<Hints>,
    known: AtomicU64,
    changes: watch::Sender<u64>,
}

/// The words of the overlay.
struct Words {
    close: String,
}

/// What a browser should know of its page.
#[derive(Serialize)]
struct State {
    /// Changes when the page does.
    page: String,
    title: String,
    close: String,
    findings: Vec<FindingShown>,
}

/// A finding with the line it is about.
#[derive(Serialize)]
struct FindingShown {
    #[serde(flatten)]
    located: Located,
    line: Option<String>,
}

impl Serve {
    pub(super) fn run(self, root: &Path, terminal: &Terminal) -> u8 {
        let port = self.port.unwrap_or(PORT);
        let listener = match bind(port, self.port.is_some()) {
            Ok(listener) => listener,
            Err(error) => {
                terminal.say("talk-port", &[("port", &port.to_string())]);
                terminal.io(Path::new("127.0.0.1"), &error);
                return FAULT;
            }
        };
        let hints = Arc::new(Hints::default());
        let preview = Arc::new(Preview::new(root, self.drafts, terminal, Arc::clone(&hints)));
        let first = preview.now();
        // The folders of a large portal take a while to watch: meanwhile its pages can be seen.
        let (folder, polls) = (root.to_owned(), self.poll);
        let watch = move || match polls {
            true => Watcher::polling(&folder, &hints),
            false => Watcher::new(&folder, &folder.join("public"), &hints),
        };
        let watcher = std::thread::spawn(watch);
        terminal.report(&first.prepared.found, &first.tree, true);
        let port = listener.local_addr().map_or(port, |address| address.port());
        let url = format!("http://127.0.0.1:{port}/");
        terminal.say("talk-serving", &[("url", &url)]);
        if self.open {
            open_browser(&url);
        }
        run_server(listener, &preview, watcher, terminal)
    }
}

fn run_server(
    listener: std::net::TcpListener,
    preview: &Arc<Preview>,
    watcher: JoinHandle<notify::Result<Watcher>>,
    terminal: &Terminal,
) -> u8 {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal.io(Path::new("127.0.0.1"), &error);
            return FAULT;
        }
    };
    let (source, changes) = (Arc::clone(preview), preview.changes.subscribe());
    let ended = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let server = runtime.spawn(serve(listener, source, changes, std::future::pending()));
    let until = Arc::clone(&ended);
    runtime.spawn(async move {
        let _ = tokio::signal::ctrl_c().await;
        until.store(true, Ordering::SeqCst);
    });
    let watcher = watcher.join().unwrap_or_else(|_| Err(notify::Error::generic("watcher")));
    let mut watcher = match watcher {
        Ok(watcher) => watcher,
        Err(error) => {
            terminal.io(Path::new("."), &std::io::Error::other(error));
            return FAULT;
        }
    };
    if watcher.polls {
        terminal.mention("talk-polling", &[]);
    }
    preview.look_again();
    preview.remember();
    while !ended.load(Ordering::SeqCst) && !server.is_finished() {
        let polled = watcher.polls;
        if watcher.wait(Duration::from_millis(200)).is_some() {
            if watcher.polls && !polled {
                terminal.mention("talk-polling", &[]);
            }
            let shown = preview.update();
            if !terminal.quiet {
                let counts = terminal.counts(&shown.prepared.found);
                terminal.say("talk-changed", &[("time", &terminal.elapsed()), ("counts", &counts)]);
            }
        }
    }
    runtime.shutdown_timeout(Duration::from_millis(100));
    CLEAN
}

impl Preview {
    fn new(root: &Path, drafts: bool, terminal: &Terminal, hints: Arc<Hints>) -> Self {
        let mut pipeline = memory::pipeline(root, drafts);
        let known = hints.count();
        let shown = Arc::new(Shown::new(&mut pipeline, scan(root)));
        let good = shown.is_good().then(|| Arc::clone(&shown));
        Self {
            language: terminal.language.clone(),
            words: Words { close: terminal.words("talk-close", &[]) },
            pipeline: Mutex::new(pipeline),
            shown: Mutex::new((shown, good)),
            pages: Mutex::default(),
            hints,
            known: AtomicU64::new(known),
            changes: watch::Sender::new(0),
        }
    }

    /// Looks for what changed while the folders were not all watched yet.
    fn look_again(&self) {
        let known = Arc::clone(&self.shown().0);
        let now = known.tree.root().map(scan);
        if now.is_some_and(|now| now.files() != known.tree.files()) {
            self.hints.add(Touched::Anywhere);
            self.update();
        }
    }

    /// Remembers what was read for the next time the portal is previewed or built.
    fn remember(&self) {
        let mut pipeline = self.pipeline.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = Arc::clone(&self.shown().0);
        pipeline.keep(&shown.tree);
    }

    fn shown(&self) -> MutexGuard<'_, (Arc<Shown>, Option<Arc<Shown>>)> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The portal as the files are now: if there was a hint since it was last read, it is
    /// read again first, so that nobody who saves and looks sees the old page.
    fn now(&self) -> Arc<Shown> {
        if self.known.load(Ordering::SeqCst) != self.hints.count() {
            return self.update();
        }
        Arc::clone(&self.shown().0)
    }

    /// Reads the portal again and tells the browsers.
    fn update(&self) -> Arc<Shown> {
        let mut pipeline = self.pipeline.lock().unwrap_or_else(PoisonError::into_inner);
        let hinted = self.hints.count();
        if self.known.load(Ordering::SeqCst) == hinted {
            return Arc::clone(&self.shown().0);
        }
        let tree = rescan(&self.shown().0.tree, &self.hints.take());
        let shown = Arc::new(Shown::new(&mut pipeline, tree));
        let mut current = self.shown();
        if shown.is_good() {
            current.1 = Some(Arc::clone(&shown));
        }
        current.0 = Arc::clone(&shown);
        drop(current);
        self.known.store(hinted, Ordering::SeqCst);
        self.changes.send_modify(|count| *count += 1);
        shown
    }

    /// The page at a route, by the portal as it is; where that cannot be understood, as it
    /// last was. The findings of rendering come with it.
    fn rendered(&self, route: &str) -> (Option<Answer>, Diagnostics) {
        let current = self.now();
        let good = self.shown().1.clone();
        let mut found = Diagnostics::default();
        if current.is_good() || good.is_none() {
            let (answer, wrong) = current.render(route);
            if wrong.is_empty() {
                if let Some(Answer::Bytes(bytes)) = &answer {
                    self.keep(route, bytes);
                }
                return (answer, wrong);
            }
            found = wrong;
        }
        let last = good.and_then(|good| good.render(route).0);
        (last.or_else(|| self.kept(route)), found)
    }

    fn pages(&self) -> MutexGuard<'_, VecDeque<(String, Vec<u8>)>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a page for the day when its template fails: the last that were looked at.
    fn keep(&self, route: &str, bytes: &[u8]) {
        let mut pages = self.pages();
        pages.retain(|(known, _)| known != route);
        pages.push_back((route.to_owned(), bytes.to_vec()));
        if pages.len() > KEPT {
            pages.pop_front();
        }
    }

    fn kept(&self, route: &str) -> Option<Answer> {
        let pages = self.pages();
        let (_, bytes) = pages.iter().find(|(known, _)| known == route)?;
        Some(Answer::Bytes(bytes.clone()))
    }
}

impl Source for Preview {
    fn page(&self, route: &str) -> Page {
        let (answer, _) = self.rendered(route);
        match answer {
            Some(body) => Page { body, found: true },
            None => {
                let body = self.rendered(Subject::NotFound.route().as_str()).0;
                Page {
                    body: body.unwrap_or(Answer::Bytes(b"<!doctype html><body></body>".to_vec())),
                    found: false,
                }
            }
        }
    }

    fn state(&self, route: &str) -> String {
        let (answer, rendering) = self.rendered(route);
        let current = self.now();
        let page = match answer {
            Some(Answer::Bytes(bytes)) => Fingerprint::of(&bytes).to_string(),
            Some(Answer::File(path)) => path.display().to_string(),
            None => String::new(),
        };
        let mut found = current.prepared.found.clone();
        found.extend(&rendering);
        found.sort();
        let mut open: Vec<_> = found.iter().filter(|diagnostic| diagnostic.accepted.is_none()).collect();
        // What stops a build is what the clerk looks for.
        open.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
        let findings: Vec<FindingShown> =
            open.into_iter().take(50).map(|d| self.finding(d, &current.tree)).collect();
        let title = current.prepared.checked.portal.settings.title.get(&self.language).to_owned();
        let state = State { page, title, close: self.words.close.clone(), findings };
        serde_json::to_string(&state).unwrap_or_default()
    }

    fn base(&self) -> String {
        let current = Arc::clone(&self.shown().0);
        current.prepared.checked.portal.settings.base_path().to_owned()
    }
}

impl Preview {
    fn finding(&self, diagnostic: &crate::diagnostic::Diagnostic, tree: &SourceTree) -> FindingShown {
        let text = diagnostic.place.as_ref().and_then(|place| text_of(&place.file, tree));
        let located = Located::new(diagnostic, &self.language, |_| text.clone());
        let line = located.span.zip(text.as_ref());
        let line = line.and_then(|(span, text)| text.lines().nth(span.line - 1).map(str::to_owned));
        FindingShown { located, line }
    }
}

impl Shown {
    fn new(pipeline: &mut Pipeline, tree: SourceTree) -> Self {
        let prepared = pipeline.prepare(&tree);
        let renderer = Renderer::new(Arc::clone(&prepared.checked), Arc::clone(&prepared.theme));
        Self { prepared, renderer, tree }
    }

    /// Whether the sources could be understood: wrong figures can be shown, a broken file
    /// cannot.
    fn is_good(&self) -> bool {
        const BROKEN: [&str; 7] =
            ["source/", "toml/", "front-matter/", "theme/", "site/", "form/", "routes/"];
        let mut errors = self.prepared.found.iter().filter(|diagnostic| diagnostic.stops());
        !errors.any(|diagnostic| BROKEN.iter().any(|stage| diagnostic.code.starts_with(stage)))
    }

    fn render(&self, route: &str) -> (Option<Answer>, Diagnostics) {
        let portal = &self.prepared.checked.portal;
        let Some(subject) = plan::find(portal, &self.prepared.theme.drawn, route) else {
            return (None, Diagnostics::default());
        };
        let rendered = self.renderer.render(&subject);
        let answer = match rendered.value {
            Some(Content::Made(bytes)) => Some(Answer::Bytes(bytes)),
            Some(Content::Builtin(bytes)) => Some(Answer::Bytes(bytes.to_vec())),
            Some(Content::Poured(file)) => {
                let mut bytes = Vec::new();
                self.renderer.pour(&file, &mut bytes).ok().map(|()| Answer::Bytes(bytes))
            }
            Some(Content::Source(path)) => {
                self.tree.root().map(|root| Answer::File(root.join(path.as_str())))
            }
            None => None,
        };
        (answer, rendered.diagnostics)
    }
}

/// Opens the browser, as the system does it; when it cannot, the address is in the
/// terminal.
fn open_browser(url: &str) {
    let command = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    let _ = std::process::Command::new(command).arg(url).spawn();
}
