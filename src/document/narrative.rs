//! The narrative of a report: Markdown cut into passages at its section headings.

use std::ops::Range;

use super::front_matter::Parts;
use super::markdown::{self, Link};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::path::SourcePath;

/// The prose of a report, not yet matched to the sections of a form.
#[derive(Debug, Default)]
pub struct Narrative {
    /// The HTML before the first section heading.
    pub preface: String,
    /// What stands under each section heading.
    pub passages: Vec<Passage>,
    /// All links and pictures of it.
    pub links: Vec<Link>,
}

/// What stands under one section heading.
#[derive(Debug, Default)]
pub struct Passage {
    /// The heading as written.
    pub heading: String,
    /// The id written behind the heading.
    pub id: Option<String>,
    /// The bytes of the heading in the file.
    pub range: Range<usize>,
    /// The HTML below it.
    pub html: String,
}

/// Parses the body of a Markdown file.
pub fn parse_narrative(file: &SourcePath, parts: &Parts<'_>, found: &mut Diagnostics) -> Narrative {
    let converted = markdown::convert(parts.body, parts.body_start, "");
    for range in converted.raw_html {
        found.push(Diagnostic::new("narrative/html").at(Place::new(file, range)));
    }
    for link in converted.bad_schemes {
        found
            .push(Diagnostic::new("narrative/scheme").fact("link", link.to).at(Place::new(file, link.range)));
    }
    let mut narrative = Narrative { links: converted.links, ..Narrative::default() };
    for chunk in converted.chunks {
        match chunk.heading {
            None => narrative.preface = chunk.html,
            Some(heading) => narrative.passages.push(Passage {
                heading: heading.text.trim().to_owned(),
                id: heading.id,
                range: heading.range,
                html: chunk.html,
            }),
        }
    }
    narrative
}
