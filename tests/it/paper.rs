//! Reports as documents for paper: they are the same each time, and what they say comes back.

use std::path::Path;
use std::sync::Arc;

#[cfg(feature = "pdf")]
use gongkai::diagnostic::Diagnostics;
use gongkai::document::Format;
use gongkai::import::{Given, Known, KnownAgency, Reading, import};
use gongkai::model::{Portal, Report};
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

fn renderer(prepared: &Prepared) -> Renderer {
    Renderer::new(Arc::clone(&prepared.checked), Arc::clone(&prepared.theme))
}

fn file(prepared: &Prepared, report: &Report, format: Format) -> Vec<u8> {
    let subject = Subject::ReportFile(report.agency.clone(), report.year, format);
    match renderer(prepared).render(&subject).value {
        Some(Content::Made(bytes)) => bytes,
        _ => panic!("{subject:?} is not made"),
    }
}

/// The agencies of a portal as the importer knows them.
pub(crate) fn known(portal: &Portal) -> Known {
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
    let known = known(&prepared.checked.portal);
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
        let form = draft.form.expect("a form");
        assert_eq!(form.id, report.form.as_ref().expect("a form").id, "{name}");
        for (sheet, table) in report.sheets().iter().zip(&draft.tables) {
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
    let formats = [Format::Docx, Format::Pdf].into_iter().filter(|format| format.is_built());
    for (format, report) in
        formats.flat_map(|format| some_reports(&once).into_iter().map(move |r| (format, r)))
    {
        let name = format!("{} {}", report.agency, format.extension());
        assert!(file(&once, report, format) == file(&again, report, format), "{name}");
    }
}

/// A portal with a report whose narrative is this.
fn portal_saying(text: &str, settings: &str) -> (Prepared, String) {
    portal_with(text, settings, &[])
}

/// The same, with some more files.
fn portal_with(text: &str, settings: &str, more: &[(&str, &[u8])]) -> (Prepared, String) {
    let mut files = Files::archive(crate::rebuild::PORTAL);
    let report = files.paths().into_iter().find(|path| path.ends_with("/report.md")).expect("a report");
    let head = String::from_utf8(files.get(&report).expect("its text").to_vec()).expect("UTF-8");
    let head = head.split("##").next().unwrap_or_default();
    files.put(&report, format!("{head}{text}"));
    let site = String::from_utf8(files.get("site.toml").expect("settings").to_vec()).expect("UTF-8");
    files.put("site.toml", format!("{settings}\n{site}"));
    for (path, bytes) in more {
        files.put(path, bytes);
    }
    (Pipeline::new(false).prepare(&files.tree()), report)
}

/// The PDF of the report with this narrative, and what was found while it was made.
#[cfg(feature = "pdf")]
fn printed(prepared: &Prepared, path: &str) -> (Option<Content>, Diagnostics) {
    let report = report_at(prepared, path);
    let made = renderer(prepared).render(&Subject::ReportFile(report.0.into(), report.1, Format::Pdf));
    (made.value, made.diagnostics)
}

/// The page of the report with this narrative.
#[cfg(feature = "pdf")]
fn page_of(prepared: &Prepared, path: &str) -> String {
    let report = report_at(prepared, path);
    match renderer(prepared).render(&Subject::Report(report.0.into(), report.1)).value {
        Some(Content::Made(bytes)) => String::from_utf8(bytes).expect("UTF-8"),
        _ => panic!("{path} has no page"),
    }
}

#[cfg(feature = "pdf")]
fn report_at(prepared: &Prepared, path: &str) -> (String, u16) {
    let mut reports = prepared.checked.portal.reports.iter();
    let report = reports.find(|report| report.narrative_file().as_str() == path).expect("the report");
    (report.agency.to_string(), report.year)
}

/// A PDF never has a hole where a character should be: the report is offered without it.
#[test]
#[cfg(feature = "pdf")]
fn a_character_that_cannot_be_printed_costs_the_report_its_pdf_and_nothing_else() {
    let text = "## 一、总体情况\n\n经办人：张䶮。\n";
    let (prepared, path) = portal_saying(text, "");
    let (made, found) = printed(&prepared, &path);
    assert!(made.is_none());
    let words: Vec<_> = found.iter().map(|found| (found.code.to_string(), found.stops())).collect();
    assert_eq!(words, [("pdf/characters".to_owned(), false)]);
    let place = found.iter().next().and_then(|found| found.place.clone()).expect("a place");
    assert_eq!((place.file.as_str(), place.text.as_deref()), (&*path, Some("䶮")));
    assert!(!page_of(&prepared, &path).contains(".pdf\""));
    let (prepared, path) = portal_saying("## 一、总体情况\n\n经办人：张三。\n", "");
    assert!(page_of(&prepared, &path).contains(".pdf\""));
}

/// A portal may bring a typeface for the names it needs.
#[test]
#[cfg(feature = "pdf")]
fn a_typeface_of_the_theme_has_what_ours_lacks() {
    let text = "## 一、总体情况\n\n经办人：张䶮。\n";
    let font = ("themes/default/fonts/rare.otf", include_bytes!("fonts/rare.otf").as_slice());
    let (prepared, path) = portal_with(text, "", &[font]);
    let (made, found) = printed(&prepared, &path);
    assert!(made.is_some() && found.is_empty(), "{found:?}");
    assert!(page_of(&prepared, &path).contains(".pdf\""));
    let (prepared, _) = portal_with(text, "", &[("themes/default/fonts/rare.ttf", b"none")]);
    assert!(prepared.found.iter().any(|found| found.code == "theme/font"));
}

#[test]
#[cfg(feature = "pdf")]
fn anything_that_markdown_can_say_keeps_to_the_standards() {
    let (prepared, path) = portal_saying(ANYTHING, "");
    let (made, found) = printed(&prepared, &path);
    assert!(made.is_some() && found.is_empty(), "{found:?}");
}

/// A program without PDF does not offer it, and says so when it is asked for.
#[test]
#[cfg(not(feature = "pdf"))]
fn without_pdf_nothing_is_offered() {
    let offered = &demo().checked.portal.settings.downloads.clone();
    assert!(offered.contains(&Format::Docx) && !offered.contains(&Format::Pdf));
    let (prepared, _) = portal_saying("", "downloads = [\"pdf\"]");
    let codes: Vec<_> = prepared.checked.found.iter().map(|found| found.code.to_string()).collect();
    assert!(codes.contains(&"site/unbuilt-download".to_owned()), "{codes:?}");
}

/// One of everything.
const ANYTHING: &str = "## 一、总体情况\n\n### （一）小标题 *斜* **粗** ~~删~~ `码`\n\n甲  \n乙 & <b>丙</b>\n\n\
    ##### 跳过一级\n\n3. 三\n   - 内\n\n     内段\n4. 四\n\n> 引\n> > 引中引\n\n```\n行 一\n  行 二\n```\n\n\
    | 头 | 数 |\n|---|--:|\n| 格 | 1 |\n\n---\n\n![图](a.png) [链接](b.pdf \"题\") 注[^1]\n\n[^1]: 注文\n";

/// Whatever the narrative holds, the parts of the package are well-formed and say it.
#[test]
fn anything_that_markdown_can_say_can_be_written() {
    let (prepared, report) = portal_saying(&format!("{ANYTHING}\u{1}"), "");
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
