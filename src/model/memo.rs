//! A report as it is remembered when the program ends: its head, and apart from it the body that
//! few ask for. What is quick to find, the files beside it, is read again.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::agency::Agency;
use super::body::{Body, Held, Shelved};
use super::forms::Forms;
use super::prose::{Passage, Text};
use super::report::Report;
use super::sheet::{Cell, Sheet, State};
use crate::diagnostic::Diagnostics;
use crate::document::{Link, Parts, parse_head};
use crate::fingerprint::Fingerprint;
use crate::form::Form;
use crate::path::SourcePath;
use crate::stamp::Stamp;

/// A report as it is remembered, but for its body.
#[derive(Serialize, Deserialize)]
pub struct Memo<'m> {
    form: Option<&'m str>,
    /// The front matter, and where it begins.
    head: (&'m str, usize),
    #[serde(borrow)]
    links: Vec<(&'m str, Range<usize>)>,
    fingerprint: Fingerprint,
}

/// The body of a report as it is remembered.
#[derive(Serialize, Deserialize)]
struct BodyMemo<'m> {
    /// The prose, where the preface ends, and the passages.
    #[serde(with = "serde_bytes")]
    text: &'m [u8],
    preface: usize,
    passages: Vec<Passage>,
    #[serde(borrow)]
    sheets: Vec<SheetMemo<'m>>,
}

/// A sheet as it is remembered.
#[derive(Serialize, Deserialize)]
struct SheetMemo<'m> {
    /// The cells, each in [`CELL`] bytes: there are so many of them that taking them one by one
    /// would be half of the work.
    #[serde(borrow, with = "serde_bytes")]
    cells: Cow<'m, [u8]>,
    #[serde(borrow)]
    texts: Vec<&'m str>,
    rows: Cow<'m, [(u32, u32)]>,
    start: (u32, u32),
}

/// How many bytes a cell takes: digits 8, start 4, length 2, decimals 1, state 1.
const CELL: usize = 16;

/// A cell as it is remembered.
fn written(cell: &Cell) -> [u8; CELL] {
    let state = STATES.iter().position(|known| *known == cell.state).unwrap_or(0) as u8;
    let mut bytes = [0; CELL];
    bytes[..8].copy_from_slice(&cell.digits.to_le_bytes());
    bytes[8..12].copy_from_slice(&cell.start.to_le_bytes());
    bytes[12..14].copy_from_slice(&cell.length.to_le_bytes());
    bytes[14..].copy_from_slice(&[cell.decimals, state]);
    bytes
}

/// A cell out of what is remembered; `None` where that is none.
fn read(bytes: &[u8; CELL]) -> Option<Cell> {
    let (digits, rest) = bytes.split_first_chunk()?;
    let (start, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let &[decimals, state] = rest else { return None };
    Some(Cell {
        digits: i64::from_le_bytes(*digits),
        start: u32::from_le_bytes(*start),
        length: u16::from_le_bytes(*length),
        decimals,
        state: *STATES.get(usize::from(state))?,
    })
}

/// The states of a cell, by the number they are remembered by.
const STATES: [State; 6] =
    [State::Blank, State::NotApplicable, State::Number, State::Derived, State::Text, State::Unread];

impl<'m> Memo<'m> {
    /// What is to be remembered of a report.
    pub fn of(report: &'m Report) -> Self {
        Self {
            form: report.form.as_ref().map(|form| &*form.id),
            head: (&report.head.text, report.head.start),
            links: report.links.iter().map(|link| (link.to.as_str(), link.range.clone())).collect(),
            fingerprint: report.fingerprint,
        }
    }

    /// The report that was remembered, with the files that lie in its folder, and its body where
    /// it stands; `None` when there is no such form.
    pub fn recall(
        self,
        agency: &Agency,
        year: u16,
        files: &[(SourcePath, Stamp)],
        forms: &Forms,
        body: Box<dyn Shelved>,
    ) -> Option<Report> {
        let form = match self.form {
            Some(id) => Some(forms.get(id)?.clone()),
            None => None,
        };
        let mut report = Report { form, body: Held::shelved(body), ..Report::blank(agency, year, None) };
        let (head, head_start) = self.head;
        let parts = Parts { head, head_start, body: "", body_start: 0 };
        // What is wrong with the head is remembered with all else that was found.
        report.head = parse_head(&report.narrative_file(), &parts, &mut Diagnostics::default());
        let link = |(to, range): (&str, _)| Link { to: to.to_owned(), range };
        report.links = self.links.into_iter().map(link).collect();
        report.take_files(files);
        report.fingerprint = self.fingerprint;
        Some(report)
    }
}

impl Body {
    /// Adds the body of a report as it is to be remembered to some bytes.
    pub fn remember(report: &Report, bytes: &mut Vec<u8>) {
        match report.body.bytes() {
            Some(known) => bytes.extend_from_slice(&known),
            None => BodyMemo::of(report.body()).add_to(bytes),
        }
    }

    /// A body that was remembered; `None` when it does not fit the form.
    pub fn recall(bytes: &[u8], agency: &Agency, form: Option<&Form>) -> Option<Self> {
        let memo: BodyMemo<'_> = postcard::from_bytes(bytes).ok()?;
        let mut body = Self::blank(agency, form);
        if body.sheets.len() != memo.sheets.len() {
            return None;
        }
        for (sheet, memo) in body.sheets.iter_mut().zip(memo.sheets) {
            memo.recall(sheet)?;
        }
        body.text = Text::of_parts(memo.text, memo.preface, &memo.passages)?;
        Some(body)
    }
}

impl<'m> BodyMemo<'m> {
    fn of(body: &'m Body) -> Self {
        let (text, preface, passages) = body.text.parts();
        Self { text, preface, passages, sheets: body.sheets.iter().map(SheetMemo::of).collect() }
    }

    /// Adds it to some bytes; where that cannot be done, nothing that could be recalled.
    fn add_to(&self, bytes: &mut Vec<u8>) {
        let _ = postcard::to_io(self, bytes);
    }
}

impl<'m> SheetMemo<'m> {
    fn of(sheet: &'m Sheet) -> Self {
        Self {
            cells: sheet.cells.iter().map(written).collect::<Vec<_>>().into_flattened().into(),
            texts: sheet.texts.iter().map(|text| &**text).collect(),
            rows: Cow::Borrowed(&sheet.rows),
            start: sheet.start,
        }
    }

    /// Fills a blank sheet; `None` when it is another one.
    fn recall(self, sheet: &mut Sheet) -> Option<()> {
        let (cells, rest) = self.cells.as_chunks();
        if cells.len() != sheet.cells.len() || !rest.is_empty() || self.rows.len() != sheet.rows.len() {
            return None;
        }
        for (cell, bytes) in sheet.cells.iter_mut().zip(cells) {
            *cell = read(bytes)?;
        }
        sheet.texts = self.texts.into_iter().map(Into::into).collect();
        sheet.rows = self.rows.into_owned().into();
        sheet.start = self.start;
        Some(())
    }
}
