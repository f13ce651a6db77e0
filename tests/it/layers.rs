//! Laws of the house, read from the sources.

use std::collections::BTreeSet;
use std::path::Path;

use gongkai::form::{read, standard_forms};
use gongkai::language::Localised;
use gongkai::path::SourcePath;

/// The floors, from the ground. What stands on one floor may use only what stands below.
const FLOORS: [&[&str]; 12] = [
    &["path", "fingerprint", "stamp", "language"],
    &["diagnostic", "memo"],
    &["fields"],
    &["source", "form", "site"],
    &["document"],
    &["model", "import"],
    &["check", "plan"],
    &["render"],
    &["pipeline"],
    &["cli"],
    &["lib"],
    &["main"],
];

/// All Rust sources with their path below `src/`, sorted.
pub(crate) fn sources() -> Vec<(String, String)> {
    fn collect(folder: &Path, name: &str, out: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).expect("the sources can be read") {
            let path = entry.expect("the sources can be read").path();
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let below = if name.is_empty() { file.clone() } else { format!("{name}/{file}") };
            if path.is_dir() {
                collect(&path, &below, out);
            } else if file.ends_with(".rs") {
                out.push((below, std::fs::read_to_string(&path).expect("a source can be read")));
            }
        }
    }
    let mut out = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut out);
    out.sort();
    out
}

/// The room a source belongs to: its folder, or its own name at the top.
fn room(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// A source without its tests, which stand last, and without comments.
pub(crate) fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Law 1: arrows point down.
#[test]
fn arrows_point_down() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let Some(here) = floor(room(&file)) else {
            wrong.push(format!("{file} has no floor"));
            continue;
        };
        if ["lib", "main"].contains(&room(&file)) {
            continue;
        }
        for used in code(&text).split("crate::").skip(1) {
            let used: String = used.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            // A macro or another crate's path that merely ends so.
            if used.is_empty() || used == room(&file) {
                continue;
            }
            match floor(&used) {
                Some(there) if there < here => {}
                Some(_) => wrong.push(format!("{file} uses {used}, which does not stand below it")),
                None => wrong.push(format!("{file} uses {used}, which has no floor")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Law 1 inside the importer, the largest room: a file of any kind becomes blocks, blocks become tables and prose, and
/// these three folders know nothing of each other.
#[test]
fn arrows_point_down_in_the_importer() {
    const INNER: [&[&str]; 4] = [
        &["block", "figure", "label", "limits", "line"],
        &["original", "prose", "table"],
        &["draft"],
        &["mod"],
    ];
    let floor = |room: &str| INNER.iter().position(|rooms| rooms.contains(&room));
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let Some(inside) = file.strip_prefix("import/") else { continue };
        let here = room(inside);
        // The files of the room name each other from above, those of its folders by the whole path.
        let path = if inside.contains('/') { "crate::import::" } else { "super::" };
        for used in code(&text).split(path).skip(1) {
            let used: String = used.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            let ground = floor(&used) == Some(0) && floor(here) == Some(0);
            if used != here
                && !ground
                && floor(&used).is_none_or(|used| floor(here).is_none_or(|here| used >= here))
            {
                wrong.push(format!("{file} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Law 8: only views are serialized, only what is remembered on disk is read back. Formats
/// are read field by field, so that every mistake has its place.
#[test]
fn serde_stays_in_its_rooms() {
    /// What is remembered is written and read.
    const REMEMBERED: [&str; 9] = [
        "site/",
        "cli/",
        "diagnostic/",
        "language.rs",
        "path.rs",
        "fingerprint.rs",
        "stamp.rs",
        "model/memo.rs",
        "pipeline/memory.rs",
    ];
    const SHOWN: [&str; 3] = ["plan/", "render/", "import/"];
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let code = code(&text);
        for (word, shown) in [("Serialize", &SHOWN[..]), ("Deserialize", &[])] {
            let used = code.split(|c: char| !c.is_alphanumeric()).any(|name| name == word);
            if used && !REMEMBERED.iter().chain(shown).any(|room| file.starts_with(room)) {
                wrong.push(format!("{file} uses {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Law 9: no form and no agency is known to the code.
#[test]
fn code_knows_no_form_and_no_agency() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut ids: BTreeSet<String> =
        standard_forms().iter().map(|(name, _)| name.trim_end_matches(".toml").to_owned()).collect();
    for entry in std::fs::read_dir(root.join("content/agencies")).into_iter().flatten().flatten() {
        ids.insert(entry.file_name().to_string_lossy().into_owned());
    }
    assert!(ids.len() > 3, "{ids:?}");
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let code = code(&text);
        let names: BTreeSet<&str> = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
        wrong.extend(
            ids.iter().filter(|id| names.contains(id.as_str())).map(|id| format!("{file} knows {id}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// No words of a regulation in the code: whatever a standard form prints, Rust does not say.
#[test]
fn code_speaks_no_regulation() {
    /// Where a word is needed that a form happens to print too, and why.
    const EXCEPTIONS: [(&str, &str, &str); 0] = [];
    let mut words = BTreeSet::new();
    for (name, text) in standard_forms() {
        let path = SourcePath::new(format!("content/forms/{name}"));
        let form = read(&path, text).value.unwrap_or_else(|| panic!("{name} cannot be read"));
        let mut add = |text: &Localised| drop(words.replace(text.get("zh-CN").to_owned()));
        add(&form.title);
        add(&form.authority);
        form.kinds.iter().for_each(|kind| add(&kind.label));
        form.sections.iter().for_each(|section| add(&section.title));
        for table in &form.tables {
            add(&table.title);
            let lines = table.rows.lines.iter().chain(&table.columns.lines);
            lines.for_each(|line| add(&line.label));
        }
        let sections = form.sections.iter().flat_map(|section| section.also.clone());
        let lines = form.tables.iter().flat_map(|table| table.rows.lines.iter().chain(&table.columns.lines));
        words.extend(sections.chain(lines.flat_map(|line| line.also.clone())));
    }
    words.retain(|word| word.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)));
    assert!(words.len() > 50, "{}", words.len());
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for literal in code(&text).split('"').skip(1).step_by(2) {
            for word in words.iter().filter(|word| literal.contains(word.as_str())) {
                if !EXCEPTIONS.iter().any(|(at, known, _)| *at == file && known == word) {
                    wrong.push(format!("{file} says “{word}”"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
