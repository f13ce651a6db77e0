//! Reports as documents for paper: they are the same each time, and what they say comes back.

use std::path::Path;
use std::sync::Arc;

use gongkai::document::Format;
use gongkai::import::{Given, Known, KnownAgency, Reading, import};
use gongkai::model::Report;
use gongkai::path::SourcePath;
use gongkai::pipeline::{Pipeline, Prepared};
use gongkai::plan::Subject;
use gongkai::render::{Content, Renderer};
use gongkai::source::scan;

use crate::portal::Files;

/// The demo portal.
fn demo() -> Prepared {
    Pipeline::new(false).prepare(&scan(Path::new(env!("CARGO_MANIFEST_DIR"))))
}

fn file(prepared: &Prepared, report: &Report, format: Format) -> Vec<u8> {
    let renderer = Renderer::new(Arc::clone(&prepared.checked), Arc::clone(&prepared.theme));
    let subject = Subject::ReportFile(report.agency.to_string(), report.year, format);
    match renderer.render(&subject).value {
        Some(Content::Made(bytes)) => bytes,
        _ => panic!("{subject:?} is not made"),
    }
}

/// The agencies of a portal as the importer knows them.
fn known(prepared: &Prepared) -> Known {
    let portal = &prepared.checked.portal;
    let agency = |agency: &Arc<gongkai::model::Agency>| {
        let name = agency.file.name.original().to_owned();
        let former = agency.file.former.iter().map(|former| former.name.original().to_owned());
        let names = std::iter::once(name.clone()).chain(former).collect();
        KnownAgency { id: agency.id.to_string(), name, names }
    };
    Known::new(portal.forms.all().to_vec(), portal.agencies.iter().map(agency).collect())
}

/// The words of a text, without what only says how they look.
fn words(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Of every agency the newest report, and one on the older form.
fn some_reports(prepared: &Prepared) -> Vec<&Report> {
    let reports = &prepared.checked.portal.reports;
    let newest = |report: &Report| reports.iter().all(|r| r.agency != report.agency || r.year <= report.year);
    let oldest = reports.iter().min_by_key(|report| report.year);
    reports.iter().filter(|report| newest(report)).chain(oldest).map(|report| &**report).collect()
}

#[test]
fn our_own_word_file_comes_back_without_a_doubt() {
    let prepared = demo();
    let known = known(&prepared);
    let reports = some_reports(&prepared);
    assert!(reports.len() > 5, "{}", reports.len());
    for report in reports {
        let name = format!("{} {}", report.agency, report.year);
        let bytes = file(&prepared, report, Format::Docx);
        let imported = import(&SourcePath::new("report.docx"), &bytes, &known, &Given::default());
        let codes: Vec<_> = imported.diagnostics.iter().map(|found| found.code.to_string()).collect();
        assert!(codes.is_empty(), "{name}: {codes:?}");
        let draft = imported.value.expect("a draft");
        let agency = prepared.checked.portal.agency(&report.agency).expect("its agency");
        assert_eq!(draft.agency.as_deref(), Some(&*report.agency));
        assert_eq!(draft.year, Some(report.year));
        assert_eq!(draft.title, report.title(agency, "zh-CN"));
        assert_eq!(draft.facts.published, report.head.published, "{name}");
        assert_eq!(draft.form.id, report.form.as_ref().expect("a form").id, "{name}");
        for (sheet, table) in report.sheets.iter().zip(&draft.tables) {
            for (number, (cell, (read, _))) in sheet.cells().iter().zip(&table.cells).enumerate() {
                let address = sheet.table.address(number);
                match read {
                    Reading::Number(read) => assert_eq!(cell.value(), Some(*read), "{name}: {address}"),
                    Reading::Text(text) => {
                        assert_eq!(sheet.text(cell), Some(text.as_str()), "{name}: {address}")
                    }
                    Reading::Blank | Reading::NotApplicable => {
                        assert!(cell.value().is_none(), "{name}: {address}")
                    }
                }
            }
        }
        let path = format!("{}/{}", env!("CARGO_MANIFEST_DIR"), report.narrative_file());
        let source = std::fs::read_to_string(path).expect("its narrative");
        for line in draft.sections.iter().flat_map(|section| section.markdown.lines()) {
            // Links to files beside the report lead from anywhere now.
            let text = line.split('[').next().unwrap_or_default();
            assert!(words(&source).contains(&words(text)), "{name}: {text}");
        }
    }
}

#[test]
fn the_same_report_is_the_same_file() {
    let (once, again) = (demo(), demo());
    for report in some_reports(&once) {
        assert!(file(&once, report, Format::Docx) == file(&again, report, Format::Docx), "{}", report.agency);
    }
}

/// Whatever the narrative holds, the parts of the package are well-formed and say it.
#[test]
fn anything_that_markdown_can_say_can_be_written() {
    let mut files = Files::archive(crate::rebuild::PORTAL);
    let report = files.paths().into_iter().find(|path| path.ends_with("/report.md")).expect("a report");
    let head = String::from_utf8(files.get(&report).expect("its text").to_vec()).expect("UTF-8");
    let head = head.split("##").next().unwrap_or_default();
    let text = "## 一、总体情况\n\n### （一）小标题 *斜* **粗** ~~删~~ `码`\n\n甲  \n乙 & <b>丙</b> \u{1}\n\n\
        3. 三\n   - 内\n\n     内段\n4. 四\n\n> 引\n> > 引中引\n\n```\n行 一\n  行 二\n```\n\n| 头 | 数 |\n|---|--:|\n| 格 | 1 |\n\n\
        ---\n\n![图](a.png) [链接](b.pdf \"题\") 注[^1]\n\n[^1]: 注文\n";
    files.put(&report, format!("{head}{text}"));
    let prepared = Pipeline::new(false).prepare(&files.tree());
    let report = prepared.checked.portal.reports.iter().find(|r| r.narrative_file().as_str() == report);
    let bytes = file(&prepared, report.expect("the report"), Format::Docx);
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a package");
    for number in 0..package.len() {
        let mut part = package.by_index(number).expect("a part");
        let name = part.name().expect("its name").into_owned();
        let xml = std::io::read_to_string(&mut part).expect("text");
        let mut reader = quick_xml::Reader::from_str(&xml);
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(_) => {}
                Err(wrong) => panic!("{name}: {wrong}"),
            }
        }
        if name == "word/document.xml" {
            for said in ["小标题", "丙", "四", "内段", "引中引", "  行 二", "格", "图", "链接", "注文"]
            {
                assert!(xml.contains(said), "{said}");
            }
        }
    }
}
