//! What a build does to the output folder, and what it never does.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use crate::portal::{Node, Portal, Ran, Tree, assert_same, gongkai, page_md, run, tree};

/// Something done to the site by somebody else.
type Act<'a> = Box<dyn Fn() + 'a>;

/// Which file each path is and when it was last written.
fn stamps(folder: &Path) -> BTreeMap<String, (u64, i64, i64)> {
    let mut all = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap) {
        let meta = entry.path().symlink_metadata().unwrap();
        let path = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        all.insert(path, (meta.ino(), meta.mtime(), meta.mtime_nsec()));
    }
    all
}

/// The names in the folder around the site.
fn beside(site: &Path) -> Vec<String> {
    let names = fs::read_dir(site.parent().unwrap()).unwrap();
    let mut names: Vec<_> = names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn codes(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let found = json["diagnostics"].as_array().unwrap().iter();
    found
        .filter(|one| one["severity"] == "error")
        .map(|one| one["code"].as_str().unwrap().to_owned())
        .collect()
}

/// A build that must not happen: the code of its finding, and not a byte of the site moved.
fn assert_refused(portal: &Portal, output: &Path, code: &str) {
    let (old, old_stamps) = (tree(output), stamps(output));
    let ran = portal.run(&["--json", "build", "-o", output.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1), "{code}: {}{}", ran.data, ran.talk);
    assert_eq!(ran.json()["ok"], false);
    assert!(codes(&ran).iter().any(|found| found == code), "{code}: {:?}", codes(&ran));
    assert_same(&old, &tree(output));
    assert_eq!(old_stamps, stamps(output), "{code}");
}

#[test]
fn a_failed_build_leaves_the_old_site() {
    let portal = Portal::new(11);
    portal.build();
    let output = portal.path("public");
    let tables = "content/agencies/shili-sw/2022/tables.toml";
    let faults: [(&str, &str, &str); 8] = [
        (tables, "[requests]\nreceived = { natural = 7, total = 9 }\n", "sheet/sum"),
        (tables, "[requests\n", "toml/syntax"),
        ("content/agencies/shili-sw/2022/report.md", "+++\npublished = 2023-01-10\n", "front-matter/open"),
        ("content/agencies/shili-sw/agency.toml", "nmae = \"水务局\"\n", "toml/unknown-key"),
        ("content/forms/shili.toml", "id = \"shili\"\ntitle = 3\n", "toml/type"),
        ("site.toml", "title = \n", "toml/syntax"),
        ("themes/default/templates/404.html", "{% if %}", "theme/syntax"),
        ("themes/default/templates/404.html", "{{ nobody_knows }}", "theme/render"),
    ];
    for (path, broken, code) in faults {
        let whole = portal.read(path);
        portal.write(path, broken);
        assert_refused(&portal, &output, code);
        assert_eq!(beside(&output).iter().filter(|name| name.contains("stage")).count(), 0);
        portal.write(path, &whole);
    }
    let path = portal.path("content/about.md");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, b"\xd5\xfd\xce\xc4\xb9\xab\xbf\xaa").unwrap();
    assert_refused(&portal, &output, "source/gb18030");
    fs::write(&path, whole).unwrap();
    let (old, stamp) = (tree(&output), stamps(&output));
    assert_same(&old, &portal.build());
    assert_eq!(stamp, stamps(&output), "a mended source is the old source");
}

#[test]
fn unchanged_files_are_not_touched() {
    let portal = Portal::new(12);
    let old = portal.build();
    let output = portal.path("public");
    let old_stamps = stamps(&output);
    portal.build();
    assert_eq!(old_stamps, stamps(&output), "nothing changed, so nothing is written, not even a folder");

    portal.replace("content/about.md", "正文", "新的正文");
    let new = portal.build();
    let new_stamps = stamps(&output);
    let mut changed = Vec::new();
    for (path, node) in &old {
        if !matches!(node, Node::File(_)) {
            continue;
        }
        let same = new.get(path) == Some(node);
        changed.extend((!same).then_some(path.as_str()));
        assert_eq!(old_stamps[path] == new_stamps[path], same, "{path}");
    }
    // The page, what is searched in it, and the manifest.
    let concerned =
        |path: &str| ["about/", "search/", ".gongkai-manifest"].iter().any(|start| path.starts_with(start));
    assert!(changed.contains(&"about/index.html"), "{changed:?}");
    assert!(changed.iter().all(|path| concerned(path)), "{changed:?}");
}

