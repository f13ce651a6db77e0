//! The head of `report.md`.

use serde_json::json;

use crate::diagnostic::{Diagnostics, Place};
use crate::document::correction::{Correction, parse_corrections};
use crate::document::front_matter::Parts;
use crate::fields::{self, Fields};
use crate::path::SourcePath;

/// What the head of `report.md` says.
#[derive(Clone, Debug, Default)]
pub struct ReportHead {
    /// Its title, if it is not the usual one.
    pub title: Option<String>,
    /// When it was published, `YYYY-MM-DD`.
    pub published: Option<String>,
    /// When it was last changed.
    pub updated: Option<String>,
    /// The id of its form, if it is not the one in force.
    pub form: Option<String>,
    /// Where the text comes from.
    pub source: Option<String>,
    /// Its document number.
    pub number: Option<String>,
    /// Its number in the index of public information.
    pub index: Option<String>,
    /// Not to be published yet.
    pub draft: bool,
    /// Findings the agency stands by.
    pub accepts: Vec<Accept>,
    /// What was changed after publication, in the order of the file.
    pub corrections: Vec<Correction>,
    /// Anything for templates, if anything.
    pub extra: Option<Box<serde_json::Value>>,
    /// The text of the head.
    pub text: Box<str>,
    /// Where it begins in the file.
    pub start: usize,
}

/// A finding the agency stands by, with the reason.
#[derive(Clone, Debug)]
pub struct Accept {
    /// The code of the finding.
    pub code: String,
    /// The cell it is about; any cell when there is none.
    pub cell: Option<String>,
    /// Why.
    pub reason: String,
    /// Where it is written.
    pub place: Place,
}

impl ReportHead {
    /// Where a key is written in the file, else the head as a whole. Asked for when something
    /// is wrong with it: the head is parsed again then.
    pub fn place_of(&self, file: &SourcePath, key: &str) -> Place {
        let table = fields::parse(file, &self.text, self.start, &mut Diagnostics::default());
        Fields::new(file, table.get_ref(), self.start, 0..self.text.len().min(1)).place_of(key)
    }
}

/// Parses the head of `report.md`.
pub fn parse_head(file: &SourcePath, parts: &Parts<'_>, found: &mut Diagnostics) -> ReportHead {
    let table = fields::parse(file, parts.head, parts.head_start, found);
    let mut top = Fields::new(file, table.get_ref(), parts.head_start, 0..parts.head.len().min(1));
    let text = |text: Option<&str>| text.map(str::to_owned);
    let mut head = ReportHead {
        title: text(top.text("title")),
        published: top.date("published"),
        updated: top.date("updated"),
        form: text(top.text("form")),
        source: text(top.text("source")),
        number: text(top.text("number")),
        index: text(top.text("index")),
        draft: top.flag("draft").unwrap_or(false),
        accepts: Vec::new(),
        corrections: parse_corrections(&mut top, found),
        extra: Some(top.extra("extra")).filter(|extra| *extra != json!({})).map(Box::new),
        text: parts.head.into(),
        start: parts.head_start,
    };
    for mut accept in top.tables("accept") {
        let place = accept.place_of("code");
        let code = accept.required_text("code").map(str::to_owned);
        let cell = accept.text("cell").map(str::to_owned);
        let reason = accept.required_text("reason").map(str::to_owned);
        found.extend(&accept.finish());
        if let (Some(code), Some(reason)) = (code, reason) {
            head.accepts.push(Accept { code, cell, reason, place });
        }
    }
    found.extend(&top.finish());
    head
}
