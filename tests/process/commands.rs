//! Every command as a person or a program calls it: exit codes, what goes where.

use std::fs;

use serde_json::Value;

use crate::http::get;
use crate::portal::{Portal, Ran, gongkai, run, tree};

/// Runs the program outside any portal.
fn alone(arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    run(gongkai().current_dir(folder.path()).args(arguments))
}

/// Puts a wrong figure into a portal: the sum of a row.
fn break_a_sum(portal: &Portal) {
    let path = "content/agencies/shili-sw/2022/tables.toml";
    let text = portal.read(path);
    let at = text.find("total = ").unwrap() + 8;
    portal.write(path, &format!("{}9{}", &text[..at], &text[at..]));
}

#[test]
fn exit_codes_say_how_it_went() {
    let portal = Portal::new(61);
    assert_eq!(portal.run(&["check"]).code, Some(0));
    assert_eq!(portal.run(&["build"]).code, Some(0));
    break_a_sum(&portal);
    assert_eq!(portal.run(&["check"]).code, Some(1));
    assert_eq!(portal.run(&["build"]).code, Some(1));
    assert_eq!(portal.run(&["build", "--allow-findings"]).code, Some(0));
    for usage in [
        &["nothing"][..],
        &["check", "--no-such"],
        &["build", "-o"],
        &["explain"],
        &["new", "report", "a"],
        &[],
    ] {
        let ran = alone(usage);
        assert_eq!(ran.code, Some(2), "{usage:?}: {}", ran.talk);
        assert_eq!(ran.data, "", "{usage:?}");
        assert_ne!(ran.talk, "", "{usage:?}");
    }
    for command in [
        &["check"][..],
        &["build"],
        &["serve"],
        &["clean"],
        &["export", "a", "2022", "--format", "csv"],
        &["new", "agency", "a", "--name", "b"],
    ] {
        let ran = alone(command);
        assert_eq!(ran.code, Some(2), "{command:?}: {}", ran.talk);
        assert!(ran.talk.contains("site.toml"), "{command:?}: {}", ran.talk);
    }
    for help in [&["--help"][..], &["--version"], &["build", "--help"]] {
        let ran = alone(help);
        assert_eq!(ran.code, Some(0), "{help:?}");
        assert_ne!(ran.data, "", "{help:?}");
        assert_eq!(ran.talk, "", "{help:?}");
    }
}

#[test]
fn the_nearest_portal_upward_is_meant() {
    let portal = Portal::new(62);
    let deep = portal.path("content/agencies/shili-sw/2022");
    let ran = run(gongkai().current_dir(deep).args(["--json", "check"]));
    assert_eq!(ran.code, Some(0), "{}", ran.talk);
    assert_eq!(ran.json()["ok"], true);
    let ran = run(gongkai().current_dir(portal.path("content/agencies/shili-sw/2022")).arg("build"));
    assert_eq!(ran.code, Some(0), "{}", ran.talk);
    assert!(portal.path("public/index.html").is_file());
}

/// One finding has the fields of the contract and no others, in their types.
fn assert_shape(found: &Value) {
    let keys: Vec<_> = found.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "severity", "message", "file", "span", "cell", "help"], "{found}");
    assert!(["error", "warning", "info"].contains(&found["severity"].as_str().unwrap()), "{found}");
    assert!(found["code"].is_string() && found["message"].is_string(), "{found}");
    for key in ["file", "cell", "help"] {
        assert!(found[key].is_string() || found[key].is_null(), "{key}: {found}");
    }
    if let Some(span) = found["span"].as_object() {
        let keys: Vec<_> = span.keys().map(String::as_str).collect();
        assert_eq!(keys, ["line", "column", "end_line", "end_column"], "{found}");
        assert!(span.values().all(|value| value.as_u64().is_some_and(|number| number >= 1)), "{found}");
    }
}