#[test]
fn stale_files_of_ours_go() {
    let portal = Portal::new(13);
    let first = portal.build();
    assert!(first.contains_key("agencies/shili-jy/2021/index.html"));
    portal.write("content/passing.md", &page_md("来去匆匆", 1));
    assert!(portal.build().contains_key("passing/index.html"));
    fs::remove_file(portal.path("content/passing.md")).unwrap();
    assert_same(&first, &portal.build());
    fs::rename(portal.path("content/about.md"), portal.path("content/renamed.md")).unwrap();
    fs::remove_dir_all(portal.path("content/agencies/shili-jy")).unwrap();
    let after = portal.build();
    let gone = |path: &String| path.starts_with("about") || path.starts_with("agencies/shili-jy");
    assert!(!after.keys().any(gone), "{:?}", after.keys().filter(|path| gone(path)).collect::<Vec<_>>());
    assert_same(&after, &portal.build_to(&portal.beside("clean")));
}

#[test]
fn what_is_not_ours_stays() {
    let portal = Portal::new(14);
    let ours = portal.build();
    let output = portal.path("public");
    let outside = portal.beside("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("kept.txt"), "外面的文件\n").unwrap();
    for (path, text) in [
        ("CNAME", "nianbao.example\n"),
        (".well-known/security.txt", "Contact: mailto:a@example.com\n"),
        ("旧站/2008/公报.html", "<p>旧的</p>"),
        ("agencies/shili-sw/手工.txt", "手工放进来的\n"),
    ] {
        fs::create_dir_all(output.join(path).parent().unwrap()).unwrap();
        fs::write(output.join(path), text).unwrap();
    }
    fs::create_dir_all(output.join("empty/deeper")).unwrap();
    symlink(outside.join("kept.txt"), output.join("link.txt")).unwrap();
    symlink(&outside, output.join("linked")).unwrap();
    symlink("nowhere", output.join("dangling")).unwrap();
    fs::set_permissions(output.join("CNAME"), fs::Permissions::from_mode(0o640)).unwrap();
    let foreign: Tree = tree(&output).into_iter().filter(|(path, _)| !ours.contains_key(path)).collect();
    let stamp = |folder: &Path| -> BTreeMap<_, _> {
        let files = stamps(folder).into_iter();
        files.filter(|(path, _)| foreign.get(path).is_some_and(|node| *node != Node::Folder)).collect()
    };
    let (old_stamps, outside_before) = (stamp(&output), tree(&outside));
    assert_eq!(old_stamps.len(), 7);

    let check = |what: &str| {
        let new = portal.build();
        for (path, node) in &foreign {
            assert_eq!(new.get(path), Some(node), "{path} after {what}");
        }
        assert_eq!(stamp(&output), old_stamps, "{what}");
        assert_same(&outside_before, &tree(&outside));
        let own: Tree = new.into_iter().filter(|(path, _)| !foreign.contains_key(path)).collect();
        let _ = fs::remove_dir_all(portal.beside("clean"));
        assert_same(&own, &portal.build_to(&portal.beside("clean")));
    };
    check("no change");
    portal.replace("site.toml", "示例门户", "改名的门户");
    check("a change of every page");
    fs::remove_dir_all(portal.path("content/agencies/shili-sw/2022")).unwrap();
    check("a deleted report");

    let ran = portal.run(&["clean"]);
    assert_eq!(ran.code, Some(0), "{}", ran.talk);
    for (path, node) in &foreign {
        assert_eq!(tree(&output).get(path), Some(node), "{path} after clean");
    }
}

#[test]
fn the_output_folder_keeps_its_permissions() {
    let portal = Portal::new(15);
    portal.build();
    let output = portal.path("public");
    fs::set_permissions(&output, fs::Permissions::from_mode(0o2770)).unwrap();
    portal.replace("content/about.md", "正文", "新的正文");
    portal.build();
    assert_eq!(output.metadata().unwrap().mode() & 0o7777, 0o2770);
}

#[test]
fn a_damaged_site_is_mended() {
    let portal = Portal::new(16);
    let whole = portal.build();
    let output = portal.path("public");
    let page = output.join("about/index.html");
    let text = fs::read(&page).unwrap();
    let damages: [(&str, Act); 4] = [
        ("a deleted file", Box::new(|| fs::remove_file(&page).unwrap())),
        ("a file cut short", Box::new(|| fs::write(&page, &text[..10]).unwrap())),
        (
            "a file changed by hand, of the same size",
            Box::new(|| {
                let changed: Vec<u8> =
                    text.iter().map(|byte| if *byte == b'e' { b'E' } else { *byte }).collect();
                fs::write(&page, changed).unwrap();
            }),
        ),
        ("a deleted folder", Box::new(|| fs::remove_dir_all(output.join("agencies/shili-zf")).unwrap())),
    ];
    for (what, damage) in &damages {
        damage();
        assert!(tree(&output) != whole, "{what}");
        let new = portal.build();
        assert!(new == whole, "{what}: {}", crate::portal::differences(&whole, &new));
    }
}

#[test]
fn a_folder_that_is_not_ours_is_refused() {
    let portal = Portal::new(17);
    let output = portal.beside("www");
    fs::create_dir_all(output.join("deep")).unwrap();
    portal.build_to(&portal.beside("empty-before"));
    fs::write(output.join("deep/index.html"), "别人的网站\n").unwrap();
    assert_refused(&portal, &output, "output/foreign");
    fs::write(output.join(".gongkai-manifest"), "something else\n").unwrap();
    assert_refused(&portal, &output, "output/foreign");
    fs::remove_dir_all(&output).unwrap();
    fs::create_dir(&output).unwrap();
    portal.build_to(&output);
    fs::remove_dir_all(&output).unwrap();
    fs::write(&output, "一个文件").unwrap();
    let ran = portal.run(&["build", "-o", output.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1), "{}", ran.talk);
    assert_eq!(fs::read_to_string(&output).unwrap(), "一个文件");
}

#[test]
fn the_sources_are_never_the_output() {
    let portal = Portal::new(18);
    symlink(portal.path("content"), portal.beside("link")).unwrap();
    let before = tree(&portal.root());
    let root = portal.root();
    let outputs = [
        root.clone(),
        root.join("."),
        root.join(".."),
        root.join("content"),
        root.join("content/out"),
        root.join("content/agencies/shili-sw/2022"),
        root.join("content/agencies/shili-sw/2022/new/deep"),
        root.join("themes"),
        root.join("themes/default/static"),
        root.join("themes/default/static/new"),
        portal.beside("link"),
        portal.beside("link/out"),
        Path::new("/").to_owned(),
    ];
    for output in outputs {
        let ran = portal.run(&["--json", "build", "-o", output.to_str().unwrap()]);
        assert_eq!(ran.code, Some(1), "{}: {}", output.display(), ran.talk);
        let codes = codes(&ran);
        let refused = codes == ["output/sources"] || codes == ["output/foreign"];
        assert!(refused, "{}: {codes:?}", output.display());
        let mut after = tree(&portal.root());
        after.retain(|path, _| !path.starts_with(".gongkai"));
        assert!(after == before, "{}: {}", output.display(), crate::portal::differences(&before, &after));
    }
}

#[test]
fn a_foreign_file_where_an_output_must_go_is_a_finding() {
    let portal = Portal::new(19);
    let output = portal.path("public");
    portal.build();
    let clear = || {
        for name in ["faq", "agencies/shili-sw/2023/新附件.txt"] {
            let path = output.join(name);
            let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
        }
    };
    let places: [(&str, Act); 5] = [
        (
            "a file",
            Box::new(|| {
                fs::create_dir(output.join("faq")).unwrap();
                fs::write(output.join("faq/index.html"), "手写的").unwrap();
            }),
        ),
        ("a file in place of a folder", Box::new(|| fs::write(output.join("faq"), "手写的").unwrap())),
        ("a link in place of a folder", Box::new(|| symlink(portal.beside(""), output.join("faq")).unwrap())),
        (
            "a link to nowhere",
            Box::new(|| {
                fs::create_dir(output.join("faq")).unwrap();
                symlink("nowhere", output.join("faq/index.html")).unwrap();
            }),
        ),
        (
            "a folder in place of a file",
            Box::new(|| {
                fs::create_dir_all(output.join("faq/index.html")).unwrap();
                fs::write(output.join("faq/index.html/x"), "手写的").unwrap();
            }),
        ),
    ];
    for (_what, place) in &places {
        place();
        portal.write("content/faq.md", &page_md("常见问题", 1));
        assert_refused(&portal, &output, "output/collision");
        fs::remove_file(portal.path("content/faq.md")).unwrap();
        clear();
        portal.build();
    }
}

#[test]
fn two_builds_at_once_end_in_one_whole_site() {
    let (one, other) = (Portal::new(20), Portal::new(21));
    other.write("content/only-here.md", &page_md("只有这里有", 1));
    let around = tempfile::tempdir().unwrap();
    let output = around.path().join("site");
    let whole = [one.build(), other.build()];
    let (mut first, mut rounds) = (0, 0);
    for round in 0..12 {
        let builds = (0..4).map(|at| {
            let portal = if at % 2 == 0 { &one } else { &other };
            let mut command = gongkai();
            command.arg("-r").arg(portal.root()).arg("build").arg("-o").arg(&output);
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped()).spawn().unwrap()
        });
        let builds: Vec<_> = builds.collect();
        for build in builds {
            let ended = build.wait_with_output().unwrap();
            assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        let site = tree(&output);
        let which = whole.iter().position(|whole| *whole == site);
        assert!(which.is_some(), "round {round}: {}", crate::portal::differences(&whole[0], &site));
        assert_eq!(beside(&output), ["site"], "round {round}");
        first += usize::from(which == Some(0));
        rounds += 1;
    }
    eprintln!("{rounds} rounds of 4 builds at once: {first} ended in the first site");
}

/// The program run by a user to whom permissions matter; `None` where there is none.
fn unprivileged(portal: &Portal) -> Option<Command> {
    let mine = tempfile::tempdir().unwrap();
    if mine.path().metadata().unwrap().uid() != 0 {
        return Some(gongkai());
    }
    let program = portal.beside("gongkai");
    if !program.exists() {
        // Copied by a process of its own: a file open for writing here could be held open by
        // whatever another test starts, and then cannot be run.
        let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_gongkai")).arg(&program).status();
        assert!(copied.unwrap().success());
    }
    let all = walkdir::WalkDir::new(portal.beside("")).into_iter().map(Result::unwrap);
    for entry in all.filter(|entry| !entry.file_type().is_symlink()) {
        std::os::unix::fs::chown(entry.path(), Some(65534), Some(65534)).unwrap();
    }
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program);
    let works = Command::new("setpriv").args(["--reuid=65534", "--clear-groups", "true"]).status();
    works.is_ok_and(|status| status.success()).then_some(command)
}

