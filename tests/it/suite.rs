//! Runs every Markdown file under `tests/suite`.
//!
//! A `##` heading names a case; what stands before the first is common to all cases of the
//! file. A fenced block titled by a path is a file of the portal; other blocks are what is
//! expected:
//!
//! | title                        | shows                                            |
//! |------------------------------|--------------------------------------------------|
//! | `diagnostics [LANGUAGE]`     | everything that was found                        |
//! | `axis FORM TABLE rows`       | the lines of a table, or its `columns`           |
//! | `grid FORM TABLE`            | a table laid out, rows × columns of every cell   |
//! | `sheet AGENCY YEAR TABLE`    | the figures of a report, `*` behind derived ones |
//! | `lineage FORM OLDER TABLE`   | cells that do not stand where they stood         |
//! | `import PATH [YEAR]`         | the draft of a foreign file and what it tells    |
//!
//! After a path, `(deleted)` takes the file away, `(bom)` puts a byte order mark before it,
//! `(crlf)` ends its lines with CRLF, `(hex)` reads it as hexadecimal bytes, `(zip)` packs parts,
//! each below a line `--- NAME`, `(33 MB)` fills it up with empty lines. Foreign files lie below `import/`. `UPDATE=1` writes what comes out into the files.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use gongkai::diagnostic::{Catalogue, Diagnostics};
use gongkai::form::{Axis, Form, GridCell, Table};
use gongkai::import::{Given, import};
use gongkai::model::{Checked, State};
use gongkai::path::SourcePath;
use gongkai::pipeline::Pipeline;

use crate::portal::Files;

/// Codes that cannot come up in a portal in memory, with the reason; other tests cover them.
/// A code that ends in `/*` stands for its stage.
const ELSEWHERE: [(&str, &str); 19] = [
    ("import/bomb", "too large to be written here; import.rs meets it"),
    ("import/too-long", "too long to be written here; import.rs meets it"),
    ("import/encrypted", "no such file can be written here; the tests of import/ meet it"),
    ("import/pages-without-text", "no PDF can be written here; the tests of import/ meet it"),
    ("import/no-form", "a portal has forms; nothing lacks one"),
    ("import/exists", "nothing is written; the tests of the command meet it"),
    ("source/link", "a tree in memory has no symbolic links"),
    ("source/name", "a tree in memory has no names that are not UTF-8"),
    ("source/unreadable", "a tree in memory can always be read"),
    ("report/lost", "nothing is remembered; rebuild.rs meets it"),
    ("output/foreign", "nothing is written"),
    ("output/sources", "nothing is written"),
    ("output/collision", "nothing is written"),
    ("output/write", "nothing is written"),
    ("theme/render", "nothing is rendered"),
    ("pdf/characters", "nothing is rendered; paper.rs meets it"),
    ("pdf/template", "nothing is rendered"),
    ("theme/font", "only programs with the feature `pdf` say it; paper.rs meets it"),
    ("site/unbuilt-download", "only programs without the feature `pdf` say it; paper.rs meets it"),
];

/// A fenced block of a suite file.
struct Block {
    title: String,
    /// Its lines in the file, without the fences.
    lines: Range<usize>,
}

/// A heading and the blocks below it.
struct Case {
    name: String,
    blocks: Vec<Block>,
}

#[test]
fn suites() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = String::new();
    let mut codes = BTreeSet::new();
    for path in suite_files() {
        run(&path, update, &mut codes, &mut wrong);
    }
    every_code_occurs(&codes, &mut wrong);
    assert!(wrong.is_empty(), "{wrong}\nUPDATE=1 cargo test writes what comes out into the suite");
}

fn suite_files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let mut files = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the suite can be read") {
            let path = entry.expect("the suite can be read").path();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(end) if end == "md" => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

