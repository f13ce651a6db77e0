//! A prose page: `content/<name>.md`.

use super::front_matter;
use super::markdown::Link;
use super::narrative::parse_narrative;
use crate::diagnostic::{Diagnosed, Diagnostic, Diagnostics};
use crate::fields::{self, Fields};
use crate::fingerprint::Fingerprint;
use crate::path::SourcePath;

/// A page of prose.
#[derive(Clone, Debug, Default)]
pub struct Prose {
    /// Its title.
    pub title: String,
    /// What it is about, in a sentence.
    pub description: String,
    /// The text as HTML.
    pub html: String,
    /// All links and pictures of it.
    pub links: Vec<Link>,
    /// Not to be published yet.
    pub draft: bool,
    /// Its place in the menu; pages without one are not in it.
    pub menu: Option<u16>,
    /// When it was published.
    pub published: Option<String>,
    /// Where it comes from, where that is not the office behind the portal.
    pub source: Option<String>,
    /// Which part of the disclosure column of a government site it is.
    pub part: Option<&'static str>,
    /// Anything for templates.
    pub extra: serde_json::Value,
    /// A hash of the file.
    pub fingerprint: Fingerprint,
}

impl Prose {
    /// The parts of the disclosure column that are pages, in the order they are shown in; the
    /// reports are the last, and are the portal itself.
    pub const PARTS: [&'static str; 3] = ["guide", "rules", "content"];
}

/// Parses a page of prose.
pub fn parse_prose(file: &SourcePath, text: &str) -> Diagnosed<Prose> {
    let mut found = Diagnostics::default();
    let parts = front_matter::split(file, text, &mut found);
    let table = fields::parse(file, parts.head, parts.head_start, &mut found);
    let mut top = Fields::new(file, table.get_ref(), parts.head_start, 0..parts.head.len().min(1));
    let mut prose = Prose {
        title: top.required_text("title").unwrap_or_default().to_owned(),
        description: top.text("description").unwrap_or_default().to_owned(),
        draft: top.flag("draft").unwrap_or(false),
        menu: top.number("menu"),
        published: top.date("published"),
        source: top.text("source").map(str::to_owned),
        part: part(&mut top),
        extra: top.extra("extra"),
        fingerprint: Fingerprint::of(text.as_bytes()),
        ..Prose::default()
    };
    found.extend(&top.finish());
    let narrative = parse_narrative(file, &parts, &mut found);
    prose.html = narrative.preface;
    for passage in narrative.passages {
        let id = passage.id.unwrap_or_else(|| passage.heading.replace(char::is_whitespace, "-"));
        let (id, heading) = (escaped(&id), escaped(&passage.heading));
        prose.html.push_str(&format!("<h2 id=\"{id}\">{heading}</h2>\n{}", passage.html));
    }
    prose.links = narrative.links;
    Diagnosed::new(prose, found)
}

/// One of the parts that a page may be.
fn part(top: &mut Fields<'_, '_>) -> Option<&'static str> {
    let name = top.text("part")?;
    let known = Prose::PARTS.into_iter().find(|part| *part == name);
    if known.is_none() {
        let place = top.place_of("part");
        let diagnostic = Diagnostic::new("page/part").fact("part", name);
        top.found.push(diagnostic.fact("known", Prose::PARTS.join(", ")).at(place));
    }
    known
}

/// A text as HTML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Writing to a string cannot fail.
    let _ = pulldown_cmark_escape::escape_html(&mut out, text);
    out
}
