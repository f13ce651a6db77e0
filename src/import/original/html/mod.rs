//! Web pages to blocks: the article's paragraphs and tables, spans resolved as a browser does. Menus and footers
//! around the article are left out and told; scripts and styles are not text.

mod mixed;

use ego_tree::iter::Edge;
use scraper::{ElementRef, Html, Node};

use crate::import::block::{Block, GridBuilder, Mark, Original, Paragraph, Place, Remark, Role};
use crate::import::limits::{self, Refusal};

use super::text;

use mixed::Part;
pub(super) use mixed::is_mixed;

/// Elements whose text is not part of the page.
const SILENT: [&str; 14] = [
    "script", "style", "noscript", "template", "head", "select", "textarea", "button", "svg", "iframe",
    "object", "audio", "video", "canvas",
];

/// Elements that begin and end a paragraph.
const BLOCKS: [&str; 32] = [
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "nav",
    "figure",
    "figcaption",
    "center",
    "pre",
    "form",
    "address",
    "fieldset",
    "details",
    "summary",
    "hr",
];

/// Reads a web page that is already decoded.
pub(super) fn read(text: &str) -> Result<Original, Refusal> {
    limits::check_size(text)?;
    measure(text)?;
    let page = Html::parse_document(text);
    let mut original = Original { facts: facts(&page), ..Original::default() };
    let root = page.root_element();
    let article = article(root);
    let mut reader = Reader::default();
    let own = own_sections(root);
    for section in &own {
        reader.walk(*section, 0)?;
        reader.close();
    }
    if own.is_empty() {
        reader.walk(article, 0)?;
        reader.close();
    }
    if own.is_empty() && article.id() != root.id() {
        let left_out = outside(root, article);
        if !left_out.is_empty() {
            original.remarks.push(Remark::Furniture(left_out));
        }
    }
    original.blocks = std::mem::take(&mut reader.blocks);
    reader.tell(&mut original.remarks);
    Ok(original)
}

/// Reads a text with tables as HTML between its lines, as programs write that read pictures.
pub(super) fn read_mixed(text: &str) -> Result<Original, Refusal> {
    limits::check_size(text)?;
    measure(text)?;
    let mut reader = Reader::default();
    let mut line = 1;
    for part in mixed::parts(text) {
        match part {
            Part::Lines(lines) => reader.blocks.extend(text::blocks(&mixed::bare(lines), line)),
            Part::Table(table) => {
                reader.walk(Html::parse_fragment(table).root_element(), 0)?;
                reader.close();
            }
        }
        line += part.text().matches('\n').count() as u32;
    }
    let mut original = Original { blocks: std::mem::take(&mut reader.blocks), ..Original::default() };
    reader.tell(&mut original.remarks);
    Ok(original)
}

