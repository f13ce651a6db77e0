//! Markdown to HTML, without the theme: raw HTML becomes text, links are checked for their
//! scheme, headings get ids, and emphasis works beside Chinese punctuation.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// A link or picture that the text points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where to, as written.
    pub to: String,
    /// The bytes of the file where it stands.
    pub range: Range<usize>,
}

/// A stretch of Markdown between two section headings, as HTML.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// The text of the heading it stands under; `None` before the first.
    pub heading: Option<Heading>,
    /// The HTML of what stands there.
    pub html: String,
}

/// A section heading (`##`).
#[derive(Debug, Default, Clone)]
pub(super) struct Heading {
    /// Its text.
    pub text: String,
    /// The id written behind it, `{#id}`.
    pub id: Option<String>,
    /// Its bytes in the file.
    pub range: Range<usize>,
}

/// A Markdown text as chunks of HTML.
#[derive(Debug, Default)]
pub(super) struct Converted {
    /// The chunks; the first stands before any heading.
    pub chunks: Vec<Chunk>,
    /// All links and pictures.
    pub links: Vec<Link>,
    /// Raw HTML that was shown as text.
    pub raw_html: Vec<Range<usize>>,
    /// Links with a scheme that could run a program.
    pub bad_schemes: Vec<Link>,
}

/// Joins a punctuation mark to the stars beside it, so that they open or close emphasis.
const JOINER: char = '\u{2060}';

/// Converts a Markdown text that lies at `start` in its file. `prefix` keeps ids of several
/// texts on one page apart.
pub(super) fn convert(text: &str, start: usize, prefix: &str) -> Converted {
    let joined = Joined::new(text);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_GFM;
    let mut converter = Converter {
        start,
        prefix,
        joined: &joined,
        out: Converted::default(),
        chunk: Chunk::default(),
        events: Vec::new(),
        ids: Vec::new(),
        raw: None,
        open: Vec::new(),
    };
    for (event, range) in Parser::new_ext(&joined.text, options).into_offset_iter() {
        converter.take(event, range);
    }
    converter.end_chunk(None);
    converter.out
}

struct Converter<'t> {
    start: usize,
    prefix: &'t str,
    joined: &'t Joined<'t>,
    out: Converted,
    chunk: Chunk,
    events: Vec<Event<'t>>,
    ids: Vec<String>,
    /// The raw HTML block being read.
    raw: Option<String>,
    /// Headings being read: where their start event lies, or none for a section heading.
    open: Vec<(Option<usize>, Heading)>,
}

impl<'t> Converter<'t> {
    fn place(&self, range: &Range<usize>) -> Range<usize> {
        self.start + self.joined.original(range.start)..self.start + self.joined.original(range.end)
    }

