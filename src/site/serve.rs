//! Serves a site to browsers on this machine: asks a function for each page, and adds the
//! reload script at the door.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::watch;

use crate::path::decode;

/// Where the server's own files are, below the top of the site.
const OWN: &str = "/.gongkai/";
const SCRIPT: &str = include_str!("live.js");
const TAG: &str = "<script src=\"/.gongkai/live.js\"></script>";

/// A page or file, or what is shown in its place.
pub struct Page {
    /// Its bytes.
    pub body: Answer,
    /// Whether there is such a page; else the body is that of the 404 page.
    pub found: bool,
}

/// The bytes of an answer.
pub enum Answer {
    /// In memory.
    Bytes(Vec<u8>),
    /// A file on disk.
    File(std::path::PathBuf),
}

/// What a server asks for.
pub trait Source: Send + Sync + 'static {
    /// The page at a route (`agencies/index.html`), as it is now.
    fn page(&self, route: &str) -> Page;
    /// What a browser that shows a route should know, as JSON. It changes whenever the page
    /// or the findings change.
    fn state(&self, route: &str) -> String;
    /// The folders of the address the site will stand at, `/` or `/sub/`.
    fn base(&self) -> String;
}

/// Binds a port on 127.0.0.1; with `exact` only that one, else the next free one.
///
/// # Errors
/// When no port can be had.
pub fn bind(port: u16, exact: bool) -> std::io::Result<TcpListener> {
    let try_port = |port: u16| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let mut result = try_port(port);
    if !exact {
        for next in (port.saturating_add(1)..=port.saturating_add(50)).chain([0]) {
            match &result {
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => result = try_port(next),
                _ => break,
            }
        }
    }
    result
}

/// Serves until `end` comes. `changes` tells when to ask for the state again.
///
/// # Errors
/// When the server cannot run.
pub async fn serve(
    listener: TcpListener,
    source: Arc<dyn Source>,
    changes: watch::Receiver<u64>,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let port = listener.local_addr()?.port();
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let handler = move |request: Request| {
        let (source, changes) = (Arc::clone(&source), changes.clone());
        async move { answer(request, port, source, changes).await }
    };
    axum::serve(listener, Router::new().fallback(handler)).with_graceful_shutdown(end).await
}

