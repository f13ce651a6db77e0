//! Foreign reports: the same figures in every shape, hostile files, and our own files coming back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gongkai::diagnostic::Diagnostics;
use gongkai::form::{self, Form};
use gongkai::import::{Block, Draft, Given, Known, KnownAgency, Reading, Remark, import, read};
use gongkai::path::SourcePath;

use crate::shapes::{Chance, Mess, Sample, Shape};

/// The standard forms.
pub(crate) fn forms() -> Vec<Arc<Form>> {
    let read = |(name, text): (&str, &str)| form::read(&SourcePath::new(name), text).value.map(Arc::new);
    form::standard_forms().into_iter().filter_map(read).collect()
}

/// The forms whose tables stand one per report, which the shapes are made for.
pub(crate) fn fixed(forms: &[Arc<Form>]) -> Vec<Arc<Form>> {
    forms.iter().filter(|form| form.tables.iter().all(|table| table.open.is_none())).cloned().collect()
}

/// What a portal with one agency knows.
pub(crate) fn known() -> Known {
    let name = "某某市园林和绿化局".to_owned();
    let names = vec![name.clone(), "市园林局".to_owned()];
    Known::new(forms(), vec![KnownAgency { id: "park".into(), name, names }])
}

fn bring_in(bytes: &[u8]) -> (Option<Draft>, Diagnostics) {
    let imported = import(&SourcePath::new("report"), bytes, &known(), &Given::default());
    (imported.value, imported.diagnostics)
}

pub(crate) fn said(reading: &Reading) -> String {
    match reading {
        Reading::Blank => String::new(),
        Reading::NotApplicable => "/".into(),
        Reading::Number(number) => number.to_string(),
        Reading::Text(text) => text.clone(),
    }
}

/// Cells right, and cells wrong without a finding on them.
pub(crate) fn compare(
    form: &Form,
    sample: &Sample<'_>,
    draft: &Draft,
    found: &Diagnostics,
) -> (usize, Vec<String>) {
    let (mut right, mut silent) = (0, Vec::new());
    for ((table, read), figures) in form.tables.iter().zip(&draft.tables).zip(&sample.figures) {
        for (cell, wanted) in figures.iter().enumerate() {
            let got = said(&read.cells[cell].0);
            let address = table.address(cell);
            if got == *wanted {
                right += 1;
            } else if !found.iter().any(|diagnostic| diagnostic.cell.as_ref() == Some(&address)) {
                silent.push(format!("{address}: {wanted:?} came in as {got:?}"));
            }
        }
    }
    (right, silent)
}

/// What came in of one report: the figures that are right, all there are, and those silently wrong.
fn try_shape(shape: Shape, mess: Mess, seed: u64) -> (usize, usize, Vec<String>) {
    let usable = fixed(&forms());
    let form = &usable[seed as usize % usable.len()];
    let mut chance = Chance::new(seed * 977 + 5);
    let mut sample = Sample::new(form, &mut chance);
    let text = sample.write(shape, mess, &mut chance);
    let given = Given { form: Some(form.id.to_string()), ..Given::default() };
    let imported = import(&SourcePath::new("report"), text.as_bytes(), &known(), &given);
    let draft = imported.value.expect("a draft");
    let (right, silent) = compare(form, &sample, &draft, &imported.diagnostics);
    if let Some(folder) = std::env::var_os("KEEP").filter(|_| !silent.is_empty()) {
        let kept = std::path::Path::new(&folder).join(format!("{shape:?}-{seed}.txt"));
        std::fs::write(kept, format!("{silent:#?}\n{text}")).expect("the folder to keep reports in");
    }
    (right, sample.figures.iter().map(Vec::len).sum(), silent)
}

