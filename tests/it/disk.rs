//! What only a folder on disk can have wrong with it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use gongkai::diagnostic::{Diagnostic, Located};
use gongkai::source::scan;

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
fn names_are_utf8() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let content = folder.path().join("content");
    std::fs::create_dir_all(&content).expect("a folder can be made");
    let name = OsStr::from_bytes(b"\xb8\xbd\xbc\xfe.pdf");
    // Some systems refuse such a name themselves.
    if std::fs::write(content.join(name), "").is_ok() {
        let found = found(folder.path());
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("source/name "), "{found:?}");
    }
}