#[test]
fn json_has_the_shape_of_the_contract() {
    let portal = Portal::new(63);
    break_a_sum(&portal);
    let text = "+++\npublished = 2022-01-11\n+++\n\n## 一、总体情况\n\n中文中文，见[附件](没有.pdf)和[别的](也没有.pdf)。\n";
    let report = portal.read("content/agencies/shili-jy/2021/report.md");
    let rest = &report[report.find("## 二、").unwrap()..];
    portal.write("content/agencies/shili-jy/2021/report.md", &format!("{text}\n{rest}"));
    for command in ["check", "build"] {
        let ran = portal.run(&["--json", command]);
        assert_eq!(ran.code, Some(1), "{}", ran.talk);
        let json = ran.json();
        let keys: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["version", "ok", "counts", "diagnostics"]);
        assert_eq!(json["ok"], false);
        assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
        let counts: Vec<_> = json["counts"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(counts, ["error", "warning", "info"]);
        let all = json["diagnostics"].as_array().unwrap();
        all.iter().for_each(assert_shape);
        for severity in counts {
            let count = all.iter().filter(|one| one["severity"] == severity).count() as u64;
            assert_eq!(json["counts"][severity], count, "{severity}");
        }
        let sum = all.iter().find(|one| one["code"] == "sheet/sum").unwrap();
        assert_eq!(sum["file"], "content/agencies/shili-sw/2022/tables.toml");
        assert_eq!(sum["cell"], "requests[received, total]");
        let line = portal.read("content/agencies/shili-sw/2022/tables.toml");
        let line = line.lines().nth(sum["span"]["line"].as_u64().unwrap() as usize - 1).unwrap();
        let number = |key: &str| sum["span"][key].as_u64().unwrap() as usize - 1;
        let marked: String =
            line.chars().skip(number("column")).take(number("end_column") - number("column")).collect();
        assert!(
            marked.starts_with('9') && marked.bytes().all(|byte| byte.is_ascii_digit()),
            "{marked} in {line}"
        );
        // Columns count characters: six stand before the first link, Chinese each.
        let dead: Vec<_> = all.iter().filter(|one| one["code"] == "links/dead").collect();
        assert_eq!(dead.len(), 2, "{json:#}");
        assert_eq!(
            (&dead[0]["span"]["line"], &dead[0]["span"]["column"]),
            (&7.into(), &7.into()),
            "{:#}",
            dead[0]
        );
        assert_eq!(
            (&dead[1]["span"]["line"], &dead[1]["span"]["column"]),
            (&7.into(), &20.into()),
            "{:#}",
            dead[1]
        );
    }
}

#[test]
fn warnings_can_be_denied() {
    let portal = Portal::new(64);
    fs::remove_dir_all(portal.path("content/agencies/shili-jy/2023")).unwrap();
    let ran = portal.run(&["--json", "check"]);
    assert_eq!((ran.code, &ran.json()["ok"]), (Some(0), &true.into()));
    assert!(ran.json()["counts"]["warning"].as_u64() > Some(0), "{}", ran.data);
    let ran = portal.run(&["--json", "check", "--deny", "warnings"]);
    assert_eq!((ran.code, &ran.json()["ok"]), (Some(1), &false.into()));
    let ran = portal.run(&[
        "check",
        "--deny",
        "warnings",
        portal.path("content/agencies/shili-sw").to_str().unwrap(),
    ]);
    assert_eq!(ran.code, Some(0), "nothing is wrong there: {}", ran.talk);
}

#[test]
fn data_goes_to_stdout_and_talk_to_stderr() {
    let portal = Portal::new(65);
    break_a_sum(&portal);
    for arguments in [&["check"][..], &["build"], &["-v", "check"]] {
        let ran = portal.run(arguments);
        assert_eq!(ran.data, "", "{arguments:?}");
        assert!(ran.talk.contains("sheet/sum") && ran.talk.contains("tables.toml"), "{}", ran.talk);
        assert!(!ran.talk.contains('\x1b'), "no colours where no terminal is: {:?}", ran.talk);
        let last = ran.talk.trim_end().lines().last().unwrap();
        assert!(last.contains("2 个错误"), "the last line sums up: {last}");
    }
    let english = portal.run(&["--lang", "en", "check"]);
    assert!(english.talk.trim_end().lines().last().unwrap().contains("2 errors"), "{}", english.talk);
    let quiet = portal.run(&["-q", "check"]);
    assert!(quiet.talk.contains("sheet/sum") && !quiet.talk.contains("个错误"), "{}", quiet.talk);
    let json = portal.run(&["--json", "check"]);
    assert!(!json.talk.contains("sheet/sum"), "findings once only: {}", json.talk);
    let plain = run(gongkai().env("NO_COLOR", "1").arg("-r").arg(portal.root()).arg("check"));
    assert!(!plain.talk.contains('\x1b'));
    let never = portal.run(&["--color", "never", "check"]);
    assert!(!never.talk.contains('\x1b'));
}