/// Every shape, in every mess: most figures are right, and none is silently wrong.
fn check_mess(name: &str, mess: Mess, seeds: u64, least: usize) {
    for shape in Shape::ALL {
        // A turned table is known by the labels of its columns. Without them, or with too many slips in them, it is
        // told and not read; so is a head in another order whose words are written downward or woven into each other.
        let unknown = shape == Shape::Transposed && mess.lost_heads + mess.slips > 0
            || matches!(shape, Shape::PdfUpright | Shape::PdfLayout | Shape::PdfTight) && mess.shuffled;
        let least = if unknown { 0 } else { least };
        let (mut right, mut all) = (0, 0);
        for seed in 0..seeds {
            let (good, of, silent) = try_shape(shape, mess, seed);
            assert!(silent.is_empty(), "{shape:?}, {name}, seed {seed}: {silent:#?}");
            right += good;
            all += of;
        }
        assert!(right * 100 >= all * least, "{shape:?}, {name}: only {right} of {all}");
    }
}

/// No figure of any shape in any mess is silently wrong. Every third pair, or as many seeds of each as `SEEDS` says; prints what came in.
/// `SHAPE` and `MESS` choose, `KEEP` names a folder for the reports of which a figure is silently wrong.
#[test]
fn every_shape_in_every_mess() {
    let chosen = |name: &str, variable: &str| {
        std::env::var(variable).map_or(true, |only| only.split(',').any(|only| only == name))
    };
    let asked = std::env::var("SEEDS").ok();
    let seeds: u64 = asked.as_ref().map_or(1, |seeds| seeds.parse().expect("a number"));
    let mut wrong = 0;
    for (turn, (name, mess)) in messes().into_iter().enumerate().filter(|(_, (name, _))| chosen(name, "MESS"))
    {
        for (number, shape) in Shape::ALL.into_iter().enumerate() {
            if !chosen(&format!("{shape:?}"), "SHAPE")
                || asked.is_none() && !(number + turn).is_multiple_of(3)
            {
                continue;
            }
            let (mut right, mut all, mut bad) = (0, 0, Vec::new());
            for seed in 0..seeds {
                let (good, of, silent) = try_shape(shape, mess, seed);
                (right, all) = (right + good, all + of);
                bad.extend(silent.first().map(|first| format!("{seed} ({}): {first}", silent.len())));
                wrong += silent.len();
            }
            let share = 100.0 * right as f64 / all as f64;
            println!(
                "{name:12} {shape:?}: {share:.1} %, {} reports silently wrong {:?}",
                bad.len(),
                &bad[..bad.len().min(3)]
            );
        }
    }
    assert_eq!(wrong, 0, "figures silently wrong");
}

/// Some of every mess but other columns.
fn great_mess() -> Mess {
    Mess {
        spelling: 20,
        slips: 6,
        broken: 20,
        blanks: 25,
        strokes: 10,
        digits: 10,
        remarks: 4,
        pages: true,
        lost_labels: 2,
        lost_heads: 10,
        missing: 2,
        strange: 2,
        repeated: 10,
        marks: 2,
        sounds: 2,
        ..Mess::default()
    }
}

/// One mess of each kind, and all together.
fn messes() -> Vec<(&'static str, Mess)> {
    let (none, all) = (Mess::default(), great_mess());
    vec![
        ("plain", none),
        ("spelling", Mess { spelling: 50, ..none }),
        ("slips", Mess { slips: 25, ..none }),
        ("broken", Mess { broken: 50, ..none }),
        ("shuffled", Mess { shuffled: true, ..none }),
        ("heads", Mess { lost_heads: 60, ..none }),
        ("digits", Mess { strokes: 40, digits: 40, remarks: 10, marks: 10, ..none }),
        ("labels", Mess { lost_labels: 10, ..none }),
        ("blanks", Mess { blanks: 60, ..none }),
        ("zeros", Mess { blanks: 100, ..none }),
        ("pages", Mess { pages: true, ..none }),
        ("missing", Mess { missing: 10, ..none }),
        ("strange", Mess { strange: 10, ..none }),
        ("repeated", Mess { repeated: 40, ..none }),
        ("sounds", Mess { sounds: 30, ..none }),
        ("numbered", Mess { numbered: 100, ..none }),
        ("notes", Mess { notes: 60, ..none }),
        ("subtotals", Mess { subtotals: 50, ..none }),
        ("totals", Mess { totals: 70, ..none }),
        ("errors", Mess { errors: 3, ..none }),
        ("words", Mess { words: 6, ..none }),
        ("all", all),
        ("all-shuffled", Mess { shuffled: true, blanks: 0, ..all }),
    ]
}