fn run(path: &Path, update: bool, codes: &mut BTreeSet<String>, wrong: &mut String) {
    let text = std::fs::read_to_string(path).expect("a suite file can be read").replace("\r\n", "\n");
    let lines: Vec<&str> = text.lines().collect();
    let mut cases = cases(&lines).into_iter();
    let common = cases.next().expect("there is a part before the first case");
    let mut base = Files::default();
    for block in &common.blocks {
        assert!(lay(&mut base, block, &lines), "{}: `{}` belongs into a case", path.display(), block.title);
    }
    let mut pipeline = Pipeline::new(false);
    let mut out: Vec<String> = Vec::new();
    let mut copied = 0;
    for case in cases {
        let mut files = base.clone();
        let mut expectations = Vec::new();
        for block in &case.blocks {
            if !lay(&mut files, block, &lines) {
                expectations.push(block);
            }
        }
        assert!(!expectations.is_empty(), "{}: nothing is expected of “{}”", path.display(), case.name);
        let (own, foreign) = files.apart("import/");
        let prepared = pipeline.prepare(&own.tree());
        let (checked, found) = (&*prepared.checked, &prepared.found);
        codes.extend(found.iter().map(|diagnostic| diagnostic.code.to_string()));
        for block in expectations {
            let actual = match block.title.strip_prefix("import ") {
                Some(title) => draft(title, &foreign, checked, codes),
                None => show(&block.title, &own, checked, found),
            };
            let expected = lines[block.lines.clone()].join("\n");
            if actual.trim_end() != expected.trim_end() {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let (title, case) = (&block.title, &case.name);
                let _ =
                    writeln!(wrong, "--- {name}: {case}: {title}\nexpected:\n{expected}\nactual:\n{actual}");
            }
            out.extend(lines[copied..block.lines.start].iter().map(|line| (*line).to_owned()));
            out.extend(actual.lines().map(str::to_owned));
            copied = block.lines.end;
        }
    }
    out.extend(lines[copied..].iter().map(|line| (*line).to_owned()));
    let out = out.join("\n") + "\n";
    if update && out != text {
        std::fs::write(path, out).expect("a suite file can be written");
    }
}

/// Cuts a suite file into cases; the first is what stands before any.
fn cases(lines: &[&str]) -> Vec<Case> {
    let mut cases = vec![Case { name: String::new(), blocks: Vec::new() }];
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        if let Some(name) = line.strip_prefix("## ") {
            cases.push(Case { name: name.to_owned(), blocks: Vec::new() });
        }
        let fence: String = line.chars().take_while(|c| *c == '`').collect();
        if fence.len() < 3 {
            continue;
        }
        let end =
            lines[at..].iter().position(|line| *line == fence).map_or(lines.len(), |length| at + length);
        let title = line[fence.len()..].trim().to_owned();
        let case = cases.last_mut().expect("there is always a case");
        case.blocks.push(Block { title, lines: at..end });
        at = end + 1;
    }
    cases
}

/// Lays a block down as a file of the portal; whether it is one. Its title is a language of
/// files and a path.
fn lay(files: &mut Files, block: &Block, lines: &[&str]) -> bool {
    let (title, how) = match block.title.split_once(" (") {
        Some((title, how)) => (title, how.trim_end_matches(')')),
        None => (block.title.as_str(), ""),
    };
    let Some((_, path)) = title
        .split_once(' ')
        .filter(|(language, _)| ["toml", "md", "text", "html", "xml", "csv"].contains(language))
    else {
        return false;
    };
    let mut text = lines[block.lines.clone()].join("\n");
    text.push('\n');
    match how {
        "" => files.put(path, text),
        "deleted" => assert!(files.remove(path), "{path} is not there"),
        "bom" => files.put(path, format!("\u{feff}{text}")),
        "crlf" => files.put(path, text.replace('\n', "\r\n")),
        "hex" => files.put(path, bytes(&text)),
        "zip" => {
            let parts = text.split("--- ").skip(1).filter_map(|part| part.split_once('\n'));
            let parts: Vec<(&str, &[u8])> =
                parts.map(|(name, text)| (name, text.trim().as_bytes())).collect();
            files.put(path, crate::import::archive(&parts));
        }
        _ => {
            let size = how.strip_suffix(" MB").and_then(|size| size.parse::<usize>().ok());
            text.push_str(&"\n".repeat(size.expect("a way to write a file") << 20));
            files.put(path, text);
        }
    }
    true
}

/// Bytes from hexadecimal digits; a text in quotes stands for itself.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, part) in text.split('"').enumerate() {
        match number % 2 {
            1 => bytes.extend(part.bytes()),
            _ => {
                let digits = part.split_whitespace();
                bytes
                    .extend(digits.map(|pair| u8::from_str_radix(pair, 16).expect("two hexadecimal digits")));
            }
        }
    }
    bytes
}

