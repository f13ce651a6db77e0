//! Workbooks: what is written into one is read back from it, and nothing in it can run.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use gongkai::document::Format;
use gongkai::import::{Draft, Given, Known, KnownAgency, Reading, import};
use gongkai::model::{Report, Sheet, State};
use gongkai::path::SourcePath;
use gongkai::pipeline::{Pipeline, Prepared};
use gongkai::plan::Subject;
use gongkai::render::{Content, Renderer, collection};

use crate::portal::Files;
use crate::rebuild::Dice;

/// What a portal knows, for the importer.
fn known(prepared: &Prepared) -> Known {
    let portal = &prepared.checked.portal;
    let agency = |agency: &Arc<gongkai::model::Agency>| {
        let name = agency.name("zh-CN").to_owned();
        KnownAgency { id: agency.id.to_string(), names: vec![name.clone()], name }
    };
    let components =
        portal.agencies.iter().map(|agency| (agency.id.to_string(), agency.file.components.clone()));
    Known::new(portal.forms.all().to_vec(), portal.agencies.iter().map(agency).collect())
        .with_components(components)
}

/// The workbook of a report.
fn workbook(prepared: &Prepared, report: &Report) -> Vec<u8> {
    let renderer = Renderer::new(Arc::clone(&prepared.checked), Arc::clone(&prepared.theme));
    let subject = Subject::ReportFile(report.agency.clone(), report.year, Format::Xlsx);
    let Some(Content::Made(bytes)) = renderer.render(&subject).value else { panic!("no workbook") };
    bytes
}

/// A draft of a workbook, and the codes of what was found.
fn bring_in(bytes: &[u8], known: &Known) -> (Draft, Vec<String>) {
    let imported = import(&SourcePath::new("report.xlsx"), bytes, known, &Given::default());
    let codes = imported.diagnostics.iter().map(|d| d.code.to_string()).collect();
    (imported.value.expect("a draft"), codes)
}

/// Asserts that a draft holds the figures of a sheet.
fn same_figures(draft: &Draft, report: &Report) {
    for (sheet, table) in report.sheets().iter().zip(&draft.tables) {
        let Sheet { table: blank, .. } = sheet;
        for (number, cell) in sheet.cells().iter().enumerate() {
            let read = &table.cells[number].0;
            let wanted = match (cell.state, cell.value()) {
                (State::NotApplicable, _) => Reading::NotApplicable,
                (State::Text, _) => Reading::Text(sheet.text(cell).unwrap_or_default().to_owned()),
                (_, Some(number)) => Reading::Number(number),
                _ => Reading::Blank,
            };
            assert_eq!(*read, wanted, "{} {} {}", report.agency, report.year, blank.address(number));
        }
    }
}

#[test]
fn every_report_comes_back_from_its_workbook() {
    let prepared =
        Pipeline::new(false).prepare(&gongkai::source::scan(Path::new(env!("CARGO_MANIFEST_DIR"))));
    let known = known(&prepared);
    let portal = &prepared.checked.portal;
    let fixed = |report: &&Arc<Report>| {
        report.form.as_ref().is_some_and(|form| form.tables.iter().all(|table| table.open.is_none()))
    };
    let mut count = 0;
    for report in portal.reports.iter().filter(fixed) {
        let (draft, codes) = bring_in(&workbook(&prepared, report), &known);
        same_figures(&draft, report);
        // The workbook has no narrative; a sum that the agency stands by is wrong here too.
        let is_wrong = !prepared.checked.found_in(report).is_empty();
        let usual = |code: &String| code == "import/no-section" || is_wrong && code == "import/disagrees";
        assert!(codes.iter().all(usual), "{codes:?}");
        assert_eq!((draft.agency.as_deref(), draft.year), (Some(&*report.agency), Some(report.year)));
        assert_eq!(draft.form.expect("a form").id, report.form.as_ref().expect("a form").id);
        assert_eq!(draft.facts.published, report.head.published);
        count += 1;
    }
    assert!(count > 10, "{count}");
}

