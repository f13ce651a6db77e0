//! The text of the document: paragraphs, headings, lists, and the tables between them.

use std::fmt::Write;

use super::table;
use crate::plan::{Block, Caption, Paper, Run};
use crate::render::filters::in_words;
use crate::render::xml::escape;

const HEAD: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>"#,
);

/// A4; 37 mm above, 28 mm at the side that is bound, a type area of 156 mm by 225 mm, in
/// Chinese with 22 lines of 28 characters; the page number 7 mm below, outside.
const PAGE: [&str; 2] = [
    concat!(
        r#"<w:sectPr><w:footerReference w:type="default" r:id="rId5"/><w:footerReference w:type="even" r:id="rId6"/>"#,
        r#"<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" "#,
        r#"w:header="851" w:footer="1304" w:gutter="0"/>"#
    ),
    "</w:sectPr></w:body></w:document>",
];
const LINES: &str = r#"<w:docGrid w:type="lines" w:linePitch="578"/>"#;

/// Lists are indented no deeper than this.
const LEVELS: usize = 4;

/// The text, and what it refers to.
#[derive(Default)]
pub(super) struct Body<'p> {
    /// The part `document.xml`.
    pub document: String,
    /// Where its links lead, by number.
    pub links: Vec<&'p str>,
    /// Its lists, by number.
    pub lists: Vec<List>,
}

/// A list of the text.
pub(super) struct List {
    /// Where it begins to count, if it counts.
    pub start: Option<u64>,
    /// How many lists it stands in.
    pub level: usize,
}

impl<'p> Body<'p> {
    /// Writes the text.
    pub(super) fn new(paper: &'p Paper) -> Self {
        let mut body = Self { document: HEAD.to_owned(), ..Self::default() };
        let title = Run { text: paper.title_lines.join("\n"), ..Run::default() };
        let mut lines = String::new();
        push_run(&mut lines, &title, None);
        body.raw_paragraph("Title", "", &lines);
        if let Some(number) = &paper.number {
            body.line("Subtitle", number);
        }
        body.blocks(&paper.preface, "BodyText");
        for section in &paper.sections {
            body.line("Heading1", &section.title);
            body.blocks(&section.blocks, "BodyText");
            if section.tables.first().is_some_and(|table| table.caption == Caption::Inside) {
                body.line("TableEnd", "");
            }
            for statutory in &section.tables {
                table::write(&mut body.document, statutory, &paper.language);
            }
        }
        body.line("Signature", &paper.agency);
        if let Some(day) = &paper.published {
            body.line("Signature", &in_words(day, &paper.language).unwrap_or_else(|| day.clone()));
        }
        body.document.push_str(PAGE[0]);
        if paper.language.starts_with("zh") {
            body.document.push_str(LINES);
        }
        body.document.push_str(PAGE[1]);
        body
    }

    fn line(&mut self, style: &str, text: &str) {
        line(&mut self.document, style, text);
    }

    fn blocks(&mut self, blocks: &'p [Block], style: &str) {
        for block in blocks {
            match block {
                Block::Heading { level, runs } => {
                    self.paragraph(&format!("Heading{}", level.min(&4)), "", runs)
                }
                Block::Paragraph { runs } => self.paragraph(style, "", runs),
                Block::List { start, items } => self.list(*start, items, 0),
                Block::Quote { blocks } => self.blocks(blocks, "Quote"),
                Block::Code { text } => {
                    let run = |line: &str| format!("<w:r>{}</w:r>", text_of(line));
                    let lines: Vec<String> = text.lines().map(run).collect();
                    self.raw_paragraph("Code", "", &lines.join("<w:r><w:br/></w:r>"));
                }
                Block::Table { heads, rows } => self.table(*heads, rows),
                Block::Rule => self.raw_paragraph(
                    "Normal",
                    r#"<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr>"#,
                    "",
                ),
            }
        }
    }

    /// A list in a list counts by itself too.
    fn list(&mut self, start: Option<u64>, items: &'p [Vec<Block>], level: usize) {
        let level = level.min(LEVELS - 1);
        self.lists.push(List { start, level });
        let mark = format!(
            r#"<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr>"#,
            level,
            self.lists.len()
        );
        for blocks in items {
            for (number, block) in blocks.iter().enumerate() {
                match block {
                    Block::Paragraph { runs } if number == 0 => self.paragraph("ListParagraph", &mark, runs),
                    Block::Paragraph { runs } => {
                        let indent = format!(r#"<w:ind w:left="{}"/>"#, 640 + 480 * level + 420);
                        self.paragraph("ListParagraph", &indent, runs);
                    }
                    Block::List { start, items } => self.list(*start, items, level + 1),
                    _ => self.blocks(std::slice::from_ref(block), "BodyText"),
                }
            }
        }
    }

    /// A table of the narrative: all columns alike.
    fn table(&mut self, heads: usize, rows: &'p [Vec<Vec<Run>>]) {
        let count = rows.iter().map(Vec::len).max().unwrap_or(0);
        if count == 0 {
            return;
        }
        table::start(&mut self.document, &vec![table::WIDTH / count; count], "");
        for (number, row) in rows.iter().enumerate() {
            table::start_row(&mut self.document, number < heads);
            for cell in row {
                table::start_cell(&mut self.document, table::WIDTH / count, "");
                self.paragraph("TableText", "", cell);
                self.document.push_str("</w:tc>");
            }
            self.document.push_str("</w:tr>");
        }
        table::end(&mut self.document);
        self.line("TableEnd", "");
    }

    fn paragraph(&mut self, style: &str, more: &str, runs: &'p [Run]) {
        let mut text = String::new();
        for run in runs {
            let link = run.link.as_ref().map(|to| {
                self.links.push(to);
                self.links.len() - 1
            });
            push_run(&mut text, run, link);
        }
        self.raw_paragraph(style, more, &text);
    }

    fn raw_paragraph(&mut self, style: &str, more: &str, runs: &str) {
        let _ = write!(self.document, r#"<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{runs}</w:p>"#);
    }
}

/// A paragraph of plain text.
pub(super) fn line(out: &mut String, style: &str, text: &str) {
    let _ = write!(out, r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>"#);
    if !text.is_empty() {
        let _ = write!(out, "<w:r>{}</w:r>", text_of(text));
    }
    out.push_str("</w:p>");
}

fn push_run(out: &mut String, run: &Run, link: Option<usize>) {
    let mut manner = String::new();
    // In the order of the schema.
    let manners = [
        (link.is_some(), r#"<w:rStyle w:val="Hyperlink"/>"#),
        (run.code, r#"<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New"/>"#),
        (run.strong, "<w:b/><w:bCs/>"),
        (run.emphasis, "<w:i/><w:iCs/>"),
        (run.struck, "<w:strike/>"),
        (run.high, r#"<w:vertAlign w:val="superscript"/>"#),
    ];
    manner.extend(manners.into_iter().filter(|(is_so, _)| *is_so).map(|(_, xml)| xml));
    if !manner.is_empty() {
        manner = format!("<w:rPr>{manner}</w:rPr>");
    }
    let lines: Vec<String> = run.text.split('\n').map(text_of).collect();
    let text = format!("<w:r>{manner}{}</w:r>", lines.join("<w:br/>"));
    match link {
        Some(number) => {
            let _ = write!(out, r#"<w:hyperlink r:id="link{number}" w:history="1">{text}</w:hyperlink>"#);
        }
        None => out.push_str(&text),
    }
}

fn text_of(text: &str) -> String {
    format!(r#"<w:t xml:space="preserve">{}</w:t>"#, escape(text))
}