#[test]
fn a_new_portal_shows_a_page() {
    for (language, words) in [("zh", "zh-CN"), ("en", "en")] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("新门户");
        let lang = if language == "zh" { "zh_CN.UTF-8" } else { "en_US.UTF-8" };
        let ran = run(gongkai().env("LANG", lang).args(["init", root.to_str().unwrap()]));
        assert_eq!(ran.code, Some(0), "{}", ran.talk);
        let ran = run(gongkai().arg("-r").arg(&root).args(["--json", "check"]));
        assert_eq!((ran.code, &ran.json()["counts"]["error"]), (Some(0), &0.into()), "{}", ran.data);
        let mut child = gongkai();
        child.arg("-r").arg(&root).args(["serve", "-p", "0"]);
        let mut child = child.stderr(std::process::Stdio::piped()).spawn().unwrap();
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split("http://127.0.0.1:").nth(1)?.split('/').next()?.parse().ok());
        let page = get(port.unwrap(), "/");
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(page.status, 200);
        assert!(page.text().contains(&format!("lang=\"{words}\"")), "{}", page.text());
        let ran = run(gongkai().args(["init", root.to_str().unwrap()]));
        assert_eq!(ran.code, Some(2), "a portal that is there is not made again");
    }
}

#[test]
fn the_demo_builds_without_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("demo");
    let ran = run(gongkai().args(["init", "--demo", root.to_str().unwrap()]));
    assert_eq!(ran.code, Some(0), "{}", ran.talk);
    assert!(ran.talk.contains("serve"), "it says what to do next: {}", ran.talk);
    let ran = run(gongkai().arg("-r").arg(&root).args(["--json", "build"]));
    assert_eq!((ran.code, &ran.json()["counts"]["error"]), (Some(0), &0.into()), "{}", ran.data);
    assert!(root.join("public/agencies/decheng-gxj/2021/index.html").is_file());
    assert!(root.join(".gitignore").is_file());
}

#[test]
fn a_new_agency_and_report_are_ready_to_be_filled_in() {
    let portal = Portal::new(66);
    let ran =
        portal.run(&["new", "agency", "shili-xin", "--name", "示例市新局（示例）", "--kind", "department"]);
    assert_eq!(ran.code, Some(0), "{}", ran.talk);
    assert_eq!(portal.run(&["new", "agency", "shili-xin", "--name", "又一次"]).code, Some(2));
    assert_eq!(portal.run(&["new", "agency", "Bad_Id", "--name", "x"]).code, Some(2));
    assert_eq!(portal.run(&["new", "report", "nobody", "2024"]).code, Some(2));
    assert_eq!(portal.run(&["new", "report", "shili-sw", "2024", "--form", "no-such"]).code, Some(2));
    let before = tree(&portal.root());
    assert_eq!(
        portal.run(&["new", "report", "shili-sw", "2023"]).code,
        Some(2),
        "a report that is there stays"
    );
    assert_eq!(before, tree(&portal.root()));
    for agency in ["shili-sw", "shili-xin"] {
        let ran = portal.run(&["new", "report", agency, "2024"]);
        assert_eq!(ran.code, Some(0), "{}", ran.talk);
        let narrative = portal.read(&format!("content/agencies/{agency}/2024/report.md"));
        for title in ["一、总体情况", "二、", "三、", "四、", "五、", "六、其他需要报告的事项"]
        {
            assert!(narrative.contains(&format!("## {title}")), "{title}: {narrative}");
        }
        let tables: Value = toml::from_str::<toml::Value>(
            &portal.read(&format!("content/agencies/{agency}/2024/tables.toml")),
        )
        .map(|value| serde_json::to_value(value).unwrap())
        .unwrap();
        let names: Vec<_> = tables.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["disputes", "documents", "enforcement", "fees", "licences", "requests"]);
        let refused = tables["requests"]["outcome"]["refused"].as_object().unwrap();
        assert_eq!(refused.len(), 8, "{refused:?}");
        assert_eq!(tables["requests"]["outcome"]["declined"].as_object().unwrap().len(), 5);
        assert!(tables["requests"]["received"].get("natural").is_some(), "{tables:#}");
    }
    carried_over(&portal);
    let checked = portal.run(&["--json", "check"]).json();
    let syntax = |one: &&Value| one["code"].as_str().unwrap().starts_with("toml/");
    assert_eq!(checked["diagnostics"].as_array().unwrap().iter().filter(syntax).count(), 0, "{checked:#}");
    let built = portal.run(&["build", "--allow-findings"]);
    assert_eq!(built.code, Some(0), "the next command shows a page: {}", built.talk);
    assert!(portal.path("public/agencies/shili-sw/2024/index.html").is_file());
}

