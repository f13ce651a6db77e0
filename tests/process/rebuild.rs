//! The same tree gives the same bytes, and every link of the site leads somewhere.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::edits::Editor;
use crate::http::encode;
use crate::portal::{Node, Portal, Tree, assert_same, copy_folder, differences, gongkai, run, tree};

/// A build in a circumstance.
fn build(portal: &Portal, output: &Path, change: impl FnOnce(&mut Command)) -> Tree {
    let mut command = gongkai();
    command.arg("-r").arg(portal.root()).arg("build").arg("-o").arg(output);
    change(&mut command);
    let ran = run(&mut command);
    assert_eq!(ran.code, Some(0), "{}", ran.talk);
    tree(output)
}

#[test]
fn the_demo_is_the_same_on_any_machine_and_day() {
    let portal = Portal::demo();
    let output = |name: &str| portal.beside(&format!("out/{name}"));
    let first = build(&portal, &output("first"), |_| {});
    assert!(first.contains_key(".gongkai-manifest"));
    for threads in ["1", "2", "4", "7"] {
        let name = format!("threads-{threads}");
        let threaded = build(&portal, &output(&name), |command| {
            command.env("RAYON_NUM_THREADS", threads);
        });
        assert_same(&first, &threaded);
    }
    let zones =
        [("Asia/Shanghai", "zh_CN.UTF-8"), ("America/St_Johns", "C"), ("Pacific/Kiritimati", "tr_TR.UTF-8")];
    for (at, (zone, language)) in zones.into_iter().enumerate() {
        let there = build(&portal, &output(&format!("zone-{at}")), |command| {
            command.env("TZ", zone).env("LANG", language).env("LC_ALL", language).env("HOME", "/nowhere");
            command.env("SOURCE_DATE_EPOCH", "1000000000").env("USER", "somebody").current_dir("/");
        });
        assert_same(&first, &there);
    }
    // Elsewhere, copied in another order, later, with other times of change and umask.
    let copy = portal.beside("elsewhere/门户");
    std::thread::sleep(Duration::from_millis(1100));
    copy_folder(&portal.path("content"), &copy.join("content"));
    std::fs::copy(portal.path("site.toml"), copy.join("site.toml")).unwrap();
    let script =
        format!("umask 077; cd '{}' && exec '{}' build", copy.display(), env!("CARGO_BIN_EXE_gongkai"));
    let ran = run(gongkai_shell().args(["-c", &script]));
    assert_eq!(ran.code, Some(0), "{}", ran.talk);
    assert_same(&first, &tree(&copy.join("public")));
    // Over an old site, and over one of another portal.
    assert_same(&first, &build(&portal, &output("first"), |_| {}));
    let over = output("over");
    Portal::new(51).build_to(&over);
    assert_same(&first, &build(&portal, &over, |_| {}));
}

fn gongkai_shell() -> Command {
    let mut command = Command::new("sh");
    command.env("LANG", "zh_CN.UTF-8");
    command
}

