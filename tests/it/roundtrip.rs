//! What this program writes it reads: a report that goes out in any format or page comes in as it was.

use std::fmt::Write;
use std::sync::Arc;

use gongkai::document::Format;
use gongkai::form::{Form, Kind};
use gongkai::import::{Given, import};
use gongkai::path::SourcePath;
use gongkai::pipeline::Pipeline;
use gongkai::plan::Subject;
use gongkai::render::{Content, Renderer};

use crate::import::{compare, fixed, forms, known};
use crate::portal::Files;
use crate::shapes::{Chance, Sample};

/// A portal of one report.
fn portal(form: &Form, sample: &Sample<'_>, theme: &str, year: u16) -> Files {
    let mut files = Files::default();
    files.put(
        "site.toml",
        format!("base_url = \"https://nianbao.example/\"\ntitle = \"示例门户\"\ntheme = \"{theme}\"\n"),
    );
    files.put("content/agencies/park/agency.toml", "name = \"某某市园林和绿化局\"\n");
    let mut report = format!("+++\npublished = {}-01-16\nform = \"{}\"\n+++\n", year + 1, form.id);
    for section in &form.sections {
        let _ = write!(report, "\n## {}\n\n{}\n", section.title.original(), prose(&section.id));
    }
    files.put(&format!("content/agencies/park/{year}/report.md"), report);
    let mut figures = String::new();
    for (table, cells) in form.tables.iter().zip(&sample.figures) {
        let _ = writeln!(figures, "[{}]", table.id);
        for row in 0..table.rows.leaves.len() {
            let cell = |column: usize| {
                let text = &cells[table.cell(row, column)];
                let plain = matches!(table.kind_of(row, column), Kind::Count | Kind::Change);
                let text =
                    if plain && text.parse::<i64>().is_ok() { text.clone() } else { format!("\"{text}\"") };
                format!("{} = {text}", table.columns.leaf(column).id)
            };
            let cells: Vec<String> = (0..table.columns.leaves.len()).map(cell).collect();
            let _ = writeln!(figures, "{} = {{ {} }}", table.rows.leaf(row).id, cells.join(", "));
        }
    }
    files.put(&format!("content/agencies/park/{year}/tables.toml"), figures);
    files
}

/// The words of a section.
fn prose(id: &str) -> String {
    format!("本节（{id}）写明全年工作；共公开信息 1024 条，见公报第3期。\n\n第二段另起一行，比上年增长5.5%。")
}

#[test]
fn what_goes_out_comes_in() {
    for (number, form) in fixed(&forms()).iter().enumerate() {
        let year = (2019..2030).find(|year| form.in_force(*year)).expect("a year in force");
        for (seed, theme) in [(1, "default"), (3, "default"), (2, "plain"), (4, "plain")] {
            let mut chance = Chance::new(seed * 31 + number as u64);
            let mut sample = Sample::new(form, &mut chance);
            sample.thin(&mut chance);
            let files = portal(form, &sample, theme, year);
            let prepared = Pipeline::new(false).prepare(&files.tree());
            let renderer = Renderer::new(Arc::clone(&prepared.checked), Arc::clone(&prepared.theme));
            let mut subjects = vec![Subject::Report("park".into(), year)];
            subjects.extend(Format::built().map(|format| Subject::ReportFile("park".into(), year, format)));
            for subject in subjects {
                let Some(Content::Made(bytes)) = renderer.render(&subject).value else {
                    panic!("{subject:?} is not made: {}", files.words(&prepared.found, "en"));
                };
                let imported = import(&SourcePath::new("report"), &bytes, &known(), &Given::default());
                let draft = imported.value.unwrap_or_else(|| panic!("{subject:?} does not come in"));
                assert_eq!(draft.form.as_ref().map(|own| &own.id), Some(&form.id), "{subject:?}");
                let (right, silent) = compare(form, &sample, &draft, &imported.diagnostics);
                let all: usize = sample.figures.iter().map(Vec::len).sum();
                assert!(right == all, "{theme}, seed {seed}, {subject:?}: {right} of {all}, {silent:#?}");
                // These hold figures only.
                if matches!(subject, Subject::ReportFile(.., Format::Csv | Format::Json | Format::Xlsx)) {
                    continue;
                }
                assert_eq!(draft.agency.as_deref(), Some("park"), "{subject:?}");
                assert_eq!(draft.year, Some(year), "{subject:?}");
                // The letters of a page stand at places: a blank before a figure is not seen.
                let blanks = !matches!(subject, Subject::ReportFile(.., Format::Pdf));
                let words = |text: &str| text.replace(|c: char| c == ' ' && !blanks, "");
                for section in &draft.sections {
                    let (read, written) = (words(&section.markdown), words(&prose(&section.id)));
                    // The signature at the end of a PDF is taken for text.
                    let same = read == written || !blanks && read.starts_with(&written);
                    assert!(same, "{theme}, {subject:?}: {read}");
                }
            }
        }
    }
}
