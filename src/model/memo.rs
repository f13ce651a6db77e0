//! A report as it is remembered when the program ends: all that took time to read. What is
//! quick to find, its head and the files beside it, is read again.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::agency::Agency;
use super::forms::Forms;
use super::prose::{Passage, Text};
use super::report::Report;
use super::sheet::{Cell, Sheet, State};
use crate::diagnostic::Diagnostics;
use crate::document::{Link, Parts, parse_head};
use crate::fingerprint::Fingerprint;
use crate::path::SourcePath;
use crate::source::Stamp;

/// A report as it is remembered.
#[derive(Serialize, Deserialize)]
pub struct Memo<'m> {
    form: Option<&'m str>,
    /// The front matter, and where it begins.
    head: (&'m str, usize),
    /// The prose, where the preface ends, and the passages.
    #[serde(with = "serde_bytes")]
    text: &'m [u8],
    preface: usize,
    passages: Vec<Passage>,
    #[serde(borrow)]
    links: Vec<(&'m str, Range<usize>)>,
    #[serde(borrow)]
    sheets: Vec<SheetMemo<'m>>,
    fingerprint: Fingerprint,
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
    start: Range<usize>,
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
        let (text, preface, passages) = report.text.parts();
        Self {
            form: report.form.as_ref().map(|form| &*form.id),
            head: (&report.head.text, report.head.start),
            text,
            preface,
            passages,
            links: report.links.iter().map(|link| (link.to.as_str(), link.range.clone())).collect(),
            sheets: report.sheets.iter().map(SheetMemo::of).collect(),
            fingerprint: report.fingerprint,
        }
    }

    /// The report that was remembered, with the files that lie in its folder; `None` when it
    /// does not fit the form it names.
    pub fn recall(
        self,
        agency: &Agency,
        year: u16,
        files: &[(SourcePath, Stamp)],
        forms: &Forms,
    ) -> Option<Report> {
        let form = match self.form {
            Some(id) => Some(forms.get(id)?.clone()),
            None => None,
        };
        let mut report = Report::blank(agency, year, form);
        if report.sheets.len() != self.sheets.len() {
            return None;
        }
        for (sheet, memo) in report.sheets.iter_mut().zip(self.sheets) {
            memo.recall(sheet)?;
        }
        let (head, head_start) = self.head;
        let parts = Parts { head, head_start, body: "", body_start: 0 };
        // What is wrong with the head is remembered with all else that was found.
        report.head = parse_head(&report.narrative_file(), &parts, &mut Diagnostics::default());
        report.text = Text::of_parts(self.text, self.preface, &self.passages)?;
        let link = |(to, range): (&str, _)| Link { to: to.to_owned(), range };
        report.links = self.links.into_iter().map(link).collect();
        report.take_files(files);
        report.fingerprint = self.fingerprint;
        Some(report)
    }
}

impl<'m> SheetMemo<'m> {
    fn of(sheet: &'m Sheet) -> Self {
        Self {
            cells: sheet.cells.iter().flat_map(written).collect(),
            texts: sheet.texts.iter().map(|text| &**text).collect(),
            rows: Cow::Borrowed(&sheet.rows),
            start: sheet.start.clone(),
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