#[test]
fn a_workbook_is_given_out_and_imported() {
    let portal = Portal::new(72);
    let file = portal.beside("collected.xlsx");
    let path = file.to_str().unwrap();
    let before = tree(&portal.root());
    let ran = portal.run(&["new", "report", "shili-sw", "2024", "--xlsx", path]);
    assert_eq!(ran.code, Some(0), "{}", ran.talk);
    assert_eq!(before, tree(&portal.root()), "nothing but the workbook is made");
    assert!(ran.talk.contains(&format!("gongkai import {path}")), "{}", ran.talk);
    let bytes = fs::read(&file).unwrap();
    assert_eq!(portal.run(&["new", "report", "shili-sw", "2024", "--xlsx", path]).code, Some(2));
    assert_eq!(fs::read(&file).unwrap(), bytes, "a workbook that is there stays");
    let imported = portal.run(&["--json", "import", path]);
    assert_eq!(imported.code, Some(0), "{}", imported.data);
    assert_eq!(imported.json()["diagnostics"], serde_json::json!([]));
    assert!(portal.path("content/agencies/shili-sw/2024/report.md").is_file());
    let read = |year: u16| -> toml::Value {
        toml::from_str(&portal.read(&format!("content/agencies/shili-sw/{year}/tables.toml"))).unwrap()
    };
    let (out, carried) = (&read(2023)["requests"]["carried_out"], &read(2024)["requests"]["carried_in"]);
    assert_eq!(carried["natural"], out["natural"], "{carried}");
}

/// What last year's report carried out is this year's carried in.
fn carried_over(portal: &Portal) {
    let read = |year: u16| -> toml::Value {
        toml::from_str(&portal.read(&format!("content/agencies/shili-sw/{year}/tables.toml"))).unwrap()
    };
    let (old, new) = (read(2023), read(2024));
    let (out, carried) = (&old["requests"]["carried_out"], &new["requests"]["carried_in"]);
    assert_eq!(carried["natural"], out["natural"], "{carried}");
    assert_eq!(carried["legal"]["company"], out["legal"]["company"], "{carried}");
    assert_eq!(new["requests"]["received"]["natural"].as_str(), Some(""), "the rest is blank");
}

#[test]
fn explain_knows_codes_rules_and_pages() {
    let portal = Portal::new(67);
    for (what, words) in [
        ("sheet/sum", "合计"),
        ("rule/balance", "cn-2021"),
        ("/agencies/shili-sw/2022/", "content/agencies/shili-sw/2022/report.md"),
        ("agencies/shili-sw/2022/shili-sw-2022.csv", "content/agencies/shili-sw/2022/report.md"),
        ("/", "home.html"),
    ] {
        let ran = portal.run(&["explain", what]);
        assert_eq!(ran.code, Some(0), "{what}: {}", ran.talk);
        assert!(ran.data.contains(words), "{what}: {}", ran.data);
        assert_eq!(ran.talk, "", "{what}");
    }
    for what in ["no/such", "/nowhere/", "rule/no-such", "sheet"] {
        let ran = portal.run(&["explain", what]);
        assert_eq!((ran.code, ran.data.as_str()), (Some(2), ""), "{what}: {}", ran.talk);
    }
    assert_eq!(alone(&["explain", "rule/balance"]).code, Some(0), "codes are known outside a portal too");
}