/// The values of an attribute in a page, with its escapes undone.
fn values(page: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    let pieces = page.split(&start).skip(1).filter_map(|rest| rest.split('"').next());
    let plain = |value: &str| {
        let entities = [
            ("&quot;", "\""),
            ("&#x27;", "'"),
            ("&#39;", "'"),
            ("&#x2F;", "/"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&amp;", "&"),
        ];
        entities.iter().fold(value.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
    };
    pieces.map(plain).collect()
}

fn decode(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Where a relative link on a page leads: the path of a file, and the place in it.
fn target(page: &str, link: &str) -> Result<(String, Option<String>), String> {
    let (path, place) = match link.split_once('#') {
        Some((path, place)) => (path, Some(decode(place))),
        None => (link, None),
    };
    let path = path.split('?').next().unwrap_or_default();
    if path.is_empty() {
        return Ok((page.to_owned(), place));
    }
    let mut names: Vec<&str> = page.split('/').collect();
    names.pop();
    let decoded: Vec<String> = path.split('/').map(decode).collect();
    for name in &decoded {
        match name.as_str() {
            ".." => drop(names.pop().ok_or("leads out of the site")?),
            "." => {}
            name => names.push(name),
        }
    }
    let mut file = names.join("/");
    if file.is_empty() || file.ends_with('/') {
        file.push_str("index.html");
    }
    Ok((file, place))
}

/// Every link of every page leads to a file, and to a place where it names one.
pub(crate) fn assert_links(site: &Tree) -> usize {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (page, node) in site.iter().filter(|(page, _)| page.ends_with(".html")) {
        let Node::File(bytes) = node else { continue };
        let text = std::str::from_utf8(bytes).unwrap();
        let links = ["href", "src", "action"].iter().flat_map(|name| values(text, name));
        for link in links {
            count += 1;
            if ["https://", "http://", "mailto:", "tel:"].iter().any(|start| link.starts_with(start)) {
                continue;
            }
            if link.starts_with('/') && page != "404.html" {
                wrong.push(format!("{page}: {link} is not relative"));
                continue;
            }
            let found = match target(page, link.trim_start_matches('/')) {
                _ if link.starts_with('/') => target("404.html", link.trim_start_matches('/')),
                found => found,
            };
            match found {
                Err(why) => wrong.push(format!("{page}: {link} {why}")),
                Ok((file, place)) => match site.get(&file) {
                    Some(Node::File(bytes)) => {
                        let text = String::from_utf8_lossy(bytes);
                        let there = |place: &String| values(&text, "id").contains(place);
                        if place.as_ref().is_some_and(|place| !place.is_empty() && !there(place)) {
                            wrong.push(format!("{page}: {link} names a place that is not in {file}"));
                        }
                    }
                    _ => wrong.push(format!("{page}: {link} leads to {file}, which is not there")),
                },
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} links:\n{}", wrong.len(), wrong.join("\n"));
    count
}

/// A build that remembers nothing, to a folder of its own.
fn build_afresh(portal: &Portal) -> (Option<i32>, Tree) {
    let (memory, aside) = (portal.path(".gongkai"), portal.beside("memory"));
    let _ = std::fs::rename(&memory, &aside);
    let output = portal.beside("afresh");
    let _ = std::fs::remove_dir_all(&output);
    let ran = portal.run(&["build", "-o", output.to_str().unwrap()]);
    let _ = std::fs::remove_dir_all(&memory);
    let _ = std::fs::rename(&aside, &memory);
    (ran.code, tree(&output))
}

#[test]
fn a_build_after_edits_is_a_build_afresh() {
    for seed in 0..2 {
        let portal = Portal::new(60 + seed);
        let mut editor = Editor::new(&portal, seed);
        let mut history = Vec::new();
        let mut site = portal.build();
        for _ in 0..20 {
            for _ in 0..=editor.random.below(2) {
                history.push(editor.edit());
            }
            let ran = portal.run(&["build"]);
            let (code, afresh) = build_afresh(&portal);
            assert_eq!(ran.code, code, "after {history:#?}: {}", ran.talk);
            // A build that fails leaves what was there.
            let expected = if code == Some(0) { afresh } else { site };
            site = tree(&portal.path("public"));
            assert!(site == expected, "after {history:#?}:\n{}", differences(&expected, &site));
        }
    }
}

#[test]
fn a_build_says_why_each_output_is_made() {
    let portal = Portal::new(70);
    let explain = || {
        let ran = portal.run(&["build", "--explain-rebuild", "--timings"]);
        assert_eq!(ran.code, Some(0), "{}", ran.talk);
        ran.talk
    };
    let first = explain();
    assert!(first.contains("没有可用的上次记录"), "{first}");
    assert!(first.contains("agencies/shili-sw/2022/index.html：新的"), "{first}");
    // What was saved just before a build is looked at again by the next.
    std::thread::sleep(Duration::from_millis(100));
    explain();
    let file = "content/agencies/shili-sw/2022/report.md";
    portal.replace(file, "第 0 节", "第一节");
    std::fs::remove_file(portal.path("public/agencies/shili-jy/2021/index.html")).unwrap();
    let second = explain();
    assert!(second.contains(&format!("有变化：{file}")), "{second}");
    assert!(second.contains("agencies/shili-sw/2022/index.html：所依据的内容有变化"), "{second}");
    assert!(second.contains("agencies/shili-jy/2021/index.html：文件已不是上次写出的样子"), "{second}");
    assert!(!second.contains("agencies/shili-jy/2022/"), "a report that did not change is made: {second}");
    assert!(second.contains(" ms  生成并写出页面") && second.contains(" report\n"), "{second}");
}

#[test]
fn every_link_of_the_demo_leads_somewhere() {
    let site = Portal::demo().build();
    let pages = site.keys().filter(|path| path.ends_with(".html")).count();
    let links = assert_links(&site);
    assert!(links > pages * 5, "{links} links on {pages} pages");
    eprintln!("{links} links on {pages} pages of the demo lead somewhere");
}

#[test]
fn attachments_of_any_name_are_linked() {
    let portal = Portal::new(52);
    let names = [
        "你好 世界（终稿）#1%20.pdf",
        "a&b <c>.txt",
        "引号\"与'.csv",
        "100%.doc",
        "问?号.xls",
        "加+号;分=号.zip",
        "深/层/附件.txt",
        "e\u{301}.txt",
    ];
    for name in names {
        portal.write(&format!("content/agencies/shili-sw/2022/{name}"), name);
    }
    let site = portal.build();
    assert_links(&site);
    let Some(Node::File(page)) = site.get("agencies/shili-sw/2022/index.html") else { panic!() };
    let page = std::str::from_utf8(page).unwrap();
    let links: BTreeSet<String> = values(page, "href")
        .iter()
        .filter_map(|link| Some(target("agencies/shili-sw/2022/index.html", link).ok()?.0))
        .collect();
    for name in names {
        let file = format!("agencies/shili-sw/2022/{name}");
        assert_eq!(
            site.get(&file),
            Some(&Node::File(name.as_bytes().to_vec())),
            "{name} is published as it is"
        );
        assert!(links.contains(&file), "{name} ({}) is linked: {links:#?}", encode(name));
    }
}

#[test]
fn a_site_in_a_folder_has_the_same_links() {
    let portal = Portal::new(53);
    let top = build(&portal, &portal.beside("top"), |_| {});
    let below = build(&portal, &portal.beside("below"), |command| {
        command.args(["-u", "https://other.example/a/b"]);
    });
    assert_links(&top);
    assert_links_below(&below, "a/b/");
    let (Some(Node::File(one)), Some(Node::File(other))) = (top.get("atom.xml"), below.get("atom.xml"))
    else {
        panic!()
    };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text(other).contains("https://other.example/a/b/"));
    assert_eq!(text(one).replace("https://nianbao.example/", "https://other.example/a/b/"), text(other));
}

/// The 404 page is shown at any address, so its links begin at the top of the host.
fn assert_links_below(site: &Tree, folder: &str) {
    let mut site = site.clone();
    if let Some(Node::File(bytes)) = site.get_mut("404.html") {
        *bytes =
            String::from_utf8(bytes.clone()).unwrap().replace(&format!("\"/{folder}"), "\"/").into_bytes();
    }
    assert_links(&site);
}