/// A report with figures of every kind at random.
fn random_report(dice: &mut Dice) -> Files {
    let mut files = Files::archive(
        "=== site.toml\nbase_url = \"https://example.org\"\ntitle = \"T\"\n\
         === content/agencies/a/agency.toml\nname = \"示例市某局\"\n\
         === content/agencies/a/2022/report.md\n+++\npublished = 2023-01-20\n+++\n",
    );
    let prepared = Pipeline::new(false).prepare(&files.tree());
    let portal = &prepared.checked.portal;
    let mut text = String::new();
    for sheet in portal.report("a", 2022).expect("a report").sheets() {
        let table = &sheet.table;
        text.push_str(&format!("[{}]\n", table.id));
        for cell in 0..table.size() {
            let (row, column) = table.crossing(cell);
            let figure = match dice.below(12) {
                0 | 1 => continue,
                2 => "\"/\"".to_owned(),
                3 => "0".to_owned(),
                4 => format!("{}", dice.below(4_000_000_000)),
                5 => format!("\"{}.{:04}\"", dice.below(100_000), dice.below(10_000)),
                _ => format!("{}", dice.below(50)),
            };
            let (row, column) = (&table.rows.leaf(row).id, &table.columns.leaf(column).id);
            text.push_str(&format!("{row}.{column} = {figure}\n"));
        }
    }
    files.put("content/agencies/a/2022/tables.toml", text);
    files
}

#[test]
fn figures_at_random_come_back() {
    let mut dice = Dice::new(6);
    for _ in 0..40 {
        let prepared = Pipeline::new(false).prepare(&random_report(&mut dice).tree());
        let report = prepared.checked.portal.report("a", 2022).expect("a report");
        let bytes = workbook(&prepared, report);
        assert_eq!(bytes, workbook(&prepared, report), "the same report gives the same bytes");
        same_figures(&bring_in(&bytes, &known(&prepared)).0, report);
    }
}

#[test]
fn the_figures_of_components_come_back() {
    let mut files = Files::archive(
        "=== site.toml\nbase_url = \"https://example.org\"\ntitle = \"T\"\ndefault_language = \"en\"\n\
         === content/agencies/a/agency.toml\nname = \"Department of Examples\"\n\
         components = [{ id = \"oep\", name = \"Office of Policy\" }, { id = \"bos\", name = \"Bureau\" }]\n\
         === content/agencies/a/2022/report.md\n+++\npublished = 2023-01-20\n+++\n",
    );
    let prepared = Pipeline::new(false).prepare(&files.tree());
    let report = prepared.checked.portal.report("a", 2022).expect("a report");
    let table = &report.sheets()[0].table;
    let (rows, column) = (table.rows.leaves.len(), &table.columns.leaf(1).id);
    let rows = (0..rows).map(|row| format!("{}.{column} = {}\n", table.rows.leaf(row).id, row + 4));
    let text = format!("[{}]\n{}", table.id, rows.take(2).collect::<String>());
    files.put("content/agencies/a/2022/tables.toml", text);
    let prepared = Pipeline::new(false).prepare(&files.tree());
    let report = prepared.checked.portal.report("a", 2022).expect("a report");
    let figures = report.sheets()[0].cells().iter().filter(|cell| cell.value().is_some()).count();
    assert_eq!(figures, 3, "two figures and their sum");
    same_figures(&bring_in(&workbook(&prepared, report), &known(&prepared)).0, report);
}

const TEXTS: &str = r#"=== site.toml
base_url = "https://example.org"
title = "T"
=== content/forms/own.toml
id = "own"
title = "=1+1"
authority = "A"
language = "zh-CN"
years = { from = 2000 }
kinds = [{ id = "k", label = "K" }]
[[section]]
id = "s"
title = "@S"
tables = ["t"]
[[table]]
id = "t"
title = "+T"
kind = "text"
columns = [{ id = "c", label = "-C" }]
rows = [{ id = "r", label = "=cmd()" }]
=== content/agencies/a/agency.toml
name = '=HYPERLINK("https://example.org")'
=== content/agencies/a/2022/report.md
+++
form = "own"
+++
=== content/agencies/a/2022/tables.toml
[t]
r.c = '=cmd|" /C calc"!A0'
"#;

#[test]
fn no_text_becomes_a_formula() {
    let prepared = Pipeline::new(false).prepare(&Files::archive(TEXTS).tree());
    let report = prepared.checked.portal.report("a", 2022).expect("a report");
    let mut archive =
        zip::ZipArchive::new(std::io::Cursor::new(workbook(&prepared, report))).expect("a workbook");
    let mut texts = String::new();
    for number in 0..archive.len() {
        let mut xml = String::new();
        archive.by_index(number).expect("a part").read_to_string(&mut xml).expect("text");
        assert!(!xml.contains("<f>") && !xml.contains("<hyperlink"), "{xml}");
        texts.push_str(&xml);
    }
    assert!(texts.contains("=cmd|"), "the text is there");
}