/// The sections of the report, in the pages of our themes. What stands around them is made of them.
fn own_sections(root: ElementRef<'_>) -> Vec<ElementRef<'_>> {
    root.descendants().filter_map(ElementRef::wrap).filter(|e| e.attr("data-section").is_some()).collect()
}

/// Refuses pages that are all tags or nested beyond reason before a tree is made of them.
fn measure(text: &str) -> Result<(), Refusal> {
    let bytes = text.as_bytes();
    let (mut tags, mut depth) = (0usize, 0isize);
    for at in memchr_all(b'<', bytes) {
        tags += 1;
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let name_end = bytes[at + 1..].iter().take(12).position(|b| !b.is_ascii_alphanumeric()).unwrap_or(0);
        let name = &bytes[at + 1..at + 1 + name_end];
        // These close by themselves, or have no content at all.
        let light = [
            &b"p"[..],
            b"li",
            b"td",
            b"th",
            b"tr",
            b"br",
            b"img",
            b"input",
            b"meta",
            b"link",
            b"hr",
            b"col",
            b"option",
        ];
        if next == b'/' {
            depth -= 1;
        } else if next.is_ascii_alphabetic() && !light.iter().any(|tag| name.eq_ignore_ascii_case(tag)) {
            depth += 1;
        }
        depth = depth.max(-1000);
        if depth > 2_000 {
            return Err(Refusal::TooDeep);
        }
    }
    if tags > limits::TAGS { Err(Refusal::TooLarge(limits::TEXT >> 20)) } else { Ok(()) }
}

fn memchr_all(byte: u8, bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes.iter().enumerate().filter(move |(_, b)| **b == byte).map(|(at, _)| at)
}

/// The title and the meta tags, which government pages fill as a norm prescribes.
fn facts(page: &Html) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for node in page.tree.nodes() {
        let Some(element) = ElementRef::wrap(node) else { continue };
        match element.value().name() {
            "title" => facts.push(("title".to_owned(), squeeze(&element.text().collect::<String>()))),
            "meta" => {
                if let (Some(name), Some(content)) = (element.attr("name"), element.attr("content")) {
                    facts.push((name.to_owned(), squeeze(content)));
                }
            }
            _ => {}
        }
    }
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

/// The smallest element that holds nearly all of the text that is not links, and every table of it.
fn article(root: ElementRef<'_>) -> ElementRef<'_> {
    let all = weight(root);
    let mut article = root;
    for _ in 0..40 {
        let inner = article.child_elements().filter(|e| !is_table_part(e.value().name())).find(|child| {
            let own = weight(*child);
            own.0 * 100 >= all.0 * 80 && own.1 == all.1
        });
        match inner {
            Some(child) => article = child,
            None => break,
        }
    }
    article
}

fn is_table_part(name: &str) -> bool {
    matches!(name, "table" | "tbody" | "thead" | "tr" | "td" | "th" | "p" | "span" | "head")
}

/// How many characters of text outside links an element holds, and how many tables.
fn weight(element: ElementRef<'_>) -> (usize, usize) {
    let (mut characters, mut tables) = (0, 0);
    for node in element.descendants() {
        match node.value() {
            Node::Element(e) if e.name() == "table" => tables += 1,
            Node::Text(text) => {
                let quiet = node
                    .ancestors()
                    .take(6)
                    .filter_map(|a| a.value().as_element())
                    .any(|e| e.name() == "a" || SILENT.contains(&e.name()));
                if !quiet {
                    characters += text.chars().filter(|c| !c.is_whitespace()).count();
                }
            }
            _ => {}
        }
    }
    (characters, tables)
}

/// The text of the page outside its article.
fn outside(root: ElementRef<'_>, article: ElementRef<'_>) -> String {
    let mut left = Vec::new();
    for node in root.descendants() {
        let Node::Text(text) = node.value() else { continue };
        let text = squeeze(text);
        if text.is_empty() {
            continue;
        }
        let skip = node.ancestors().any(|ancestor| {
            ancestor.id() == article.id()
                || ancestor.value().as_element().is_some_and(|e| SILENT.contains(&e.name()))
        });
        if !skip {
            left.push(text);
        }
    }
    left.join(" ")
}

/// Runs of white space as one space, as a browser shows them.
fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for word in text.split([' ', '\t', '\n', '\r', '\u{c}', '\u{a0}']).filter(|word| !word.is_empty()) {
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        squeezed.push_str(word);
    }
    squeezed
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    text: String,
    marks: Vec<Mark>,
    role: Option<Role>,
    paragraphs: u32,
    tables: u32,
    linked: Vec<String>,
    cuts: Vec<Place>,
    hidden: Vec<Place>,
}

impl Reader {
    /// Adds what is to be told.
    fn tell(self, remarks: &mut Vec<Remark>) {
        remarks.extend(self.linked.into_iter().map(Remark::LinkedImage));
        remarks.extend(self.cuts.into_iter().map(Remark::Cut));
        remarks.extend(self.hidden.first().map(|first| Remark::Hidden(self.hidden.len(), *first)));
    }

    fn walk(&mut self, element: ElementRef<'_>, depth: usize) -> Result<(), Refusal> {
        if depth > limits::DEPTH {
            return Err(Refusal::TooDeep);
        }
        for child in element.children() {
            match child.value() {
                Node::Text(text) => self.push(text),
                Node::Element(_) => {
                    if let Some(child) = ElementRef::wrap(child) {
                        self.element(child, depth + 1)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn element(&mut self, element: ElementRef<'_>, depth: usize) -> Result<(), Refusal> {
        let name = element.value().name();
        match name {
            _ if SILENT.contains(&name) || is_hidden(element) => Ok(()),
            "pre" if element.child_elements().next().is_none() => {
                self.close();
                self.blocks.extend(text::blocks(&element.text().collect::<String>(), 1));
                Ok(())
            }
            "table" if !is_layout(element) => {
                self.close();
                self.table(element)
            }
            "br" => {
                self.text.push('\n');
                Ok(())
            }
            "img" => {
                if let Some(source) = element.attr("src").filter(|source| !source.starts_with("data:")) {
                    self.linked.push(source.to_owned());
                }
                Ok(())
            }
            "a" => {
                let start = self.text.len();
                let blocks = self.blocks.len();
                self.walk(element, depth)?;
                let target =
                    element.attr("href").filter(|t| t.starts_with("http://") || t.starts_with("https://"));
                if let Some(target) = target
                    && self.blocks.len() == blocks
                    && start < self.text.len()
                {
                    let end = self.text.len();
                    self.marks.push(Mark { start, end, target: Some(target.to_owned()) });
                }
                Ok(())
            }
            _ if BLOCKS.contains(&name) || is_layout_part(name) => {
                self.close();
                self.role = match name {
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => name[1..].parse().ok().map(Role::Heading),
                    "li" => Some(Role::Item),
                    _ => self.role.filter(|_| name == "p"),
                };
                self.walk(element, depth)?;
                self.close();
                self.role = None;
                Ok(())
            }
            _ => self.walk(element, depth),
        }
    }

    fn push(&mut self, text: &str) {
        let at_start = self.text.is_empty() || self.text.ends_with(['\n', ' ']);
        let squeezed = squeeze(text);
        let spaced_before = text.starts_with([' ', '\n', '\t', '\r', '\u{a0}']);
        let spaced_after = text.ends_with([' ', '\n', '\t', '\r', '\u{a0}']);
        if spaced_before && !at_start {
            self.text.push(' ');
        }
        self.text.push_str(&squeezed);
        if spaced_after && !squeezed.is_empty() {
            self.text.push(' ');
        }
    }

    /// Ends the paragraph being read. A line break inside a paragraph is as good as a new paragraph here: pages
    /// are often one paragraph with breaks.
    fn close(&mut self) {
        let text = std::mem::take(&mut self.text);
        let marks = std::mem::take(&mut self.marks);
        let mut start = 0;
        for line in text.split('\n') {
            let range = start..start + line.len();
            start = range.end + 1;
            let lead = line.len() - line.trim_start().len();
            let trimmed = line.trim();
            if trimmed.is_empty() {
                continue;
            }
            self.paragraphs += 1;
            let base = range.start + lead;
            let marks = marks
                .iter()
                .filter(|mark| mark.start >= base && mark.end <= base + trimmed.len())
                .map(|mark| Mark {
                    start: mark.start - base,
                    end: mark.end - base,
                    target: mark.target.clone(),
                })
                .collect();
            self.blocks.push(Block::Paragraph(Paragraph {
                text: trimmed.to_owned(),
                marks,
                role: self.role.unwrap_or(Role::Body),
                place: Place::Paragraph(self.paragraphs),
            }));
        }
    }

    fn table(&mut self, table: ElementRef<'_>) -> Result<(), Refusal> {
        self.tables += 1;
        let number = self.tables;
        let mut grid = GridBuilder::default();
        let mut caption = None;
        for node in table.descendants() {
            let Some(element) = ElementRef::wrap(node) else { continue };
            match element.value().name() {
                "caption" => caption = Some(cell_text(element)).filter(|text| !text.is_empty()),
                _ if is_within_hidden(element) => {
                    let (row, column) = grid.position();
                    self.hidden.push(Place::Cell { table: number, row, column });
                }
                "tr" => grid.row(),
                "td" | "th" => {
                    let rows = span(element, "rowspan", limits::ROWS);
                    let columns = span(element, "colspan", 64);
                    let address = element.attr("data-cell").map(str::to_owned);
                    let place = |row, column| Place::Cell { table: number, row, column };
                    grid.cell(cell_text(element), (rows, columns), address, place);
                }
                "img" => {
                    if let Some(source) = element.attr("src").filter(|source| !source.starts_with("data:")) {
                        self.linked.push(source.to_owned());
                    }
                }
                _ => {}
            }
        }
        if grid.is_cut() {
            self.cuts.push(Place::Cell { table: number, row: 1, column: 1 });
        }
        self.blocks.push(Block::Grid(grid.finish(caption)));
        Ok(())
    }
}

/// A span as written; zero rows means all the rest, and nonsense is one.
fn span(element: ElementRef<'_>, name: &str, most: usize) -> usize {
    match element.attr(name).map(|value| value.trim().trim_end_matches("px").parse::<i64>()) {
        Some(Ok(0)) if name == "rowspan" => most,
        Some(Ok(span)) => usize::try_from(span).unwrap_or(1).clamp(1, most),
        Some(Err(_)) | None => 1,
    }
}

/// The text of a cell, its paragraphs on lines of their own.
fn cell_text(cell: ElementRef<'_>) -> String {
    let mut text = String::new();
    let mut hidden = Vec::new();
    for edge in cell.traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(piece) if hidden.is_empty() => {
                    let squeezed = squeeze(piece);
                    if !squeezed.is_empty() {
                        text.push_str(&squeezed);
                    }
                }
                Node::Element(element) => {
                    if element.name() == "br" || BLOCKS.contains(&element.name()) {
                        text.push('\n');
                    }
                    if SILENT.contains(&element.name()) {
                        hidden.push(node.id());
                    }
                }
                _ => {}
            },
            Edge::Close(node) => {
                if hidden.last() == Some(&node.id()) {
                    hidden.pop();
                }
            }
        }
    }
    text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Whether an element is not shown.
fn is_hidden(element: ElementRef<'_>) -> bool {
    element.attr("hidden").is_some()
        || element.attr("style").is_some_and(|style| {
            let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
            style.to_ascii_lowercase().contains("display:none")
        })
}

/// Whether a row or cell is not shown, or stands in a row or part of a table that is not.
fn is_within_hidden(element: ElementRef<'_>) -> bool {
    if !matches!(element.value().name(), "tr" | "td" | "th") {
        return false;
    }
    let above = element.ancestors().filter_map(ElementRef::wrap).take_while(|e| e.value().name() != "table");
    is_hidden(element) || above.into_iter().any(is_hidden)
}

/// Whether a table only lays out a page: it holds another table, or has a single cell.
fn is_layout(table: ElementRef<'_>) -> bool {
    let mut cells = 0;
    for node in table.descendants().skip(1) {
        match node.value().as_element().map(|element| element.name()) {
            Some("table") => return true,
            Some("td" | "th") => cells += 1,
            _ => {}
        }
    }
    cells <= 1
}

fn is_layout_part(name: &str) -> bool {
    matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th" | "caption" | "body" | "html")
}