#[test]
fn permissions_are_respected_and_nothing_is_lost() {
    let portal = Portal::new(22);
    let output = portal.beside("www/site");
    fs::create_dir(portal.beside("www")).unwrap();
    portal.build_to(&output);
    fs::create_dir(output.join("private")).unwrap();
    fs::write(output.join("private/kept.txt"), "不是我们的\n").unwrap();
    fs::create_dir_all(portal.path(".gongkai")).unwrap();
    let before = tree(&output);
    if unprivileged(&portal).is_none() {
        eprintln!("left out: this user may do everything, and setpriv is not there");
        return;
    }
    let mode = |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let build = |code: &str| {
        let mut command = unprivileged(&portal).unwrap();
        let ran = run(command.arg("-r").arg(portal.root()).args(["--json", "build", "-o"]).arg(&output));
        assert_eq!(ran.code, Some(1), "{code}: {}{}", ran.data, ran.talk);
        assert_eq!(codes(&ran)[0], code, "{}", ran.data);
        ran.data
    };
    let about = portal.path("content/about.md");
    fs::write(&about, page_md("说明", 1001)).unwrap();

    mode(&about, 0o000);
    assert!(build("source/unreadable").contains("content/about.md"));
    mode(&about, 0o644);
    mode(&portal.path("content/agencies/shili-sw"), 0o000);
    build("source/unreadable");
    mode(&portal.path("content/agencies/shili-sw"), 0o755);

    unprivileged(&portal);
    mode(&portal.beside("www"), 0o555);
    assert!(build("output/write").contains("www"));
    mode(&portal.beside("www"), 0o755);

    unprivileged(&portal);
    mode(&output.join("private"), 0o000);
    build("output/write");
    mode(&output.join("private"), 0o755);
    assert_same(&before, &tree(&output));
}