#[test]
fn plain_reports_come_in_whole() {
    check_mess("plain", Mess::default(), 2, 99);
}

#[test]
fn labels_in_any_spelling() {
    check_mess("spelling", Mess { spelling: 50, ..Mess::default() }, 2, 99);
    check_mess("slips", Mess { slips: 25, ..Mess::default() }, 3, 90);
    check_mess("broken", Mess { broken: 50, ..Mess::default() }, 2, 99);
}

#[test]
fn columns_in_another_order_and_lost_heads() {
    check_mess("shuffled", Mess { shuffled: true, ..Mess::default() }, 2, 99);
    check_mess("lost heads", Mess { lost_heads: 60, ..Mess::default() }, 2, 90);
}

#[test]
fn figures_as_people_write_them() {
    let mess = Mess { strokes: 40, digits: 40, remarks: 10, ..Mess::default() };
    check_mess("digits", mess, 2, 98);
}

#[test]
fn rows_and_heads_that_the_form_does_not_have() {
    check_mess("strange", Mess { strange: 20, ..Mess::default() }, 2, 99);
    check_mess("missing", Mess { missing: 10, ..Mess::default() }, 2, 99);
    check_mess("repeated", Mess { repeated: 40, ..Mess::default() }, 2, 99);
    check_mess("marks", Mess { marks: 10, sounds: 20, ..Mess::default() }, 2, 99);
}

#[test]
fn what_is_lost_is_never_guessed_silently() {
    check_mess("lost labels", Mess { lost_labels: 10, ..Mess::default() }, 2, 80);
    check_mess("blanks", Mess { blanks: 60, ..Mess::default() }, 2, 40);
    check_mess("zeros", Mess { blanks: 100, ..Mess::default() }, 2, 60);
    check_mess("pages", Mess { pages: true, ..Mess::default() }, 2, 95);
}

#[test]
fn everything_at_once() {
    let mess = Mess { missing: 0, strange: 0, repeated: 0, marks: 0, sounds: 0, ..great_mess() };
    check_mess("everything", mess, 3, 40);
    check_mess("everything shuffled", Mess { shuffled: true, blanks: 0, ..mess }, 3, 60);
}

#[test]
fn the_facts_are_found() {
    let forms = fixed(&forms());
    let mut chance = Chance::new(9);
    let text = Sample::new(&forms[0], &mut chance).write(Shape::Html, Mess::default(), &mut chance);
    let (draft, _) = bring_in(text.as_bytes());
    let draft = draft.expect("a draft");
    assert_eq!(draft.agency.as_deref(), Some("park"));
    assert_eq!(draft.year, Some(2022));
    assert_eq!(draft.facts.published.as_deref(), Some("2023-01-16"));
    assert_eq!(draft.facts.source.as_deref(), Some("市园林局"));
    assert_eq!(draft.sections.len(), 6);
    assert!(draft.sections.iter().all(|section| section.markdown.contains("数据均经核对")));
}

#[test]
fn an_agency_that_leaves_the_place_out_is_recognised() {
    let text = "关于2022年度工作情况的报告\n一、总体情况\n2022年,市园林和绿化局认真做好各项公开工作。\n";
    assert_eq!(bring_in(text.as_bytes()).0.expect("a draft").agency.as_deref(), Some("park"));
}

#[test]
fn the_old_encoding_is_read() {
    let page = "<html><head><meta charset=\"gb2312\"></head><body><p>某某市园林和绿化局2022年政府信息公开工作年度报告</p></body></html>";
    let (bytes, ..) = encoding_rs::GB18030.encode(page);
    let (draft, found) = bring_in(&bytes);
    assert_eq!(draft.expect("a draft").agency.as_deref(), Some("park"));
    assert!(found.iter().any(|diagnostic| diagnostic.code == "import/encoding"));
}