#[test]
fn a_workbook_to_fill_in_comes_back_as_it_was_given_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let prepared = Pipeline::new(false).prepare(&gongkai::source::scan(root));
    let portal = &prepared.checked.portal;
    let newest = portal.reports.iter().rfind(|report| report.year == 2023).expect("a report");
    let agency = portal.agency(&newest.agency).expect("an agency");
    let blank = Report::blank(agency, 2024, portal.forms.in_force(2024, &portal.settings).cloned());
    let bytes = collection(portal, agency, &blank, Path::new("x.xlsx"), "zh-CN").expect("a workbook");
    let (draft, codes) = bring_in(&bytes, &known(&prepared));
    assert_eq!(codes, [""; 0], "it is read without any doubt");
    assert_eq!((draft.agency.as_deref(), draft.year), (Some(&*newest.agency), Some(2024)));
    let older = portal.previous(&blank).expect("the report of the year before");
    let carried = gongkai::model::carried(&blank, older, portal.lineage(&blank, older).expect("a lineage"));
    let sums = |table: usize, cell: usize| {
        let table = &blank.sheets()[table].table;
        let (row, column) = table.crossing(cell);
        table.rows.leaf(row).sum.is_some() || table.columns.leaf(column).sum.is_some()
    };
    let (mut filled, mut wanted) = (Vec::new(), Vec::new());
    for (number, table) in draft.tables.iter().enumerate() {
        for (cell, (reading, _)) in table.cells.iter().enumerate() {
            if let Reading::Number(value) = reading {
                filled.push(((number, cell), *value));
            }
        }
    }
    wanted.extend(carried.into_iter().filter(|((table, cell), _)| !sums(*table, *cell)));
    wanted.sort();
    wanted.dedup();
    assert_eq!(filled, wanted, "last year's figures are filled in, and nothing else");
    assert!(!filled.is_empty());
}

#[test]
fn a_workbook_whose_rows_were_moved_is_read_by_its_labels() {
    let files = Files::archive(
        "=== site.toml\nbase_url = \"https://example.org\"\ntitle = \"T\"\n\
         === content/agencies/a/agency.toml\nname = \"示例市某局\"\n\
         === content/agencies/a/2022/report.md\n+++\n+++\n\
         === content/agencies/a/2022/tables.toml\n[documents]\nregulations.issued = 3\nnormative.issued = 5\n",
    );
    let prepared = Pipeline::new(false).prepare(&files.tree());
    let report = prepared.checked.portal.report("a", 2022).expect("a report");
    let form = report.form.as_ref().expect("a form");
    let labels = [0, 1].map(|row| form.tables[0].rows.leaf(row).label.get("zh-CN").to_owned());
    // As if somebody had put the second row before the first: the shared texts change places.
    let bytes = swap_texts(&workbook(&prepared, report), &labels);
    let (draft, _) = bring_in(&bytes, &known(&prepared));
    let cells = |row: usize| draft.tables[0].cells[form.tables[0].cell(row, 0)].0.clone();
    assert_eq!([cells(0), cells(1)], [5, 3].map(|n| Reading::Number(n.into())));
}

/// A workbook in which two texts of the sheets have changed places, but for the dictionary.
fn swap_texts(bytes: &[u8], [one, other]: &[String; 2]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let part = |archive: &mut zip::ZipArchive<_>, name: &str| {
        let mut xml = String::new();
        archive.by_name(name).expect("a part").read_to_string(&mut xml).expect("text");
        xml
    };
    let strings = part(&mut archive, "xl/sharedStrings.xml");
    let texts: Vec<&str> = strings.split("<si><t").skip(1).collect();
    let number =
        |text: &str| texts.iter().position(|known| known.contains(&format!(">{text}<"))).expect("a text");
    let cells = [number(one), number(other)].map(|number| format!("t=\"s\"><v>{number}</v>"));
    for number in 0..archive.len() {
        let name = archive.name_for_index(number).expect("a name").expect("a name").into_owned();
        let mut xml = part(&mut archive, &name);
        if name == "xl/worksheets/sheet1.xml" {
            xml = xml.replace(&cells[0], "\u{1}").replace(&cells[1], &cells[0]).replace('\u{1}', &cells[1]);
        }
        out.start_file(&name, zip::write::SimpleFileOptions::default()).expect("a part");
        std::io::Write::write_all(&mut out, xml.as_bytes()).expect("written");
    }
    out.finish().expect("a workbook").into_inner()
}