#[test]
fn reports_to_embed_stand_alone() {
    let portal = Portal::new(81);
    let output = portal.path("public");
    assert!(!portal.build().keys().any(|path| path.ends_with(".embed.html")), "only when asked for");
    let ran = portal.run(&["build", "--embed"]);
    assert_eq!(ran.code, Some(0), "{}", ran.talk);
    let site = tree(&output);
    let embedded: Vec<&String> = site.keys().filter(|path| path.ends_with(".embed.html")).collect();
    assert_eq!(embedded.len(), 9, "one of each report");
    let read = |path: &str| fs::read_to_string(output.join(path)).unwrap();
    let piece = read("agencies/shili-sw/2022/shili-sw-2022.embed.html");
    for alien in ["<html", "<head", "<script", "<link", "<style", " class=", " id=", "src="] {
        assert!(!piece.contains(alien), "{alien}");
    }
    let page = read("agencies/shili-sw/2022/index.html");
    assert_eq!(piece.matches("<td data-cell=").count(), 200, "every figure");
    assert!(page.contains("shili-sw-2022.embed.html"), "the page leads to it");
    assert!(piece.contains("https://nianbao.example/agencies/shili-sw/2022/"));
}

/// What the whole portal is offered as, besides CSV and JSON, is up to the portal.
#[test]
fn all_figures_are_offered_in_the_formats_that_are_asked_for() {
    let portal = Portal::new(82);
    let large = ["data/portal.xlsx", "data/portal.sqlite", "data/parquet/year=2022/figures.parquet"];
    let offered = |arguments: &[&str]| {
        let ran = portal.run(arguments);
        assert_eq!(ran.code, Some(0), "{}", ran.talk);
        let site = tree(&portal.path("public"));
        let sums = fs::read_to_string(portal.path("public/data/SHA256SUMS")).unwrap();
        let is_offered = |path: &&str| {
            let is_summed = sums.contains(path.strip_prefix("data/").unwrap());
            assert_eq!(site.contains_key(*path), is_summed, "{path}");
            is_summed
        };
        large.into_iter().filter(is_offered).collect::<Vec<_>>()
    };
    let usual = if cfg!(feature = "sqlite") { &large[..2] } else { &large[..1] };
    assert_eq!(offered(&["build"]), usual);
    if cfg!(feature = "parquet") {
        assert_eq!(offered(&["build", "--parquet"]), [usual, &large[2..]].concat());
        assert_eq!(offered(&["build"]), usual, "no file is left behind");
    } else {
        assert_eq!(portal.run(&["build", "--parquet"]).code, Some(2));
    }
    portal.replace("site.toml", "title", "data = []\ntitle");
    assert_eq!(offered(&["build"]), [""; 0]);
}

/// While the typesetter waits, no thread begins another document upon the one it is at: however many there are, a small
/// stack is enough.
#[cfg(feature = "pdf")]
#[test]
fn many_documents_need_no_larger_stack() {
    let portal = Portal::demo();
    let settings = portal.read("site.toml");
    let kept = settings.lines().filter(|line| !line.starts_with("downloads"));
    let kept: Vec<&str> = std::iter::once("downloads = [\"pdf\"]").chain(kept).collect();
    portal.write("site.toml", &kept.join("\n"));
    let ran = run(gongkai().env("RUST_MIN_STACK", "1000000").arg("-r").arg(portal.root()).arg("build"));
    assert_eq!(ran.code, Some(0), "{}", ran.talk);
    let documents = tree(&portal.path("public")).into_keys().filter(|route| route.ends_with(".pdf"));
    assert_eq!(documents.count(), 40);
}