#[test]
fn export_writes_what_the_site_offers() {
    let portal = Portal::new(68);
    portal.replace("site.toml", "\"docx\"]", "\"docx\", \"xlsx\"]");
    portal.build();
    for format in ["csv", "json", "xlsx", "docx"] {
        let site =
            fs::read(portal.path(&format!("public/agencies/shili-sw/2022/shili-sw-2022.{format}"))).unwrap();
        // What is no text is not printed here.
        if let Ok(text) = std::str::from_utf8(&site) {
            let ran = portal.run(&["export", "shili-sw", "2022", "--format", format]);
            assert_eq!((ran.code, ran.data.as_str()), (Some(0), text), "{format}: {}", ran.talk);
        }
        let file = portal.beside(&format!("out.{format}"));
        let ran =
            portal.run(&["export", "shili-sw", "2022", "--format", format, "-o", file.to_str().unwrap()]);
        assert_eq!((ran.code, ran.data.as_str()), (Some(0), ""), "{}", ran.talk);
        assert_eq!(fs::read(file).unwrap(), site, "{format}");
    }
    let csv = portal.run(&["export", "shili-sw", "2022", "--format", "csv"]).data;
    assert!(csv.starts_with('\u{feff}') && csv.contains("\r\n"), "a byte order mark and CRLF, for Excel");
    let json = portal.run(&["export", "shili-sw", "2022", "--format", "json"]).json();
    let keys: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["agency", "name", "year", "form", "title", "published", "tables", "findings"]);
    for wrong in [["nobody", "2022"], ["shili-sw", "1999"]] {
        let ran = portal.run(&["export", wrong[0], wrong[1], "--format", "csv"]);
        assert_eq!((ran.code, ran.data.as_str()), (Some(2), ""), "{wrong:?}");
        assert!(ran.talk.contains(wrong[0]), "{}", ran.talk);
    }
}

/// The states of the board, by agency.
fn standings(portal: &Portal, year: &str) -> Vec<(String, String)> {
    let board = portal.run(&["--json", "status", "--year", year]).json();
    let lines = board["agencies"].as_array().unwrap().iter();
    let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
    lines.map(|line| (text(line, "agency"), text(line, "status"))).collect()
}

#[test]
fn status_shows_who_is_missing_and_whose_report_has_errors() {
    let portal = Portal::new(71);
    let ran = portal.run(&["status"]);
    assert_eq!(ran.code, Some(0), "{}", ran.talk);
    assert!(ran.data.contains("通过") && ran.talk.contains("2023 年度"), "{}{}", ran.data, ran.talk);
    break_a_sum(&portal);
    fs::remove_dir_all(portal.path("content/agencies/shili-jy/2022")).unwrap();
    portal.replace("content/agencies/shili-sw/2023/report.md", "+++\n", "+++\ndraft = true\n");
    let ran = portal.run(&["status", "--year", "2022"]);
    assert_eq!(ran.code, Some(1), "something is left to do");
    assert!(ran.data.contains("未交") && ran.data.contains("示例"), "{}", ran.data);
    let of_2022 = standings(&portal, "2022");
    assert_eq!(of_2022[0], ("shili-jy".to_owned(), "missing".to_owned()), "{of_2022:?}");
    let states: Vec<_> = of_2022.iter().map(|(_, state)| state.as_str()).collect();
    assert!(states.contains(&"faulty"), "{of_2022:?}");
    let drafts = standings(&portal, "2023").into_iter().filter(|(_, state)| state == "draft");
    assert_eq!(drafts.map(|(agency, _)| agency).collect::<Vec<_>>(), ["shili-sw"]);
}

#[test]
fn completions_are_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = alone(&["completions", shell]);
        assert_eq!((ran.code, ran.talk.as_str()), (Some(0), ""), "{shell}");
        assert!(ran.data.contains("gongkai") && ran.data.contains("export"), "{shell}");
    }
    assert_eq!(alone(&["completions", "no-such"]).code, Some(2));
}

#[test]
fn clean_removes_what_is_ours() {
    let portal = Portal::new(69);
    let before = tree(&portal.root());
    assert_eq!(portal.run(&["clean"]).code, Some(0), "nothing to remove is no fault");
    assert_eq!(before, tree(&portal.root()));
    portal.build();
    fs::create_dir(portal.path(".public.gongkai-stage")).unwrap();
    assert_eq!(portal.run(&["clean"]).code, Some(0));
    assert_eq!(before, tree(&portal.root()), "as before the build");
    fs::create_dir(portal.path("public")).unwrap();
    fs::write(portal.path("public/index.html"), "不是我们的").unwrap();
    assert_eq!(portal.run(&["clean"]).code, Some(0));
    assert_eq!(portal.read("public/index.html"), "不是我们的");
}
