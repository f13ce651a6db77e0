//! The narrative as blocks, read back from the HTML that its Markdown became.
//!
//! That HTML is our own: well-formed, and of a few kinds of element only.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde::Serialize;

/// Lists and quotes inside each other beyond this depth are taken for the one around them.
const DEPTH: usize = 8;

/// A block of the narrative.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// A heading.
    Heading {
        /// How deep it is among all headings of the report; those of its sections have level 1.
        /// It is never more than one deeper than the heading before it.
        level: u8,
        /// Its text.
        runs: Vec<Run>,
    },
    /// A paragraph.
    Paragraph {
        /// Its text.
        runs: Vec<Run>,
    },
    /// A list.
    List {
        /// The number of the first item; `None` for a list without numbers.
        start: Option<u64>,
        /// What stands in each item.
        items: Vec<Vec<Block>>,
    },
    /// A quote.
    Quote {
        /// What is quoted.
        blocks: Vec<Block>,
    },
    /// Lines to be kept as they are.
    Code {
        /// The lines.
        text: String,
    },
    /// A table of the narrative.
    Table {
        /// How many of the rows are heads.
        heads: usize,
        /// The rows, cell by cell.
        rows: Vec<Vec<Vec<Run>>>,
    },
    /// A line across.
    Rule,
}

/// A stretch of text in one manner. A line feed in it ends the line.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Run {
    /// The text; of a picture, the text that stands for it.
    pub text: String,
    /// Whether it is strong.
    pub strong: bool,
    /// Whether it is emphasised.
    pub emphasis: bool,
    /// Whether it is struck out.
    pub struck: bool,
    /// Whether it stands high: the mark of a footnote.
    pub high: bool,
    /// Whether it is code.
    pub code: bool,
    /// Where it leads.
    pub link: Option<String>,
}

/// Reads the HTML of a narrative that stands below a heading of the level `above`; `lead` says
/// where a link leads from anywhere.
pub(super) fn read(html: &str, above: u8, lead: &dyn Fn(&str) -> String) -> Vec<Block> {
    let mut reader = Reader::from_str(html);
    reader.config_mut().check_end_names = false;
    let mut walk = Walk::new(above, lead);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => walk.open(&tag),
            Ok(Event::Empty(tag)) => walk.empty(&tag),
            Ok(Event::End(tag)) => walk.close(tag.local_name().as_ref()),
            Ok(Event::Text(text)) => walk.text(text.as_ref()),
            Ok(Event::GeneralRef(reference)) => {
                let known = reference.resolve_char_ref().ok().flatten();
                match known.map(String::from).or_else(|| named(reference.as_ref()).map(str::to_owned)) {
                    Some(text) => walk.push(&text),
                    None => walk.push(&format!("&{};", reference.as_ref())),
                }
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    walk.finish()
}

fn named(reference: &str) -> Option<&'static str> {
    quick_xml::escape::resolve_predefined_entity(reference)
}

/// A list, item or quote while what stands in it is read.
#[derive(Default)]
struct Open {
    start: Option<u64>,
    items: Vec<Vec<Block>>,
    blocks: Vec<Block>,
}

struct Walk<'l> {
    lead: &'l dyn Fn(&str) -> String,
    /// The lists, items and quotes around what is read; the narrative itself first.
    open: Vec<Open>,
    /// How many more of them are open than are kept apart.
    deeper: usize,
    /// The text of the paragraph, heading or cell being read.
    runs: Vec<Run>,
    /// In what manner text stands now.
    manner: Run,
    /// Whether lines are kept as they are.
    verbatim: bool,
    rows: Vec<Vec<Vec<Run>>>,
    heads: usize,
    /// The level of the heading around the narrative.
    above: u8,
    /// The level of the heading read last.
    level: u8,
}

