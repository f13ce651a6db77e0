//! A portal in two languages: every page in both, every file once, links that hold.

use std::fs;

use crate::portal::{Node, Portal, Tree};
use crate::rebuild::assert_links;

/// A portal in Chinese with a second language, and one page translated.
fn portal() -> Portal {
    let portal = Portal::new(71);
    let site = portal.read("site.toml");
    portal.write("site.toml", &format!("{site}\n[languages.en]\ntitle = \"Example portal\"\n"));
    portal.write("content/about.en.md", "+++\ntitle = \"About us\"\n+++\n\nIn English.\n");
    portal
}

fn text<'t>(site: &'t Tree, path: &str) -> &'t str {
    let Some(Node::File(bytes)) = site.get(path) else { panic!("no file {path}") };
    std::str::from_utf8(bytes).unwrap()
}

/// The pages of a site, by path.
fn pages(site: &Tree) -> impl Iterator<Item = &str> {
    site.keys().map(String::as_str).filter(|path| path.ends_with(".html"))
}

#[test]
fn every_page_is_in_both_languages_and_every_file_once() {
    let site = portal().build();
    let own: Vec<&str> = pages(&site).filter(|path| !path.starts_with("en/")).collect();
    let other: Vec<&str> = pages(&site).filter_map(|path| path.strip_prefix("en/")).collect();
    let expected: Vec<&str> = own.iter().copied().filter(|path| *path != "404.html").collect();
    assert_eq!(other, expected);
    let ends: std::collections::BTreeSet<&str> = site
        .iter()
        .filter(|(path, node)| path.starts_with("en/") && matches!(node, Node::File(_)))
        .map(|(path, _)| path.rsplit('.').next().unwrap())
        .collect();
    assert_eq!(ends.into_iter().collect::<Vec<_>>(), ["html", "js", "xml"], "downloads are there once");
    let report = text(&site, "en/agencies/shili-sw/2022/index.html");
    assert!(report.contains("<html lang=\"en\""));
    assert!(report.contains("<div class=\"prose\" lang=\"zh-CN\">"), "the report's words stay as they are");
    assert!(report.contains("hreflang=\"zh-CN\" href=\"https://nianbao.example/agencies/shili-sw/2022/\""));
    let report = text(&site, "agencies/shili-sw/2022/index.html");
    assert!(report.contains("hreflang=\"en\" href=\"https://nianbao.example/en/agencies/shili-sw/2022/\""));
    assert!(!report.contains("<div class=\"prose\" lang"));
    assert!(text(&site, "en/about/index.html").contains("In English."));
    assert!(text(&site, "en/index.html").contains("lang=\"zh-CN\">"), "not translated: marked");
    let sitemap = text(&site, "sitemap.xml");
    for page in ["", "agencies/shili-sw/2022/", "about/"] {
        for folder in ["", "en/"] {
            assert!(
                sitemap.contains(&format!("<loc>https://nianbao.example/{folder}{page}</loc>")),
                "{folder}{page}"
            );
        }
    }
    assert!(text(&site, "en/atom.xml").contains("https://nianbao.example/en/agencies/shili-sw/2023/"));
}

#[test]
fn links_lead_somewhere_in_both_languages() {
    let portal = portal();
    let folder = "content/agencies/shili-sw/2022";
    portal.write(&format!("{folder}/figures.csv"), "a,b\n");
    let report = portal.read(&format!("{folder}/report.md"));
    let links = "[file](figures.csv) [year before](../2021/) [about](../../../about/) [here](#overview)\n";
    portal.write(&format!("{folder}/report.md"), &format!("{report}\n{links}"));
    let site = portal.build();
    assert!(assert_links(&site) > 500);
    let report = text(&site, "en/agencies/shili-sw/2022/index.html");
    assert!(report.contains("<a href=\"../../../../agencies/shili-sw/2022/figures.csv\">"));
    assert!(report.contains("<a href=\"../2021/\">"), "stays in the language");
}

#[test]
fn a_language_without_words_stops_the_build() {
    let portal = portal();
    portal.replace("site.toml", "[languages.en]", "[languages.fr]");
    fs::remove_file(portal.path("content/about.en.md")).unwrap();
    let ran = portal.run(&["build"]);
    assert_eq!(ran.code, Some(1), "{}", ran.talk);
    assert!(ran.talk.contains("theme/language"), "{}", ran.talk);
    assert!(!portal.path("public").exists());
}
