//! A small browser: raw requests to the preview, and its stream of events.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long to wait for what must come, on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The lines before the body.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Gets a path as a browser does.
pub(crate) fn get(port: u16, path: &str) -> Answer {
    raw(port, &format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"))
}

/// Sends a request as it is written.
pub(crate) fn raw(port: u16, request: &str) -> Answer {
    let mut stream = connect(port);
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let body = bytes.get(end + 4..).unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    let mut answer = Answer { status, head, body: Vec::new() };
    let chunked = answer.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked"));
    let mut reader = BufReader::new(body);
    match chunked {
        true => {
            while let Some(piece) = chunk(&mut reader) {
                answer.body.extend(piece);
            }
        }
        false => answer.body = body.to_vec(),
    }
    answer
}

/// The next piece of a body that comes in pieces.
fn chunk(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let size = usize::from_str_radix(line.trim(), 16).ok().filter(|size| *size > 0)?;
    let mut piece = vec![0; size + 2];
    reader.read_exact(&mut piece).ok()?;
    piece.truncate(size);
    Some(piece)
}

type Shared = Arc<(Mutex<Vec<Value>>, Condvar)>;

/// What a browser is told of one page, from the moment it listens.
pub(crate) struct Events {
    shared: Shared,
}

impl Events {
    pub(crate) fn listen(port: u16, route: &str) -> Self {
        let shared = Shared::default();
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let path = format!("/.gongkai/events?route={}", encode(route));
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let ours = Arc::clone(&shared);
        std::thread::spawn(move || {
            let mut reader = BufReader::new(stream);
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|length| length > 2) {
                line.clear();
            }
            let mut text = String::new();
            while let Some(piece) = chunk(&mut reader) {
                text.push_str(&String::from_utf8_lossy(&piece));
                while let Some(end) = text.find("\n\n") {
                    let event: String = text.drain(..end + 2).collect();
                    if let Some(data) = event.lines().find_map(|line| line.strip_prefix("data: ")) {
                        ours.0.lock().unwrap().push(serde_json::from_str(data).unwrap());
                        ours.1.notify_all();
                    }
                }
            }
        });
        Self { shared }
    }

    /// How many states came so far.
    pub(crate) fn count(&self) -> usize {
        self.shared.0.lock().unwrap().len()
    }

    /// The first state since the number `from` that is as wanted.
    pub(crate) fn wait(&self, from: usize, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        let mut states = self.shared.0.lock().unwrap();
        loop {
            if let Some(state) = states.iter().skip(from).find(|state| wanted(state)) {
                return state.clone();
            }
            assert!(start.elapsed() < PATIENCE, "{what} never came; the last was {:?}", states.last());
            states = self.shared.1.wait_timeout(states, Duration::from_millis(100)).unwrap().0;
        }
    }

    /// Waits until the newest state is as wanted.
    pub(crate) fn settle(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        let mut states = self.shared.0.lock().unwrap();
        loop {
            if let Some(state) = states.last().filter(|state| wanted(state)) {
                return state.clone();
            }
            assert!(start.elapsed() < PATIENCE, "{what} never came; the last was {:?}", states.last());
            states = self.shared.1.wait_timeout(states, Duration::from_millis(100)).unwrap().0;
        }
    }
}

/// A path as it stands in an address.
pub(crate) fn encode(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    path.bytes().map(|b| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Waits until something holds; it says why it does not hold yet.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> Result<(), String>) {
    let start = Instant::now();
    while let Err(why) = holds() {
        assert!(start.elapsed() < PATIENCE, "{what}: {why}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