impl<'l> Walk<'l> {
    fn new(above: u8, lead: &'l dyn Fn(&str) -> String) -> Self {
        Self {
            above,
            level: above,
            lead,
            open: vec![Open::default()],
            deeper: 0,
            runs: Vec::new(),
            manner: Run::default(),
            verbatim: false,
            rows: Vec::new(),
            heads: 0,
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.end_paragraph();
        while self.open.len() > 1 {
            self.close("blockquote");
        }
        self.open.pop().unwrap_or_default().blocks
    }

    fn open(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "ul" => self.enter(None),
            "ol" => self.enter(Some(attribute(tag, "start").and_then(|n| n.parse().ok()).unwrap_or(1))),
            "li" | "blockquote" => self.enter(None),
            "pre" => {
                self.end_paragraph();
                self.verbatim = true;
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "div" => self.end_paragraph(),
            "tr" => self.rows.push(Vec::new()),
            "th" | "td" => self.runs.clear(),
            "a" => self.manner.link = attribute(tag, "href").map(|to| (self.lead)(&to)),
            manner => self.set(manner, true),
        }
    }

    fn empty(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "br" => self.push("\n"),
            "hr" => {
                self.end_paragraph();
                self.put(Block::Rule);
            }
            "img" => {
                let source = attribute(tag, "src").unwrap_or_default();
                let said = attribute(tag, "alt").filter(|alt| !alt.trim().is_empty());
                let said = said.unwrap_or_else(|| source.rsplit('/').next().unwrap_or_default().to_owned());
                let link = self.manner.link.clone().or_else(|| Some((self.lead)(&source)));
                self.runs.push(Run { text: said, link, ..self.manner.clone() });
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "div" => self.end_paragraph(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                // The two highest levels of Markdown are those of title and sections.
                let own = self.above + name[1..].parse().unwrap_or(3u8).saturating_sub(2).max(1);
                if let Some(runs) = self.taken() {
                    self.level = own.min(self.level + 1);
                    self.put(Block::Heading { level: self.level, runs });
                }
            }
            "pre" => {
                self.verbatim = false;
                let text: String = std::mem::take(&mut self.runs).into_iter().map(|run| run.text).collect();
                self.put(Block::Code { text: text.trim_end_matches('\n').to_owned() });
            }
            "ul" | "ol" | "li" | "blockquote" => self.leave(name),
            "th" | "td" => {
                let runs = self.taken().unwrap_or_default();
                if let Some(row) = self.rows.last_mut() {
                    row.push(runs);
                }
            }
            "thead" => self.heads = self.rows.len(),
            "table" => {
                let rows = std::mem::take(&mut self.rows);
                let heads = std::mem::take(&mut self.heads);
                self.put(Block::Table { heads, rows });
            }
            "a" => self.manner.link = None,
            manner => self.set(manner, false),
        }
    }

    fn set(&mut self, manner: &str, on: bool) {
        match manner {
            "strong" => self.manner.strong = on,
            "em" => self.manner.emphasis = on,
            "del" => self.manner.struck = on,
            "sup" => self.manner.high = on,
            "code" => self.manner.code = on,
            _ => {}
        }
    }

    fn enter(&mut self, start: Option<u64>) {
        self.end_paragraph();
        if self.deeper > 0 || self.open.len() >= 2 * DEPTH {
            self.deeper += 1;
        } else {
            self.open.push(Open { start, ..Open::default() });
        }
    }

    fn leave(&mut self, name: &str) {
        self.end_paragraph();
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        if self.open.len() < 2 {
            return;
        }
        let Open { start, items, blocks } = self.open.pop().unwrap_or_default();
        match (name, self.open.last_mut()) {
            ("li", Some(list)) => list.items.push(blocks),
            ("blockquote", _) => self.put(Block::Quote { blocks }),
            _ => self.put(Block::List { start, items }),
        }
    }

    fn put(&mut self, block: Block) {
        if let Some(open) = self.open.last_mut() {
            open.blocks.push(block);
        }
    }

    /// Text of the file: between blocks nothing but line ends, in a paragraph a line end is
    /// a space.
    fn text(&mut self, text: &str) {
        if self.verbatim {
            self.push(text);
        } else if !(self.runs.is_empty() && text.trim().is_empty()) {
            self.push(&text.replace('\n', " "));
        }
    }

    fn push(&mut self, text: &str) {
        match self.runs.last_mut() {
            Some(last) if last.is_like(&self.manner) => {
                // After a line break the rest of the source's line end is no space.
                let text = if last.text.ends_with('\n') { text.trim_start_matches(' ') } else { text };
                last.text.push_str(text);
            }
            _ => self.runs.push(Run { text: text.to_owned(), ..self.manner.clone() }),
        }
    }

    /// The text read so far, without white space at its ends; `None` if there is none.
    fn taken(&mut self) -> Option<Vec<Run>> {
        let mut runs = std::mem::take(&mut self.runs);
        if let Some(first) = runs.first_mut() {
            first.text.drain(..first.text.len() - first.text.trim_start().len());
        }
        if let Some(last) = runs.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        runs.retain(|run| !run.text.is_empty());
        (!runs.is_empty()).then_some(runs)
    }

    fn end_paragraph(&mut self) {
        if let Some(runs) = self.taken() {
            self.put(Block::Paragraph { runs });
        }
    }
}

impl Run {
    fn is_like(&self, other: &Self) -> bool {
        let manner = |run: &Self| (run.strong, run.emphasis, run.struck, run.high, run.code);
        manner(self) == manner(other) && self.link == other.link
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let attribute = attributes.with_checks(false).flatten().find(|known| known.key.as_ref() == name)?;
    let raw = attribute.value.as_ref();
    Some(quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_owned(), |text| text.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(html: &str) -> Vec<Block> {
        read(html, 0, &|link| format!("https://example.org/{link}"))
    }

    fn plain(text: &str) -> Run {
        Run { text: text.into(), ..Run::default() }
    }

    fn paragraph(text: &str) -> Block {
        Block::Paragraph { runs: vec![plain(text)] }
    }

    #[test]
    fn text_keeps_its_manner() {
        let strong = Run { strong: true, ..plain("3件") };
        let link = Run { link: Some("https://example.org/a.pdf".into()), ..plain("附件") };
        assert_eq!(
            read_all("<p>新收<strong>3件</strong>，见<a href=\"a.pdf\">附件</a>。</p>\n"),
            [Block::Paragraph { runs: vec![plain("新收"), strong, plain("，见"), link, plain("。")] }]
        );
        assert_eq!(read_all("<p>a &lt;b&gt; &amp;\nc<br />\nd</p>"), [paragraph("a <b> & c\nd")]);
    }

    #[test]
    fn headings_and_rules_stand_alone() {
        let heading = Block::Heading { level: 1, runs: vec![plain("（一）主动公开")] };
        let html = "<h3 id=\"x\">（一）主动公开</h3>\n<p>甲</p>\n<hr />\n";
        assert_eq!(read_all(html), [heading, paragraph("甲"), Block::Rule]);
    }

    #[test]
    fn headings_skip_no_level() {
        let levels = |above| {
            let blocks = read("<h5>甲</h5><h3>乙</h3><h4>丙</h4><h6>丁</h6>", above, &str::to_owned);
            let level = |block: &Block| if let Block::Heading { level, .. } = block { *level } else { 0 };
            blocks.iter().map(level).collect::<Vec<_>>()
        };
        assert_eq!(levels(0), [1, 1, 2, 3]);
        assert_eq!(levels(1), [2, 2, 3, 4]);
    }

    #[test]
    fn lists_hold_lists_and_paragraphs() {
        let inner = Block::List { start: None, items: vec![vec![paragraph("乙")]] };
        let list = Block::List {
            start: Some(3),
            items: vec![vec![paragraph("甲"), inner], vec![paragraph("丙")]],
        };
        let html =
            "<ol start=\"3\">\n<li>甲\n<ul>\n<li>乙</li>\n</ul>\n</li>\n<li>\n<p>丙</p>\n</li>\n</ol>\n";
        assert_eq!(read_all(html), [list]);
    }

    #[test]
    fn a_picture_leaves_its_words() {
        let run = Run { link: Some("https://example.org/a.png".into()), ..plain("流程图") };
        assert_eq!(
            read_all("<p><img src=\"a.png\" alt=\"流程图\" /></p>"),
            [Block::Paragraph { runs: vec![run] }]
        );
    }

    #[test]
    fn tables_know_their_heads() {
        let html =
            "<table><thead><tr><th>甲</th></tr></thead><tbody>\n<tr><td>1</td></tr>\n</tbody></table>\n";
        let rows = vec![vec![vec![plain("甲")]], vec![vec![plain("1")]]];
        assert_eq!(read_all(html), [Block::Table { heads: 1, rows }]);
    }

    #[test]
    fn no_depth_is_too_deep() {
        let html = "<blockquote>".repeat(10_000) + "<p>甲</p>" + &"</blockquote>".repeat(10_000);
        assert_eq!(read_all(&html).len(), 1);
    }
}
