//! Reports written by a real word processor: one page of ours converted to every format that offices keep their
//! reports in, and every figure compared. `tests/run` installs the program; without it there is nothing to test.

use std::path::Path;
use std::process::{Command, Stdio};

use gongkai::import::{Given, import};
use gongkai::path::SourcePath;

use crate::import::{compare, fixed, forms, known};
use crate::shapes::{Chance, Mess, Sample, Shape};

/// What is made of what, and how the file is to be opened.
const STEPS: [(&str, &str, &[&str]); 5] = [
    ("html", "docx:MS Word 2007 XML", &[]),
    ("html", "xlsx", &["--calc"]),
    ("docx", "doc", &[]),
    ("docx", "pdf", &[]),
    ("docx", "htm:HTML (StarWriter)", &[]),
];

/// Converts files in a folder, all in one go.
fn convert(folder: &Path, (from, to, how): (&str, &str, &[&str]), reports: usize) -> std::io::Result<()> {
    let files = (0..reports).map(|number| folder.join(format!("{number}.{from}")));
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let status = Command::new("soffice")
        .args([&profile, "--headless"])
        .args(how)
        .args(["--convert-to", to, "--outdir"])
        .arg(folder)
        .args(files)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    assert!(status.success(), "{from} to {to}: {status}");
    Ok(())
}

#[test]
fn what_a_word_processor_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let forms = fixed(&forms());
    let mess = Mess { spelling: 20, broken: 20, blanks: 20, strokes: 10, digits: 20, ..Mess::default() };
    let mut samples = Vec::new();
    for (number, form) in forms.iter().enumerate() {
        let mut chance = Chance::new(number as u64 + 40);
        let mut sample = Sample::new(form, &mut chance);
        let page = sample.write(Shape::Html, mess, &mut chance);
        std::fs::write(folder.path().join(format!("{number}.html")), page).expect("a page is written");
        samples.push(sample);
    }
    for step in STEPS {
        if let Err(error) = convert(folder.path(), step, samples.len()) {
            let wanted = std::env::var_os("WITH_OFFICE").is_some();
            assert!(!wanted, "soffice cannot be run: {error}");
            return;
        }
    }
    for ending in ["docx", "xlsx", "doc", "pdf", "htm"] {
        for (number, sample) in samples.iter().enumerate() {
            let path = folder.path().join(format!("{number}.{ending}"));
            let bytes = std::fs::read(&path).expect("a file that was converted");
            let given = Given { form: Some(forms[number].id.to_string()), ..Given::default() };
            let imported = import(&SourcePath::new("report"), &bytes, &known(), &given);
            let draft = imported.value.expect("a draft");
            let (right, silent) = compare(&forms[number], sample, &draft, &imported.diagnostics);
            let all: usize = sample.figures.iter().map(Vec::len).sum();
            assert!(silent.is_empty(), "{ending} {number}: {silent:#?}");
            // A column at the very edge of a printed page is not always found; then it is told.
            let least = if ending == "pdf" { all * 85 / 100 } else { all };
            assert!(right >= least, "{ending} {number}: only {right} of {all}");
            assert_eq!(draft.agency.as_deref(), Some("park"), "{ending} {number}");
            assert_eq!(draft.year, Some(2022), "{ending} {number}");
            let told = |section: &gongkai::import::DraftSection| section.markdown.contains("数据均经核对");
            assert!(draft.sections.iter().all(told), "{ending} {number}: {:#?}", draft.sections);
        }
    }
}