async fn answer(
    request: Request,
    port: u16,
    source: Arc<dyn Source>,
    changes: watch::Receiver<u64>,
) -> Response {
    if !is_for_us(request.headers(), port) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if !["GET", "HEAD"].contains(&request.method().as_str()) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = request.uri().path().to_owned();
    if let Some(own) = path.strip_prefix(OWN) {
        let query = request.uri().query().unwrap_or_default();
        return own_file(own, query, source, changes);
    }
    let Some(route) = route(&path, &source.base()) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    // Rendering is no work for the thread that talks to browsers.
    let rendered = tokio::task::spawn_blocking(move || {
        let page = source.page(&route);
        let folder = format!("{route}/index.html");
        let is_folder = !page.found && source.page(&folder).found;
        (page, route, is_folder)
    });
    match rendered.await {
        Ok((_, route, true)) => moved(&format!("/{}/", crate::path::encode(&route))),
        Ok((page, route, false)) => deliver(page, &route).await,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn moved(to: &str) -> Response {
    // What is a folder now may be gone after the next edit: no browser should remember it.
    let headers = [(header::LOCATION, to.to_owned()), (header::CACHE_CONTROL, "no-store".to_owned())];
    (StatusCode::TEMPORARY_REDIRECT, headers).into_response()
}

async fn deliver(page: Page, route: &str) -> Response {
    let kind = if page.found { content_type(route) } else { content_type("404.html") };
    let body = match page.body {
        Answer::Bytes(bytes) if kind.starts_with("text/html") => Body::from(with_script(bytes)),
        Answer::Bytes(bytes) => Body::from(bytes),
        Answer::File(path) => match tokio::task::spawn_blocking(move || std::fs::File::open(path)).await {
            Ok(Ok(file)) => Body::from_stream(pieces(file)),
            _ => return StatusCode::NOT_FOUND.into_response(),
        },
    };
    let status = if page.found { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, body).into_response()
}

/// A file piece by piece: an attachment may be larger than memory.
fn pieces(file: std::fs::File) -> impl futures_util::Stream<Item = std::io::Result<Vec<u8>>> + Send {
    stream::unfold(file, |mut file| async move {
        let read = move || {
            let mut piece = vec![0; 256 << 10];
            let length = std::io::Read::read(&mut file, &mut piece);
            (
                file,
                length.map(|length| {
                    piece.truncate(length);
                    piece
                }),
            )
        };
        match tokio::task::spawn_blocking(read).await {
            Ok((_, Ok(piece))) if piece.is_empty() => None,
            Ok((file, piece)) => Some((piece, file)),
            Err(error) => {
                let _ = error;
                None
            }
        }
    })
}

/// The page with the reload script before its end.
fn with_script(mut page: Vec<u8>) -> Vec<u8> {
    let end = page.windows(7).rposition(|bytes| bytes.eq_ignore_ascii_case(b"</body>")).unwrap_or(page.len());
    page.splice(end..end, TAG.bytes());
    page
}

fn own_file(name: &str, query: &str, source: Arc<dyn Source>, changes: watch::Receiver<u64>) -> Response {
    match name {
        "live.js" => {
            let headers = [
                (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, SCRIPT).into_response()
        }
        "events" => {
            let asked = query.strip_prefix("route=").and_then(decode).unwrap_or_default();
            let Some(route) = route(&asked, &source.base()) else {
                return StatusCode::BAD_REQUEST.into_response();
            };
            events(route, source, changes).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The state of a page, now and whenever it changes.
fn events(
    route: String,
    source: Arc<dyn Source>,
    changes: watch::Receiver<u64>,
) -> Sse<impl futures_util::Stream<Item = Result<Event, Infallible>>> {
    let start = (route, source, changes, None::<String>);
    let stream = stream::unfold(start, |(route, source, mut changes, last)| async move {
        loop {
            if last.is_some() && changes.changed().await.is_err() {
                return None;
            }
            changes.borrow_and_update();
            let (asked, at) = (Arc::clone(&source), route.clone());
            let state = tokio::task::spawn_blocking(move || asked.state(&at)).await.ok()?;
            if last.as_ref() != Some(&state) {
                let event = Event::default().data(state.clone());
                return Some((Ok(event), (route, source, changes, Some(state))));
            }
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

/// Whether a request was meant for this server: a page of another site that has its name
/// point here (DNS rebinding) must not read drafts.
fn is_for_us(headers: &HeaderMap, port: u16) -> bool {
    let ours = |host: &str| {
        let name = host.strip_suffix(&format!(":{port}")).unwrap_or(host);
        ["127.0.0.1", "localhost", "[::1]"].contains(&name)
    };
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let host = headers.get(header::HOST).map(text).unwrap_or_default();
    let origin = headers.get(header::ORIGIN).map(text);
    ours(&host) && origin.is_none_or(|origin| origin.strip_prefix("http://").is_some_and(ours))
}

/// The route of a path; `None` for paths no browser sends.
fn route(path: &str, base: &str) -> Option<String> {
    let path = decode(path)?;
    let inside = path.strip_prefix(base).or_else(|| path.strip_prefix('/'))?;
    let strange = |name: &str| name == ".." || name == "." || name.contains(['\\', '\0']);
    if inside.split('/').any(strange) {
        return None;
    }
    let is_folder = inside.is_empty() || inside.ends_with('/');
    Some(if is_folder { format!("{inside}index.html") } else { inside.to_owned() })
}

/// The type of a file, by its ending.
fn content_type(route: &str) -> &'static str {
    let end = route.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    match end.as_str() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "xml" if route.ends_with("atom.xml") => "application/atom+xml; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "pdf" => "application/pdf",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "rtf" => "application/rtf",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_routes() {
        assert_eq!(route("/", "/").as_deref(), Some("index.html"));
        assert_eq!(route("/agencies/a/", "/").as_deref(), Some("agencies/a/index.html"));
        assert_eq!(route("/sub/years/", "/sub/").as_deref(), Some("years/index.html"));
        assert_eq!(route("/%E9%99%84.pdf", "/").as_deref(), Some("附.pdf"));
        for escape in ["/../site.toml", "/%2e%2e/site.toml", "/a/..%5c..", "/%00", "/%ff"] {
            assert_eq!(route(escape, "/"), None, "{escape}");
        }
    }

    #[test]
    fn the_script_goes_before_the_end_of_the_page() {
        let page = with_script(b"<body>x</body></html>".to_vec());
        assert_eq!(String::from_utf8(page).unwrap(), format!("<body>x{TAG}</body></html>"));
    }
}