/// A foreign file as it comes in: whose it is, its sections, the figures in it, and what is told.
fn draft(title: &str, foreign: &Files, checked: &Checked, codes: &mut BTreeSet<String>) -> String {
    let (path, year) = title.split_once(' ').unwrap_or((title, ""));
    let bytes = foreign.get(path).unwrap_or_else(|| panic!("no file {path}"));
    let given = Given { year: year.parse().ok(), ..Given::default() };
    let imported = import(&SourcePath::new(path), bytes, &crate::paper::known(&checked.portal), &given);
    codes.extend(imported.diagnostics.iter().map(|diagnostic| diagnostic.code.to_string()));
    let mut out = String::new();
    if let Some(draft) = &imported.value {
        let year = draft.year.map_or("？".to_owned(), |year| year.to_string());
        let form = draft.form.as_ref().map_or("-", |form| &form.id);
        let _ = writeln!(out, "{}，{year}，{form}", draft.agency_name);
        for section in draft.sections.iter().filter(|section| !section.markdown.is_empty()) {
            let _ = writeln!(
                out,
                "{}：{}",
                section.title,
                section.markdown.replace("\n\n", "／").replace('\n', "／")
            );
        }
        for (table, read) in draft.form.iter().flat_map(|form| &form.tables).zip(&draft.tables) {
            for (cell, (reading, _)) in read.cells.iter().enumerate() {
                let text = crate::import::said(reading);
                if !text.is_empty() {
                    let _ = writeln!(out, "{} = {text}", table.address(cell));
                }
            }
        }
    }
    // Of findings that say the same of many cells the first is enough.
    let mut told = BTreeSet::new();
    let words = foreign.words(&imported.diagnostics, "zh-CN");
    for line in words.lines().filter(|line| line.contains("[import/")) {
        let code = line.split('[').nth(1).and_then(|rest| rest.split(']').next()).unwrap_or(line);
        if told.insert(code.to_owned()) {
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

/// What an expectation comes out as.
fn show(title: &str, files: &Files, checked: &Checked, found: &Diagnostics) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    let form = |id: &str| checked.portal.forms.get(id).unwrap_or_else(|| panic!("no form {id}"));
    let table = |id: &str, name: &str| {
        let form = form(id);
        form.tables[form.table_number(name).unwrap_or_else(|| panic!("no table {name}"))].clone()
    };
    match words[..] {
        ["diagnostics"] if found.is_empty() => "没有发现问题\n".to_owned(),
        ["diagnostics"] => files.words(found, "zh-CN"),
        ["diagnostics", language] if found.is_empty() => format!("nothing found ({language})\n"),
        ["diagnostics", language] => files.words(found, language),
        ["axis", id, name, "rows"] => axis(&table(id, name).rows),
        ["axis", id, name, "columns"] => axis(&table(id, name).columns),
        ["grid", id, name] => grid(&table(id, name)),
        ["sheet", agency, year, name] => sheet(checked, agency, year.parse().expect("a year"), name),
        ["lineage", id, older, name] => lineage(checked, form(id), form(older), name),
        _ => panic!("`{title}` is neither a file nor an expectation"),
    }
}

fn axis(axis: &Axis) -> String {
    let mut out = String::new();
    for line in &axis.lines {
        let _ = write!(out, "{}{} {}", "  ".repeat(line.depth), line.id, line.label.get("zh-CN"));
        match (&line.sum, line.leaf) {
            (Some(parts), _) => {
                let parts: Vec<&str> = parts.iter().map(|part| &*axis.leaf(*part).id).collect();
                let _ = writeln!(out, " = {}", parts.join(" + "));
            }
            (None, Some(_)) => out.push('\n'),
            (None, None) => out.push_str("：\n"),
        }
    }
    out
}

fn grid(table: &Table) -> String {
    let cell = |cell: &GridCell| {
        let (text, rows, columns) = match cell {
            GridCell::Corner { rows, columns } => (table.corner.as_ref(), *rows, *columns),
            GridCell::Heading { columns } => (table.heading.as_ref(), 1, *columns),
            GridCell::Column { line, rows, columns } => {
                (Some(&table.columns.lines[*line].label), *rows, *columns)
            }
            GridCell::Row { line, rows, columns } => (Some(&table.rows.lines[*line].label), *rows, *columns),
            GridCell::Cell(_) => return "·".to_owned(),
        };
        let text = text.map_or("", |text| text.get("zh-CN"));
        match (rows, columns) {
            (1, 1) => format!("[{text}]"),
            _ => format!("[{text} {rows}×{columns}]"),
        }
    };
    let mut out = String::new();
    for (part, rows) in [("表头", &table.grid.head), ("表身", &table.grid.body)] {
        let _ = writeln!(out, "{part}");
        for row in rows {
            let row: Vec<String> = row.iter().map(cell).collect();
            let _ = writeln!(out, "  {}", row.join(" "));
        }
    }
    out
}

fn sheet(checked: &Checked, agency: &str, year: u16, table: &str) -> String {
    let report = checked.portal.report(agency, year).unwrap_or_else(|| panic!("no report {agency} {year}"));
    let sheet = report.sheets().iter().find(|sheet| &*sheet.table.id == table);
    let sheet = sheet.unwrap_or_else(|| panic!("no table {table}"));
    let mut out = String::new();
    for row in 0..sheet.table.rows.leaves.len() {
        let mut figures = Vec::new();
        for column in 0..sheet.table.columns.leaves.len() {
            let cell = &sheet.cells()[sheet.table.cell(row, column)];
            let text = match cell.state {
                State::Blank | State::Unread => continue,
                State::NotApplicable => "/".to_owned(),
                State::Text => sheet.text(cell).unwrap_or_default().to_owned(),
                State::Number | State::Derived => cell.value().unwrap_or_default().to_string(),
            };
            let star = if cell.state == State::Derived { "*" } else { "" };
            figures.push(format!("{} {text}{star}", sheet.table.columns.leaf(column).id));
        }
        let _ = writeln!(out, "{}：{}", sheet.table.rows.leaf(row).id, figures.join("，"));
    }
    out
}

fn lineage(checked: &Checked, form: &Form, older: &Form, name: &str) -> String {
    let lineage = checked.portal.forms.lineage(form, older).expect("every two forms have a lineage");
    let number = form.table_number(name).unwrap_or_else(|| panic!("no table {name}"));
    let table = &form.tables[number];
    let mut out = String::new();
    for cell in 0..table.size() {
        let here = table.address(cell);
        let there = lineage.origin(number, cell).map(|origin| {
            let table = &older.tables[origin.table];
            origin.cells.iter().map(|cell| table.address(*cell)).collect::<Vec<_>>().join(" + ")
        });
        if there.as_deref() != Some(&here) {
            let _ = writeln!(out, "{here} ← {}", there.as_deref().unwrap_or("（没有）"));
        }
    }
    if out.is_empty() { "每一格都在原来的位置\n".to_owned() } else { out }
}

/// Every code of the catalogue occurs in the suite, and no other.
fn every_code_occurs(codes: &BTreeSet<String>, wrong: &mut String) {
    let catalogue = Catalogue::get();
    for (code, _) in catalogue.all() {
        let occurs = match code.strip_suffix('*') {
            Some(stage) => codes.iter().any(|found| found.starts_with(stage)),
            None => codes.contains(code),
        };
        let elsewhere = ELSEWHERE.iter().any(|(other, _)| match other.strip_suffix('*') {
            Some(stage) => code.starts_with(stage),
            None => *other == code,
        });
        match (occurs, elsewhere) {
            (false, false) => drop(writeln!(wrong, "no case of the suite finds {code}")),
            (true, true) => drop(writeln!(wrong, "{code} occurs in the suite; take it off the list")),
            _ => {}
        }
    }
    for code in codes.iter().filter(|code| catalogue.sentence(code).is_none()) {
        let _ = writeln!(wrong, "{code} is not in the catalogue");
    }
}

/// Every code that the sources name has an entry in the catalogue, and the reverse. So have
/// the words that the sources put into sentences.
#[test]
fn catalogue_and_sources_agree() {
    let mut wrong = String::new();
    let mut named = BTreeSet::new();
    let stages: BTreeSet<&str> =
        Catalogue::get().all().filter_map(|(code, _)| code.split('/').next()).collect();
    for (file, text) in crate::layers::sources() {
        let text = crate::layers::code(&text);
        for literal in text.split('"').skip(1).step_by(2) {
            let Some((stage, name)) = literal.split_once('/') else { continue };
            let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            let is_code = |part: &str| !part.is_empty() && part.bytes().all(good);
            if !is_code(name) || !stages.contains(stage) {
                continue;
            }
            named.insert(literal.to_owned());
            if Catalogue::get().sentence(literal).is_none() {
                let _ = writeln!(wrong, "{file}: {literal} is not in the catalogue");
            }
        }
        for call in text.split("Diagnostic::new(\"").skip(1) {
            let code = call.split('"').next().unwrap_or_default();
            if Catalogue::get().sentence(code).is_none() {
                let _ = writeln!(wrong, "{file}: {code} is not in the catalogue");
            }
        }
        for word in text.split('"').skip(1).step_by(2).filter(|literal| literal.starts_with("formula-")) {
            if Catalogue::get().word(leak(word), "zh-CN") == word {
                let _ = writeln!(wrong, "{file}: {word} is not among the words of the catalogue");
            }
        }
    }
    for (code, _) in Catalogue::get().all() {
        let soon = ELSEWHERE.iter().any(|(other, _)| *other == code);
        if !code.ends_with('*') && !soon && !named.contains(code) {
            let _ = writeln!(wrong, "no source names {code}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}