    fn take(&mut self, event: Event<'t>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => self.start_heading(level, id, &range),
            Event::End(TagEnd::Heading(_)) => self.end_heading(&event),
            Event::Start(Tag::HtmlBlock) => self.raw = Some(String::new()),
            Event::End(TagEnd::HtmlBlock) => self.end_html_block(&range),
            Event::Html(text) | Event::InlineHtml(text) => self.raw_html(text, &range),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = self.link(dest_url, &range);
                self.events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let dest_url = self.link(dest_url, &range);
                self.events.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
            }
            Event::Start(Tag::FootnoteDefinition(name)) => {
                let name = format!("{}{name}", self.prefix).into();
                self.events.push(Event::Start(Tag::FootnoteDefinition(name)));
            }
            Event::FootnoteReference(name) => {
                self.events.push(Event::FootnoteReference(format!("{}{name}", self.prefix).into()));
            }
            Event::Text(text) => {
                let text = self.heard(self.joined.strip(text));
                self.events.push(Event::Text(text));
            }
            Event::Code(text) => {
                let text = self.heard(self.joined.strip(text));
                self.events.push(Event::Code(text));
            }
            Event::SoftBreak => self.events.push(self.soft_break(&range)),
            other => self.events.push(other),
        }
    }

    /// Adds a text to the heading being read, if there is one.
    fn heard(&mut self, text: CowStr<'t>) -> CowStr<'t> {
        if let Some((_, heading)) = self.open.last_mut() {
            heading.text.push_str(&text);
        }
        text
    }

    /// A line end between two Chinese characters is no space.
    fn soft_break(&self, range: &Range<usize>) -> Event<'t> {
        let before = self.joined.text[..range.start].chars().next_back();
        let after = self.joined.text[range.end..].trim_start().chars().next();
        match (before, after) {
            (Some(before), Some(after)) if is_wide(before) && is_wide(after) => Event::Text("".into()),
            _ => Event::SoftBreak,
        }
    }

    fn start_heading(&mut self, level: HeadingLevel, id: Option<CowStr<'t>>, range: &Range<usize>) {
        let id = id.map(|id| id.to_string());
        let heading = Heading { text: String::new(), id, range: self.place(range) };
        if level <= HeadingLevel::H2 {
            self.end_chunk(Some(heading.clone()));
            self.open.push((None, heading));
            return;
        }
        self.open.push((Some(self.events.len()), heading));
        self.events.push(Event::Start(Tag::Heading {
            level,
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }));
    }

    fn end_heading(&mut self, event: &Event<'t>) {
        let Some((at, heading)) = self.open.pop() else { return };
        let Some(at) = at else {
            self.events.clear();
            self.chunk.heading = Some(heading);
            return;
        };
        let name = heading.id.unwrap_or_else(|| slug(&heading.text));
        let mut id = format!("{}{name}", self.prefix);
        for number in 2.. {
            if !self.ids.contains(&id) {
                break;
            }
            id = format!("{}{name}-{number}", self.prefix);
        }
        self.ids.push(id.clone());
        if let Some(Event::Start(Tag::Heading { id: slot, .. })) = self.events.get_mut(at) {
            *slot = Some(id.into());
        }
        self.events.push(event.clone());
    }

    fn end_chunk(&mut self, next: Option<Heading>) {
        let mut chunk = std::mem::take(&mut self.chunk);
        // What a section usually comes to: growing bit by bit would copy it over and over.
        chunk.html.reserve(if self.events.is_empty() { 0 } else { 2048 });
        html::push_html(&mut chunk.html, self.events.drain(..));
        self.out.chunks.push(chunk);
        self.chunk.heading = next;
    }

    fn raw_html(&mut self, text: CowStr<'t>, range: &Range<usize>) {
        if let Some(block) = &mut self.raw {
            block.push_str(&text);
            return;
        }
        let place = self.place(range);
        if !is_comment(&text) {
            self.out.raw_html.push(place);
            self.events.push(Event::Text(self.joined.strip(text)));
        }
    }

    fn end_html_block(&mut self, range: &Range<usize>) {
        let block = self.raw.take().unwrap_or_default();
        if is_comment(&block) {
            return;
        }
        let place = self.place(range);
        self.out.raw_html.push(place);
        self.events.push(Event::Start(Tag::Paragraph));
        self.events.push(Event::Text(block.trim_end().replace(JOINER, "").into()));
        self.events.push(Event::End(TagEnd::Paragraph));
    }

    fn link(&mut self, to: CowStr<'t>, range: &Range<usize>) -> CowStr<'t> {
        let to = self.joined.strip(to);
        let link = Link { to: to.to_string(), range: self.place(range) };
        if has_safe_scheme(&to) {
            self.out.links.push(link);
            return to;
        }
        self.out.bad_schemes.push(link);
        "#".into()
    }
}

/// Whether a piece of raw HTML is a comment and nothing else.
fn is_comment(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("<!--") && text.find("-->").is_some_and(|end| text[end + 3..].trim().is_empty())
}