/// A zip archive.
pub(crate) fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
        writer.write_all(bytes).expect("its bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

/// A zip archive that packs nothing.
fn stored(entries: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in entries {
        writer.start_file(*name, options).expect("an entry");
        writer.write_all(bytes).expect("its bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

/// What a word processor puts into a file beside plain paragraphs: automatic numbers, tracked changes, fields, content
/// controls, boxes with an alternative for old programs, a table in a cell, notes and pictures.
fn everything() -> Vec<u8> {
    let text = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let paragraph = |inner: &str| format!("<w:p>{inner}</w:p>");
    let numbered = |level: u8, words: &str| {
        let list =
            format!("<w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"7\"/></w:numPr></w:pPr>");
        paragraph(&format!("{list}{}", text(words)))
    };
    let cell = |inner: &str| format!("<w:tc>{inner}</w:tc>");
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let plain = |words: &str| cell(&paragraph(&text(words)));
    let inner = format!("<w:tbl>{}</w:tbl>{}", row(&[plain("12")]), paragraph(""));
    let rows = [
        row(&[plain("第二十条第（五）项")]),
        row(&[plain("信息内容"), plain("本年处理决定数量")]),
        row(&[
            plain("行政许可"),
            cell(&paragraph(
                "<w:del><w:r><w:delText>3</w:delText></w:r></w:del><w:ins><w:r><w:t>8</w:t></w:r></w:ins>",
            )),
        ]),
        row(&[plain("第二十条第（六）项")]),
        row(&[plain("信息内容"), plain("本年处理决定数量")]),
        row(&[plain("行政处罚"), format!("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", plain("5"))]),
        row(&[plain("行政强制"), cell(&inner)]),
    ];
    let field = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>见附件</w:t></w:r><w:r><w:footnoteReference w:id=\"2\"/></w:r>";
    let words = "<w:t>另附说明</w:t>";
    let boxed = format!(
        "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r>{words}</w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r>{words}</w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
    );
    let picture = paragraph("<w:r><w:drawing><a:blip r:embed=\"rId4\"/></w:drawing></w:r>");
    let body = [
        paragraph(&text("某某市园林和绿化局2022年政府信息公开工作年度报告")),
        numbered(0, "总体情况"),
        numbered(1, "主动公开方面"),
        paragraph(&text("全年平\u{ad}稳。")),
        numbered(1, "依申请公开方面"),
        paragraph(field),
        numbered(0, "主动公开政府信息情况"),
        format!("<w:tbl>{}</w:tbl>", rows.concat()),
        paragraph(&boxed),
        picture,
        numbered(0, "收到和处理政府信息公开申请情况"),
    ];
    let document = format!("<w:document><w:body>{}</w:body></w:document>", body.concat());
    let numbering = "<w:numbering><w:abstractNum w:abstractNumId=\"3\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCountingThousand\"/><w:lvlText w:val=\"%1、\"/></w:lvl><w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/><w:lvlText w:val=\"（%2）\"/></w:lvl></w:abstractNum><w:num w:numId=\"7\"><w:abstractNumId w:val=\"3\"/></w:num></w:numbering>";
    let notes = "<w:footnotes><w:footnote w:id=\"2\"><w:p><w:r><w:t>据统计口径。</w:t></w:r></w:p></w:footnote></w:footnotes>";
    let relations =
        "<Relationships><Relationship Id=\"rId4\" Type=\"image\" Target=\"media/seal.png\"/></Relationships>";
    archive(&[
        ("word/document.xml", document.as_bytes()),
        ("word/numbering.xml", numbering.as_bytes()),
        ("word/footnotes.xml", notes.as_bytes()),
        ("word/_rels/document.xml.rels", relations.as_bytes()),
        ("word/media/seal.png", b"\x89PNG"),
    ])
}

#[test]
fn a_word_file_with_everything_in_it() {
    let (draft, found) = bring_in(&everything());
    let draft = draft.expect("a draft");
    let figures = draft.figures("zh-CN").expect("figures");
    for (row, figure) in [("licences", 8), ("penalties", 5), ("coercion", 12)] {
        assert!(
            figures.contains(&format!("{row:<9} = {{ decisions = {figure}"))
                || figures.contains(&format!("{row} = {{ decisions = {figure}")),
            "{row}: {figures}"
        );
    }
    let titles: Vec<&str> = draft.sections.iter().take(3).map(|section| section.title.as_str()).collect();
    assert_eq!(titles, ["一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"]);
    assert_eq!(
        draft.sections[0].markdown.replace('\u{ad}', ""),
        "（一）主动公开方面\n\n全年平稳。\n\n（二）依申请公开方面\n\n见附件"
    );
    let all: String = draft.sections.iter().map(|section| section.markdown.as_str()).collect();
    for words in ["另附说明", "据统计口径。", "![](image-1.png)"] {
        assert_eq!(all.matches(words).count(), 1, "{words}: {all}");
    }
    assert_eq!(draft.attachments.len(), 1);
    let codes: Vec<_> = found.iter().map(|diagnostic| diagnostic.code.to_string()).collect();
    for code in ["import/deletions", "import/insertions", "import/image"] {
        assert!(codes.iter().any(|other| other == code), "{code}: {codes:?}");
    }
}

/// A Word document of one table with so many rows of two cells.
fn giant_table(rows: usize) -> Vec<u8> {
    let cell = "<w:tc><w:p><w:r><w:t>12</w:t></w:r></w:p></w:tc>";
    let row = format!("<w:tr>{cell}{cell}</w:tr>");
    let document = format!("<w:document><w:body><w:tbl>{}</w:tbl></w:body></w:document>", row.repeat(rows));
    stored(&[("word/document.xml", document.as_bytes())])
}

#[test]
fn hidden_rows_and_columns_of_a_workbook_are_told_and_not_read() {
    let cell = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = |number: usize, hidden: &str, texts: [&str; 6]| {
        let cells: Vec<String> = texts
            .iter()
            .zip("ABCDEF".chars())
            .map(|(text, at)| cell(&format!("{at}{number}"), text))
            .collect();
        format!("<row r=\"{number}\"{hidden}>{}</row>", cells.concat())
    };
    let rows = [
        row(1, "", ["某某市园林和绿化局2022年政府信息公开工作年度报告", "", "", "", "", ""]),
        row(2, "", ["第二十条第（一）项", "", "", "", "", ""]),
        row(3, "", ["信息内容", "本年制发件数", "核对", "本年废止件数", "现行有效件数", ""]),
        row(4, "", ["规章", "1", "9", "2", "3", ""]),
        row(5, " hidden=\"1\"", ["规章", "7", "7", "7", "7", ""]),
        row(6, "", ["行政规范性文件", "4", "9", "5", "6", ""]),
    ];
    let sheet = format!(
        "<worksheet><cols><col min=\"3\" max=\"3\" hidden=\"1\"/></cols><sheetData>{}</sheetData></worksheet>",
        rows.concat()
    );
    let bytes = archive(&[
        ("xl/workbook.xml", b"<workbook><sheets><sheet name=\"a\" r:id=\"rId1\"/></sheets></workbook>"),
        (
            "xl/_rels/workbook.xml.rels",
            b"<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ]);
    let (draft, found) = bring_in(&bytes);
    let figures = draft.expect("a draft").figures("zh-CN").expect("figures");
    for row in ["issued = 1, repealed = 2, in_force = 3", "issued = 4, repealed = 5, in_force = 6"] {
        assert!(figures.contains(row), "{figures}");
    }
    assert!(found.iter().any(|diagnostic| diagnostic.code == "import/hidden"));
}

#[test]
fn hostile_files_are_refused_at_once() {
    let deep = format!("<w:document>{}", "<w:p>".repeat(100_000));
    let entity = "<!DOCTYPE x [<!ENTITY a \"b\">]><w:document>&a;</w:document>";
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("import/empty", Vec::new()),
        ("import/bomb", archive(&[("word/document.xml", &vec![b' '; 80 << 20])])),
        ("import/too-deep", archive(&[("word/document.xml", deep.as_bytes())])),
        ("import/doctype", archive(&[("word/document.xml", entity.as_bytes())])),
        ("import/damaged", archive(&[("word/document.xml", b"<w:document><w:p>")])),
        ("import/damaged", b"PK\x03\x04 and no more".to_vec()),
        ("import/damaged", b"%PDF-1.7 and no more".to_vec()),
        ("import/damaged", [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &[0; 100]].concat()),
        ("import/too-deep", "<div>".repeat(50_000).into_bytes()),
        ("import/too-long", "1\n".repeat(5_000_000).into_bytes()),
        ("import/too-long", "规章,1,2\n".repeat(400_000).into_bytes()),
        ("import/too-large", giant_table(160_000)),
        ("import/too-large", "<p><td>".repeat(300_000).into_bytes()),
        ("import/no-text", b"\x89PNG\r\n\x1a\n".to_vec()),
        ("import/unknown-kind", vec![0, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6]),
    ];
    for (code, bytes) in cases {
        let start = Instant::now();
        let (draft, found) = bring_in(&bytes);
        let codes: Vec<_> = found.iter().map(|diagnostic| diagnostic.code.to_string()).collect();
        assert!(draft.is_none() && codes == [code], "{code}: {:?}", &codes[..codes.len().min(5)]);
        assert!(start.elapsed() < Duration::from_secs(5), "{code} took {:?}", start.elapsed());
    }
}

#[test]
fn no_more_of_a_giant_table_is_read_than_a_report_can_have() {
    let page = format!("<table>{}</table>", "<tr><td>1</td><td>2</td><td>3</td></tr>".repeat(30_000));
    let wide = format!("规章,{}\n", "1,".repeat(250)).repeat(1_000);
    for bytes in [giant_table(60_000), page.into_bytes(), wide.into_bytes()] {
        let original = read(&bytes).expect("a table");
        let cells: usize = original
            .blocks
            .iter()
            .map(|block| match block {
                Block::Grid(grid) => grid.rows.iter().map(Vec::len).sum(),
                _ => 1,
            })
            .sum();
        assert!((10_000..=50_000).contains(&cells), "{cells} cells");
        assert!(original.remarks.iter().any(|remark| matches!(remark, Remark::Cut(_))), "it is told");
    }
}

#[test]
fn absurd_spans_and_noise_do_no_harm() {
    let page =
        "<table><tr><td colspan=99999999 rowspan=-3>规章<td rowspan=0>1</tr><tr><td>x</table>".repeat(50);
    assert!(bring_in(page.as_bytes()).0.is_some());
    let mut chance = Chance::new(3);
    let forms = fixed(&forms());
    let text =
        Sample::new(&forms[0], &mut chance).write(Shape::Html, Mess::default(), &mut chance).into_bytes();
    for _ in 0..40 {
        let mut bytes = text[..chance.below(text.len())].to_vec();
        for _ in 0..20 {
            let at = chance.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte = chance.below(256) as u8;
            }
        }
        bring_in(&bytes);
    }
}

#[test]
fn our_own_csv_and_json_come_back() {
    let csv = "\u{feff}table,row,column,row_label,column_label,value\r\nrequests,received,natural,收到,自然人,12\r\nfees,fees,amount,收费,金额,12.50\r\n";
    let (draft, _) = bring_in(csv.as_bytes());
    let text = draft.expect("a draft").figures("zh-CN").expect("figures");
    assert!(text.contains("natural = 12") && text.contains("amount = \"12.50\""), "{text}");
    let json = r#"{"agency":"park","name":"某某市园林和绿化局","year":2022,"form":"","title":"报告","tables":{"requests":[{"row":"received","cells":{"natural":7,"total":null}}]}}"#;
    let form = fixed(&forms()).iter().find(|form| form.in_force(2022)).expect("a form").id.to_string();
    let (draft, _) = bring_in(json.replace("\"form\":\"\"", &format!("\"form\":\"{form}\"")).as_bytes());
    let draft = draft.expect("a draft");
    assert!(draft.figures("zh-CN").expect("figures").contains("natural = 7"));
    assert_eq!(draft.year, Some(2022));
}
