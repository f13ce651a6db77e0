//! What only a folder on disk can have wrong with it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use gongkai::diagnostic::{Diagnostic, Located};
use gongkai::source::{SourceTree, Touched, rescan, scan};

use crate::rebuild::Dice;

/// Scans a folder; the findings as `code file message`.
fn found(root: &Path) -> Vec<String> {
    let words = |diagnostic: &Diagnostic| {
        let located = Located::new(diagnostic, "zh-CN", |_| None);
        format!("{} {} {}", located.code, located.file.unwrap_or_default(), located.message)
    };
    scan(root).found.iter().map(words).collect()
}

#[test]
fn links_lead_nowhere_outside() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let (root, outside) = (folder.path().join("portal"), folder.path().join("secret.pdf"));
    let report = root.join("content/agencies/shili-swj/2023");
    std::fs::create_dir_all(&report).expect("a folder can be made");
    std::fs::write(&outside, "secret").expect("a file can be written");
    std::fs::write(root.join("content/about.md"), "").expect("a file can be written");
    symlink("../../../../../secret.pdf", report.join("附件.pdf")).expect("a link can be made");
    symlink("../../../about.md", report.join("inside.md")).expect("a link can be made");
    symlink("gone.pdf", report.join("gone.pdf")).expect("a link can be made");
    let there = "content/agencies/shili-swj/2023";
    let says = "这是一个链接，它指向的文件不在门户文件夹里";
    let mut found = found(&root);
    found.sort();
    let expected = [
        format!("source/link {there}/gone.pdf {says}：gone.pdf"),
        format!("source/link {there}/附件.pdf {says}：../../../../../secret.pdf"),
    ];
    assert_eq!(found, expected);
    let tree = scan(&root);
    let files: Vec<&str> = tree.files().iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(files, ["content/about.md", &format!("{there}/inside.md")]);
}

#[test]
fn names_are_lines_of_utf8() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let content = folder.path().join("content");
    std::fs::create_dir_all(&content).expect("a folder can be made");
    for name in [&b"\xb8\xbd\xbc\xfe.pdf"[..], b"an\nex.pdf"] {
        let file = content.join(OsStr::from_bytes(name));
        // Some systems refuse such a name themselves.
        if std::fs::write(&file, "").is_ok() {
            let found = found(folder.path());
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].starts_with("source/name "), "{found:?}");
            std::fs::remove_file(file).expect("it can be removed");
        }
    }
}

/// Does something to the folder, and says at which places.
fn meddle(root: &Path, dice: &mut Dice) -> Vec<PathBuf> {
    const PLACES: [&str; 9] = [
        "site.toml",
        "content/about.md",
        "content/agencies/a/2023",
        "content/agencies/a/2023/report.md",
        "content/agencies/a-b/2023/report.md",
        "content/agencies/a/.report.md.swp",
        "content/agencies",
        "themes/own/templates/page.html",
        "public/index.html",
    ];
    let (from, to) = (*dice.pick(&PLACES), *dice.pick(&PLACES));
    let at = |place: &str| root.join(place);
    let _ = std::fs::create_dir_all(at(to).parent().expect("every place is in a folder"));
    match dice.below(6) {
        0 => drop(std::fs::remove_dir_all(at(to)).or_else(|_| std::fs::remove_file(at(to)))),
        1 => drop(std::fs::rename(at(from), at(to))),
        2 => drop(std::fs::create_dir(at(to))),
        3 => drop(symlink(at(from), at(to))),
        _ => drop(std::fs::write(at(to), "x".repeat(dice.below(99)))),
    }
    // A folder that was made on the way is hinted at too.
    [from, to].into_iter().flat_map(|place| Path::new(place).ancestors()).map(PathBuf::from).collect()
}

#[test]
fn a_look_at_what_was_touched_is_a_look_at_everything() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let root = folder.path();
    let mut dice = Dice::new(23);
    let (mut tree, mut history, mut quick) = (scan(root), Vec::new(), 0);
    for _ in 0..400 {
        let mut places = meddle(root, &mut dice);
        // The portal folder itself would be everything.
        places.retain(|place| place.components().next().is_some());
        let touched = Touched::Places(places.iter().cloned().collect());
        history.push(places);
        tree = rescan(&tree, &touched);
        let whole = scan(root);
        assert_eq!(tree.files(), whole.files(), "after {history:#?}");
        let codes = |tree: &SourceTree| tree.found.iter().map(|told| told.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes(&tree), codes(&whole), "after {history:#?}");
        quick += usize::from(whole.found.is_empty());
        if dice.below(20) == 0 {
            ["content", "themes"].iter().for_each(|name| drop(std::fs::remove_dir_all(root.join(name))));
            tree = scan(root);
        }
    }
    assert!(quick > 100, "only {quick} of 400 trees were without findings");
}