/// Whether a link leads to a web page, a mail address, a telephone or a file of the site.
fn has_safe_scheme(to: &str) -> bool {
    let plain: String = to.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let lower = plain.to_ascii_lowercase();
    match lower.find(':') {
        Some(end) if !lower[..end].contains(['/', '?', '#']) => {
            ["http", "https", "mailto", "tel"].contains(&&lower[..end])
        }
        _ => true,
    }
}

/// An id from the text of a heading: letters and digits kept, all else one hyphen.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "section".into() } else { slug.into() }
}

/// Chinese, Japanese and full-width characters.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '“' | '”' | '…' | '—' | '\u{20000}'..='\u{3ffff}')
}

/// A text with joiners put in, and the way back to its own offsets.
struct Joined<'t> {
    text: Cow<'t, str>,
    /// Offsets in the joined text of the joiners put in.
    joiners: Vec<usize>,
}

impl<'t> Joined<'t> {
    /// CommonMark wants a space or a mark beside a closing `**` that follows a mark; Chinese
    /// text has none. A word joiner between mark and stars makes them open and close.
    fn new(text: &'t str) -> Self {
        let none = Self { text: Cow::Borrowed(text), joiners: Vec::new() };
        if !text.contains('*') {
            return none;
        }
        let mut joined = String::with_capacity(text.len() + 16);
        let mut joiners = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('*') {
            let run = rest[at..].len() - rest[at..].trim_start_matches('*').len();
            let before = rest[..at].chars().next_back();
            let after = rest[at + run..].chars().next();
            joined.push_str(&rest[..at]);
            if is_mark(before) && is_word(after) {
                joiners.push(joined.len());
                joined.push(JOINER);
            }
            joined.push_str(&rest[at..at + run]);
            if is_word(before) && is_mark(after) {
                joiners.push(joined.len());
                joined.push(JOINER);
            }
            rest = &rest[at + run..];
        }
        joined.push_str(rest);
        if joiners.is_empty() { none } else { Self { text: Cow::Owned(joined), joiners } }
    }

    fn original(&self, offset: usize) -> usize {
        let before = self.joiners.partition_point(|joiner| *joiner < offset);
        offset - before * JOINER.len_utf8()
    }

    fn strip<'s>(&self, text: CowStr<'s>) -> CowStr<'s> {
        if self.joiners.is_empty() || !text.contains(JOINER) { text } else { text.replace(JOINER, "").into() }
    }
}

fn is_mark(c: Option<char>) -> bool {
    c.is_some_and(|c| !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace())
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, html: &str) {
        let converted = convert(markdown, 0, "");
        let all: String = converted.chunks.into_iter().map(|chunk| chunk.html).collect();
        assert_eq!(all.trim(), html, "{markdown}");
    }

    #[test]
    fn chinese_emphasis() {
        check("这是**“重点”**内容", "<p>这是<strong>“重点”</strong>内容</p>");
        check("**中文“强调”**后面", "<p><strong>中文“强调”</strong>后面</p>");
        check("前文**粗体。**后文", "<p>前文<strong>粗体。</strong>后文</p>");
        check("`**“码”**内`", "<p><code>**“码”**内</code></p>");
    }

    #[test]
    fn lines_of_chinese_join_without_a_space() {
        check("第一行\n第二行", "<p>第一行第二行</p>");
        check("one\ntwo", "<p>one\ntwo</p>");
    }

    #[test]
    fn nothing_runs() {
        check("a <script>x</script>", "<p>a &lt;script&gt;x&lt;/script&gt;</p>");
        check("<div onclick=\"x\">\nhi\n</div>", "<p>&lt;div onclick=\"x\"&gt;\nhi\n&lt;/div&gt;</p>");
        check("[x](javascript:alert(1))", "<p><a href=\"#\">x</a></p>");
        check("<!-- a hint -->\n\ntext", "<p>text</p>");
    }

    #[test]
    fn places_are_those_of_the_file() {
        let converted = convert("**“重”**点 [附件](a.pdf)", 100, "");
        assert_eq!(converted.links[0].to, "a.pdf");
        assert_eq!(converted.links[0].range, 117..132);
    }
}
