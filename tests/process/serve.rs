//! The preview: what it serves is what a build writes, whatever happens to the sources.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::edits::{Editor, STYLES, save};
use crate::http::{Answer, Events, encode, get, raw, wait_until};
use crate::portal::{Node, Portal, Tree, gongkai, not_found, page_md, run, site_toml, tree};

const TAG: &str = "<script src=\"/.gongkai/live.js\"></script>";

/// A preview that runs.
struct Preview {
    child: Child,
    port: u16,
    talk: Arc<Mutex<String>>,
}

impl Preview {
    fn start(portal: &Portal) -> Self {
        Self::start_with(portal, &["-p", "0"])
    }

    fn start_with(portal: &Portal, arguments: &[&str]) -> Self {
        let mut command = gongkai();
        command.arg("-r").arg(portal.root()).arg("serve").args(arguments);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let talk = Arc::new(Mutex::new(String::new()));
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let ours = Arc::clone(&talk);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut talk = ours.lock().unwrap();
                talk.push_str(&line);
                talk.push('\n');
            }
        });
        let mut preview = Self { child, port: 0, talk };
        wait_until("the address of the preview", || {
            let talk = preview.talk();
            let port = talk.split("http://127.0.0.1:").nth(1).and_then(|rest| rest.split('/').next());
            preview.port = port.and_then(|port| port.parse().ok()).ok_or(talk)?;
            Ok(())
        });
        preview
    }

    fn talk(&self) -> String {
        self.talk.lock().unwrap().clone()
    }

    fn get(&self, path: &str) -> Answer {
        get(self.port, path)
    }

    fn assert_alive(&mut self) {
        assert_eq!(self.child.try_wait().unwrap(), None, "the preview has ended: {}", self.talk());
    }

    /// Waits until a page shows a text.
    fn shows(&self, path: &str, text: &str) {
        wait_until(&format!("{text:?} at {path}"), || {
            let answer = self.get(path);
            match answer.status == 200 && answer.text().contains(text) {
                true => Ok(()),
                false => Err(format!("{} {}", answer.status, answer.text())),
            }
        });
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address of an output.
fn address(route: &str) -> String {
    let folder = route.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
    format!("/{}", encode(folder.unwrap_or(route)))
}

/// The bytes of a page without the reload script, which must be there once.
fn without_script(route: &str, body: &[u8]) -> Vec<u8> {
    if !route.ends_with(".html") {
        return body.to_vec();
    }
    let text = String::from_utf8(body.to_vec()).unwrap();
    assert_eq!(text.matches(TAG).count(), 1, "{route}");
    text.replace(TAG, "").into_bytes()
}

/// Whether the preview serves these files as they were built.
fn serves(port: u16, built: &Tree, routes: &[&String]) -> Result<(), String> {
    for route in routes {
        let Some(Node::File(bytes)) = built.get(*route).filter(|_| *route != ".gongkai-manifest") else {
            continue;
        };
        let answer = get(port, &address(route));
        if answer.status != 200 {
            return Err(format!("{route}: {}", answer.status));
        }
        let served = without_script(route, &answer.body);
        if served != *bytes {
            let at = served.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            let piece = |bytes: &[u8]| {
                let range = at.saturating_sub(60).min(bytes.len())..bytes.len().min(at + 100);
                String::from_utf8_lossy(&bytes[range]).into_owned()
            };
            return Err(format!("{route}:\nserved {}\nbuilt  {}", piece(&served), piece(bytes)));
        }
    }
    Ok(())
}

/// Whether pages that are gone are not found.
fn misses(port: u16, built: &Tree, gone: &[&String]) -> Result<(), String> {
    for route in gone {
        let answer = get(port, &address(route));
        if answer.status != 404 {
            return Err(format!("{route} is gone but answers {}", answer.status));
        }
        let Some(Node::File(page)) = built.get("404.html") else { panic!("no 404.html") };
        if without_script("404.html", &answer.body) != *page {
            return Err(format!("{route} is gone, but what is shown is not 404.html"));
        }
    }
    Ok(())
}

/// The findings of a state or a report that are not accepted.
fn findings(of: &Value) -> Vec<(String, String)> {
    let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let all = of["findings"].as_array().or_else(|| of["diagnostics"].as_array()).unwrap();
    // The preview shows the first fifty, the most serious first.
    let rank =
        |one: &Value| ["error", "warning", "info"].iter().position(|severity| one["severity"] == *severity);
    let mut shown: Vec<&Value> = all.iter().collect();
    shown.sort_by_key(|one| rank(one));
    shown.truncate(50);
    let mut all: Vec<_> = shown.into_iter().map(|one| (text(one, "code"), text(one, "message"))).collect();
    all.sort();
    all
}

fn errors(state: &Value) -> Vec<String> {
    let all = state["findings"].as_array().unwrap().iter();
    all.filter(|one| one["severity"] == "error").map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

/// Whether the sources cannot be understood; wrong figures can be shown.
fn is_broken(report: &Value) -> bool {
    const BROKEN: [&str; 7] = ["source/", "toml/", "front-matter/", "theme/", "site/", "form/", "routes/"];
    let all = report["diagnostics"].as_array().unwrap().iter().filter(|one| one["severity"] == "error");
    let mut codes = all.map(|one| one["code"].as_str().unwrap());
    codes.any(|code| BROKEN.iter().any(|stage| code.starts_with(stage)))
}

/// The site as a clean build makes it now, and what it finds; `None` when it makes none.
fn clean_build(portal: &Portal, allow: bool) -> (Option<Tree>, Value) {
    let output = portal.beside("clean");
    let _ = fs::remove_dir_all(&output);
    let mut arguments = vec!["--json", "build", "-o", output.to_str().unwrap()];
    arguments.extend(allow.then_some("--allow-findings"));
    let ran = portal.run(&arguments);
    let mut site = tree(&output);
    site.remove(".gongkai-manifest");
    site.retain(|_, node| *node != Node::Folder);
    ((ran.code == Some(0)).then_some(site), ran.json())
}

#[test]
fn other_languages_are_served_as_built() {
    let portal = Portal::new(72);
    let site = portal.read("site.toml");
    portal.write("site.toml", &format!("{site}\n[languages.en]\n"));
    let (built, _) = clean_build(&portal, false);
    let built = built.unwrap();
    let preview = Preview::start(&portal);
    let other: Vec<&String> = built.keys().filter(|route| route.starts_with("en/")).collect();
    assert!(other.len() > 20);
    serves(preview.port, &built, &other).unwrap();
    let shared = ["en/404.html", "en/agencies/shili-sw/2022/shili-sw-2022.csv"].map(str::to_owned);
    misses(preview.port, &built, &shared.iter().collect::<Vec<_>>()).unwrap();
}

/// A browser that asks for the home page all the time: it must always get one.
struct Reader {
    stop: Arc<AtomicBool>,
    count: Arc<AtomicUsize>,
    thread: Option<std::thread::JoinHandle<Vec<String>>>,
}

impl Reader {
    fn start(port: u16) -> Self {
        let (stop, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (until, counted) = (Arc::clone(&stop), Arc::clone(&count));
        let thread = std::thread::spawn(move || {
            let mut wrong = Vec::new();
            while !until.load(Ordering::SeqCst) {
                let answer = get(port, "/");
                counted.fetch_add(1, Ordering::SeqCst);
                if answer.status != 200 || !answer.text().contains("</html>") {
                    wrong.push(format!("{} {}", answer.head, answer.text()));
                }
                std::thread::sleep(Duration::from_millis(15));
            }
            wrong
        });
        Self { stop, count, thread: Some(thread) }
    }

    /// How often it looked; it must always have seen a page.
    fn end(mut self) -> usize {
        self.stop.store(true, Ordering::SeqCst);
        let wrong = self.thread.take().unwrap().join().unwrap();
        assert!(wrong.is_empty(), "{} times no home page, first {}", wrong.len(), wrong[0]);
        self.count.load(Ordering::SeqCst)
    }
}

/// After an edit: the pages that changed, some others and those that are gone are as a
/// clean build has them, and the browser was told the same findings.
fn assert_settled(
    preview: &mut Preview,
    events: &Events,
    portal: &Portal,
    before: &Tree,
    all: bool,
    what: &str,
) -> Option<Tree> {
    let (site, report) = clean_build(portal, false);
    let site = match site {
        Some(site) => site,
        // Wrong figures are shown, with the findings; an edit makes nothing worse.
        None => {
            assert!(!is_broken(&report), "{what} broke the portal: {report:#}");
            clean_build(portal, true).0?
        }
    };
    let changed: Vec<_> =
        site.iter().filter(|(route, node)| all || before.get(*route) != Some(node)).collect();
    let routes: Vec<&String> = changed.into_iter().map(|(route, _)| route).collect();
    let gone: Vec<&String> = before.keys().filter(|route| !site.contains_key(*route)).collect();
    let port = preview.port;
    wait_until(&format!("after: {what}"), || {
        preview.assert_alive();
        serves(port, &site, &routes)?;
        misses(port, &site, &gone)
    });
    let expected = findings(&report);
    events.settle(&format!("after: {what}: {expected:?}"), |state| findings(state) == expected);
    Some(site)
}

#[test]
fn what_is_served_is_what_is_built() {
    const EDITS: usize = 200;
    let portal = Portal::new(31);
    let mut preview = Preview::start(&portal);
    let events = Events::listen(preview.port, "/");
    let reader = Reader::start(preview.port);
    let mut editor = Editor::new(&portal, 32);
    let mut site = assert_settled(&mut preview, &events, &portal, &Tree::new(), true, "the start").unwrap();
    let (mut edits, mut broken) = (0, 0);
    while edits < EDITS {
        let all = edits % 5 == 0;
        if editor.random.once_in(5) {
            let (path, mend) = editor.break_one();
            broken += usize::from(assert_last_good(&mut preview, &events, &portal, &site, &path));
            let style = editor.save(&path, &mend.unwrap_or_default());
            edits += 2;
            let what = format!("{edits}: break and mend {path} ({style:?})");
            site = assert_settled(&mut preview, &events, &portal, &site, true, &what).unwrap();
        } else {
            edits += 1;
            let what = format!("{edits}: {}", editor.edit());
            let settled = assert_settled(&mut preview, &events, &portal, &site, all, &what);
            site = settled.unwrap_or_else(|| panic!("{what}: no site"));
        }
    }
    let looks = reader.end();
    eprintln!(
        "{edits} edits, {broken} of them broke the portal; the home page was there {looks} times of {looks}"
    );
}

/// After something was broken: if no site can be made of it, the last good pages are there
/// and the findings come. Gives whether that was so.
fn assert_last_good(
    preview: &mut Preview,
    events: &Events,
    portal: &Portal,
    site: &Tree,
    path: &str,
) -> bool {
    let (now, report) = clean_build(portal, false);
    let expected = findings(&report);
    let rendering = report["diagnostics"].as_array().unwrap().iter().any(|one| one["code"] == "theme/render");
    // The findings of one page come with that page.
    if !rendering {
        events.settle(&format!("broken {path}: {expected:?}"), |state| findings(state) == expected);
    }
    preview.assert_alive();
    for route in ["index.html", "years/index.html", "forms/index.html", "agencies/index.html", "atom.xml"] {
        let answer = preview.get(&address(route));
        assert_eq!(answer.status, 200, "{route} with a broken {path}");
    }
    if now.is_none() && is_broken(&report) && !rendering {
        let made = |route: &String| [".html", ".xml", ".csv", ".json"].iter().any(|end| route.ends_with(end));
        let pages: Vec<&String> = site.keys().filter(|route| made(route)).collect();
        if let Err(why) = serves(preview.port, site, &pages) {
            panic!("with a broken {path} the last good page is not there: {why}");
        }
    }
    now.is_none()
}

/// What can be wrong with each kind of source, and the code that is found.
const FAULTS: [(&str, &[u8], &str); 12] = [
    ("site.toml", b"title = \n", "toml/syntax"),
    ("site.toml", b"base_url = \"https://a.example/\"\ntitle = \"x\"\ntheme = \"nobody\"\n", "theme/missing"),
    ("content/agencies/shili-sw/agency.toml", b"name = [\n", "toml/syntax"),
    ("content/agencies/shili-sw/2022/report.md", b"+++\npublished = \n+++\n", "toml/syntax"),
    ("content/agencies/shili-sw/2022/tables.toml", b"[requests]\nreceived = { natural = \n", "toml/syntax"),
    ("content/agencies/shili-sw/2022/tables.toml", b"\xd5\xfd\xce\xc4\xb9\xab\xbf\xaa", "source/gb18030"),
    ("content/about.md", b"\xff\xfe\x00", "source/not-utf8"),
    ("content/forms/shili.toml", b"id = \"shili\"\ntitle = 7\n", "toml/type"),
    ("themes/default/templates/404.html", b"{% block main %}{% if %}", "theme/syntax"),
    ("themes/default/templates/404.html", b"{% extends \"nowhere.html\" %}", "theme/syntax"),
    ("themes/default/strings/zh-CN.toml", b"home = \n", "toml/syntax"),
    ("themes/default/theme.toml", b"name = \n", "toml/syntax"),
];

#[test]
fn what_breaks_is_said_and_mends_by_itself() {
    let portal = Portal::new(33);
    portal.write("themes/default/strings/zh-CN.toml", "home = \"首页\"\n");
    portal.write("themes/default/theme.toml", "name = \"default\"\n");
    let mut preview = Preview::start(&portal);
    let events = Events::listen(preview.port, "/");
    let whole = portal.build();
    events.settle("a clean start", |state| errors(state).is_empty());
    for (round, (path, broken, code)) in FAULTS.iter().enumerate() {
        let text = portal.read(path);
        let style = STYLES[round % STYLES.len()];
        save(&portal.path(path), broken, style);
        let state =
            events.settle(&format!("{code} in {path}"), |state| errors(state).contains(&(*code).to_owned()));
        let finding = state["findings"].as_array().unwrap().iter().find(|one| one["code"] == *code).unwrap();
        assert!(finding["message"].as_str().is_some_and(|message| !message.is_empty()), "{state}");
        let made = |route: &&String| route.ends_with(".html") || route.ends_with(".csv");
        let pages: Vec<_> = whole.keys().filter(made).collect();
        assert_eq!(serves(preview.port, &whole, &pages), Ok(()), "{code} in {path}");
        preview.assert_alive();
        save(&portal.path(path), text.as_bytes(), style);
        events.settle(&format!("{path} mended"), |state| errors(state).is_empty());
        assert_eq!(serves(preview.port, &whole, &whole.keys().collect::<Vec<_>>()), Ok(()), "{path} mended");
    }
    let site = portal.read("site.toml");
    fs::remove_file(portal.path("site.toml")).unwrap();
    events.settle("a missing site.toml", |state| errors(state).contains(&"site/missing".to_owned()));
    let pages: Vec<_> = whole.keys().filter(|route| route.ends_with(".html")).collect();
    assert_eq!(serves(preview.port, &whole, &pages), Ok(()), "without site.toml");
    portal.write("site.toml", &site);
    events.settle("site.toml back", |state| errors(state).is_empty());
}

#[test]
fn a_template_that_fails_on_one_page_leaves_the_others() {
    let portal = Portal::new(34);
    let mut preview = Preview::start(&portal);
    let whole = portal.build();
    let page = Events::listen(preview.port, "/about/");
    let other = Events::listen(preview.port, "/");
    let broken = "{% extends \"base.html\" %}{% block main %}{{ nobody }}{% endblock main %}";
    preview.shows("/about/", "正文");
    portal.write("themes/default/templates/prose.html", broken);
    let state = page.settle("theme/render", |state| errors(state) == ["theme/render"]);
    let finding = &state["findings"][0];
    assert_eq!(finding["file"], "themes/default/templates/prose.html");
    assert_eq!(finding["span"]["line"], 1);
    assert!(finding["line"].as_str().unwrap().contains("nobody"), "{state}");
    let all: Vec<_> = whole.keys().collect();
    assert_eq!(serves(preview.port, &whole, &all), Ok(()), "every page is there, the last good one");
    assert!(errors(&other.settle("the state of another page", |_| true)).is_empty());
    fs::remove_file(portal.path("themes/default/templates/prose.html")).unwrap();
    page.settle("mended", |state| errors(state).is_empty());
    assert_eq!(serves(preview.port, &whole, &all), Ok(()));
    preview.assert_alive();
}

#[test]
fn a_wrong_figure_is_shown_with_its_finding() {
    let portal = Portal::new(35);
    let preview = Preview::start(&portal);
    let route = "/agencies/shili-sw/2022/";
    let events = Events::listen(preview.port, route);
    let path = "content/agencies/shili-sw/2022/tables.toml";
    let text = portal.read(path);
    let before = events.settle("a clean start", |state| errors(state).is_empty());
    let at = text.find("total = ").unwrap() + 8;
    portal.write(path, &format!("{}9{}", &text[..at], &text[at..]));
    let state = events.settle("a wrong sum", |state| errors(state).iter().any(|code| code == "sheet/sum"));
    let found = state["findings"].as_array().unwrap().iter().find(|one| one["code"] == "sheet/sum").unwrap();
    assert_eq!(found["file"], path);
    assert_eq!(found["cell"], "requests[received, total]");
    assert_ne!(state["page"], before["page"], "the page with the wrong figure is a new page");
    portal.write(path, &text);
    let after = events.settle("mended", |state| errors(state).is_empty());
    assert_eq!(after["page"], before["page"]);
}

#[test]
fn a_portal_that_starts_broken_recovers() {
    let portal = Portal::new(36);
    let site = portal.read("site.toml");
    portal.write("site.toml", "title = \n");
    let mut preview = Preview::start(&portal);
    let events = Events::listen(preview.port, "/");
    events.settle("the finding", |state| errors(state).contains(&"toml/syntax".to_owned()));
    assert!(preview.get("/").text().contains(TAG), "the page that listens is there");
    preview.assert_alive();
    portal.write("site.toml", &site);
    events.settle("mended", |state| errors(state).is_empty());
    let whole = portal.build();
    assert_eq!(serves(preview.port, &whole, &whole.keys().collect::<Vec<_>>()), Ok(()));
}

#[test]
fn folders_that_come_later_are_seen() {
    let portal = Portal::empty();
    portal.write("site.toml", &site_toml(1).replace(", \"shili\"", ""));
    let preview = Preview::start(&portal);
    portal.write("content/about.md", &page_md("说明", 11));
    preview.shows("/about/", "正文 11");
    portal.write("themes/default/templates/404.html", &not_found(21));
    wait_until("a first template", || match get(preview.port, "/x").text().contains("找不到 21") {
        true => Ok(()),
        false => Err("not yet".to_owned()),
    });
    portal.write("themes/default/templates/404.html", &not_found(22));
    portal.write("content/about.md", &page_md("说明", 12));
    preview.shows("/about/", "正文 12");
    preview.shows("/404.html", "找不到 22");
    for round in 0..10 {
        fs::rename(portal.path("content"), portal.beside("content")).unwrap();
        crate::portal::copy_folder(&portal.beside("content"), &portal.path("content"));
        fs::remove_dir_all(portal.beside("content")).unwrap();
        portal.write("content/about.md", &page_md("说明", 100 + round));
        preview.shows("/about/", &format!("正文 {}", 100 + round));
    }
    for round in 0..100 {
        portal.write(
            &format!("content/agencies/a{round}/agency.toml"),
            &format!("name = \"示例局 {round}\"\n"),
        );
    }
    for round in 0..100 {
        preview.shows(&format!("/agencies/a{round}/"), &format!("示例局 {round}"));
    }
}

#[test]
fn a_build_beside_a_preview_disturbs_nothing() {
    for output in ["public", "out/site"] {
        let portal = Portal::new(37);
        let settings = format!("output_dir = \"{output}\"\n{}", portal.read("site.toml"));
        portal.write("site.toml", &settings);
        portal.run(&["build"]);
        let mut preview = Preview::start(&portal);
        preview.shows("/about/", "正文");
        let quiet = preview.talk();
        for _ in 0..3 {
            let _ = fs::remove_dir_all(portal.path(output));
            assert_eq!(portal.run(&["build"]).code, Some(0));
            assert_eq!(preview.get("/").status, 200);
        }
        std::thread::sleep(Duration::from_millis(600));
        assert_eq!(preview.talk(), quiet, "{output}: nothing is read again when only the output changes");
        preview.assert_alive();
    }
}

#[test]
fn only_browsers_of_this_machine_are_answered() {
    let portal = Portal::new(38);
    let mut preview = Preview::start(&portal);
    let port = preview.port;
    let ask =
        |head: &str| raw(port, &format!("GET / HTTP/1.1\r\n{head}\r\nConnection: close\r\n\r\n")).status;
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        assert_eq!(ask(&format!("Host: {host}:{port}")), 200, "{host}");
        assert_eq!(ask(&format!("Host: {host}:{port}\r\nOrigin: http://{host}:{port}")), 200, "{host}");
    }
    for head in [
        "Host: evil.example".to_owned(),
        format!("Host: evil.example:{port}"),
        format!("Host: 127.0.0.1.evil.example:{port}"),
        "Host: 127.0.0.1:1".to_owned(),
        "Host: ".to_owned(),
        format!("Host: 127.0.0.1:{port}\r\nOrigin: http://evil.example"),
        format!("Host: 127.0.0.1:{port}\r\nOrigin: https://127.0.0.1:{port}"),
        format!("Host: 127.0.0.1:{port}\r\nOrigin: null"),
        format!("Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}.evil.example"),
    ] {
        assert_eq!(ask(&head), 403, "{head}");
    }
    let events = "GET /.gongkai/events?route=/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(raw(port, events).status, 403);
    let answer = preview.get("/");
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let request = format!(
            "{method} / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        assert_eq!(raw(port, &request).status, 405, "{method}");
    }
    preview.assert_alive();
}

/// Ways up, as attackers write them.
const UPS: [&str; 14] = [
    "..",
    "%2e%2e",
    "%2E.",
    ".%2e",
    "%252e%252e",
    "..%2f..",
    "..%5c..",
    "..\\..",
    "%c0%ae%c0%ae",
    "．．",
    "..;",
    "....",
    "%00",
    ".",
];
/// What lies up there.
const TARGETS: [&str; 7] = [
    "site.toml",
    "secret.txt",
    "content/about.md",
    "etc/passwd",
    ".gongkai/lock",
    "portal/site.toml",
    "agencies/shili-sw/2022/tables.toml",
];
/// Files that are there, but not in the site, and other spellings of pages.
const HIDDEN: [&str; 17] = [
    "/site.toml",
    "/secret.txt",
    "/content/about.md",
    "/.hidden",
    "/agencies/shili-sw/2022/.hidden",
    "/agencies/shili-sw/2022/.l",
    "/agencies/shili-sw/2022/report.md",
    "/agencies/shili-sw/2022/tables.toml",
    "/agencies/shili-sw/agency.toml",
    "/.gongkai/",
    "/.gongkai/nothing",
    "/public/index.html",
    "/themes/default/theme.toml",
    "/static/style.css",
    "/agencies/shili-sw/02022/",
    "/agencies/shili-sw/+2022/",
    "/years/+2022/",
];

/// A request for a path that is sent as it is; it must lead nowhere.
fn assert_nowhere(port: u16, path: &str) {
    let answer =
        raw(port, &format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"));
    let text = answer.text();
    assert!(answer.status >= 400, "{path}: {}\n{text}", answer.head);
    assert!(!["canary", "root:", "base_url"].iter().any(|secret| text.contains(secret)), "{path}: {text}");
}

#[test]
fn nothing_outside_the_site_is_served() {
    let portal = Portal::new(39);
    let secret = portal.beside("secret.txt");
    fs::write(&secret, "机密 canary\n").unwrap();
    portal.write("secret.txt", "机密 canary\n");
    portal.write("content/agencies/shili-sw/2022/.hidden", "机密 canary\n");
    std::os::unix::fs::symlink(secret, portal.path("content/agencies/shili-sw/2022/.l")).unwrap();
    let mut preview = Preview::start(&portal);
    let port = preview.port;
    let mut asked = 0;
    for (up, target) in UPS.iter().flat_map(|up| TARGETS.iter().map(move |target| (up, target))) {
        for base in ["/", "/agencies/", "/agencies/shili-sw/2022/", "/static/", "/.gongkai/", "//"] {
            for times in [1, 3, 8] {
                assert_nowhere(port, &format!("{base}{}{target}", format!("{up}/").repeat(times)));
                asked += 1;
            }
        }
    }
    for path in HIDDEN {
        assert_eq!(preview.get(path).status, 404, "{path}");
        assert_nowhere(port, path);
    }
    let far = "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close";
    for line in ["GET", "GET  HTTP/1.1", "\0\0", "GET / HTTP/9.9", far] {
        let status = raw(port, &format!("{line}\r\n\r\n")).status;
        assert!(status == 0 || status >= 400, "{line:?}: {status}");
    }
    eprintln!("{asked} ways out of the site tried, none led anywhere");
    preview.assert_alive();
    assert_eq!(preview.get("/").status, 200);
}

#[test]
fn heads_types_and_ways_are_as_a_browser_wants_them() {
    let portal = Portal::new(40);
    portal.replace("site.toml", "nianbao.example/", "nianbao.example/gk/");
    portal.write("content/agencies/shili-sw/2022/大附件（示例）.pdf", &"%PDF ".repeat(200_000));
    let preview = Preview::start(&portal);
    let whole = portal.build();
    let port = preview.port;
    for route in ["/", "/agencies/shili-sw/2022/", "/nothing", "/atom.xml"] {
        let head = raw(
            port,
            &format!("HEAD {route} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"),
        );
        let full = preview.get(route);
        assert_eq!((head.status, head.body.len()), (full.status, 0), "{route}");
        assert_eq!(head.header("content-type"), full.header("content-type"), "{route}");
    }
    let types = [
        ("/atom.xml", "application/atom+xml"),
        ("/sitemap.xml", "application/xml"),
        ("/robots.txt", "text/plain"),
        ("/agencies/shili-sw/2022/shili-sw-2022.csv", "text/csv"),
        ("/agencies/shili-sw/2022/shili-sw-2022.json", "application/json"),
        ("/agencies/shili-sw/2022/shili-sw-2022.docx", "application/vnd.openxmlformats"),
        (
            "/agencies/shili-sw/2022/%E5%A4%A7%E9%99%84%E4%BB%B6%EF%BC%88%E7%A4%BA%E4%BE%8B%EF%BC%89.pdf",
            "application/pdf",
        ),
    ];
    for (path, kind) in types {
        let answer = preview.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").unwrap().starts_with(kind), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
    assert_eq!(serves(port, &whole, &whole.keys().collect::<Vec<_>>()), Ok(()));
    // The same pages below the folder the site will stand in.
    for (from, to) in [("/agencies", "/agencies/"), ("/agencies/shili-sw/2022", "/agencies/shili-sw/2022/")] {
        let answer = preview.get(from);
        assert!((300..400).contains(&answer.status), "{from}: {}", answer.status);
        assert_eq!(answer.header("location"), Some(to));
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{from}");
        assert_eq!(preview.get(&format!("/gk{to}")).body, preview.get(to).body);
    }
    let script = preview.get("/.gongkai/live.js");
    assert_eq!(script.status, 200);
    assert!(script.header("content-type").unwrap().starts_with("text/javascript"));
    assert!(script.text().contains("/.gongkai/events?route="));
    let fragment = preview.get("/about/?a=b%20c");
    assert_eq!(fragment.status, 200);
}

#[test]
fn drafts_are_shown_only_when_asked_for() {
    let portal = Portal::new(41);
    portal.replace("content/agencies/shili-sw/2023/report.md", "+++\n", "+++\ndraft = true\n");
    let plain = Preview::start(&portal);
    assert_eq!(plain.get("/agencies/shili-sw/2023/").status, 404);
    let drafts = Preview::start_with(&portal, &["-p", "0", "--drafts"]);
    assert_eq!(drafts.get("/agencies/shili-sw/2023/").status, 200);
}

#[test]
fn looking_now_and_then_sees_the_edits_too() {
    let portal = Portal::new(42);
    let mut preview = Preview::start_with(&portal, &["-p", "0", "--poll"]);
    for round in 0..6 {
        let text = page_md("说明", 1000 + round);
        save(&portal.path("content/about.md"), text.as_bytes(), STYLES[round as usize]);
        preview.shows("/about/", &format!("正文 {}", 1000 + round));
    }
    portal.write("content/new.md", &page_md("新页", 5));
    preview.shows("/new/", "正文 5");
    preview.assert_alive();
}

/// The preview in a user's namespace of its own that may watch so many folders only.
fn limited(portal: &Portal, watches: usize) -> Option<Command> {
    let limit = format!("echo {watches} > /proc/sys/user/max_inotify_watches");
    let shell = |script: String| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "sh", "-c", &script]).env("LANG", "zh_CN.UTF-8");
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command
    };
    let works = shell(limit.clone()).status().is_ok_and(|status| status.success());
    let (program, root) = (env!("CARGO_BIN_EXE_gongkai"), portal.root());
    works.then(|| shell(format!("{limit} && exec '{program}' -r '{}' serve -p 0", root.display())))
}

#[test]
fn a_system_that_watches_no_more_folders_is_no_hindrance() {
    for watches in [3, 24] {
        let portal = Portal::new(45);
        let Some(command) = limited(&portal, watches) else {
            eprintln!("left out: there are no user namespaces here");
            return;
        };
        let preview = Preview::spawn(command);
        preview.shows("/about/", "正文");
        match watches {
            // Pages can be seen before all folders are watched.
            3 => wait_until("it says that it polls", || match preview.talk() {
                talk if talk.contains("每半秒") => Ok(()),
                talk => Err(talk),
            }),
            _ => assert!(!preview.talk().contains("每半秒"), "{}", preview.talk()),
        }
        for round in 0..8 {
            let id = format!("content/agencies/w{watches}-{round}");
            portal.write(&format!("{id}/agency.toml"), &format!("name = \"示例局 {round}\"\n"));
            preview.shows(&format!("/agencies/w{watches}-{round}/"), &format!("示例局 {round}"));
            portal.write(&format!("{id}/agency.toml"), &format!("name = \"改名局 {round}\"\n"));
            preview.shows(&format!("/agencies/w{watches}-{round}/"), &format!("改名局 {round}"));
        }
        assert!(preview.talk().contains("每半秒"), "it says so: {}", preview.talk());
    }
}

#[test]
fn a_taken_port_gives_the_next_one_unless_it_was_asked_for() {
    let portal = Portal::new(43);
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = portal.run(&["serve", "-p", &port]);
    assert_eq!(ran.code, Some(2), "{}", ran.talk);
    assert!(ran.talk.contains(&port), "{}", ran.talk);
    assert_eq!(ran.data, "");
    let ran = run(gongkai().arg("-r").arg(portal.root()).args(["--lang", "en", "serve", "-p", &port]));
    assert!(ran.talk.contains("taken"), "{}", ran.talk);
    let previews: Vec<_> = (0..3).map(|_| Preview::start_with(&portal, &[])).collect();
    let mut ports: Vec<_> = previews.iter().map(|preview| preview.port).collect();
    for preview in &previews {
        assert_eq!(preview.get("/").status, 200);
    }
    ports.dedup();
    assert_eq!(ports.len(), 3, "{ports:?}");
}

#[test]
fn a_preview_ends_when_it_is_told_to() {
    let portal = Portal::new(46);
    for signal in ["INT", "TERM"] {
        let mut preview = Preview::start(&portal);
        let _events = Events::listen(preview.port, "/");
        assert_eq!(preview.get("/").status, 200);
        let kill = format!("kill -{signal} {}", preview.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let status = preview.child.wait().unwrap();
        assert!(status.code() == Some(0) || status.code().is_none(), "{signal}: {status}");
    }
}

/// How long it takes from a save until the page shows it, and until the browser knows.
/// Nothing is asserted: the machine may be busy.
#[test]
fn a_save_is_seen_at_once() {
    let portal = Portal::new(44);
    let preview = Preview::start(&portal);
    let events = Events::listen(preview.port, "/about/");
    preview.shows("/about/", "正文");
    let (mut served, mut told) = (Vec::new(), Vec::new());
    for round in 0..60 {
        let from = events.count();
        let text = page_md("说明", 5000 + round);
        let start = Instant::now();
        save(&portal.path("content/about.md"), text.as_bytes(), STYLES[round as usize % 6]);
        match round % 2 {
            0 => {
                let marker = format!("正文 {}", 5000 + round);
                wait_until("the page", || match preview.get("/about/").text().contains(&marker) {
                    true => Ok(()),
                    false => Err(String::new()),
                });
                served.push(start.elapsed());
            }
            _ => {
                events.wait(from, "the event", |state| state["page"] != "");
                told.push(start.elapsed());
            }
        }
        std::thread::sleep(Duration::from_millis(40));
    }
    for (what, mut times) in [("served", served), ("told", told)] {
        times.sort();
        let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1000.0;
        eprintln!("save to {what}: median {:.1} ms, 90 % {:.1} ms, most {:.1} ms", at(50), at(90), at(100));
    }
}
