//! A report as it is remembered when the program ends: all that took time to read. What is
//! quick to find, its head and the files beside it, is read again.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::agency::Agency;
use super::forms::Forms;
use super::prose::{Prose, Text};
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
    form: Option<Cow<'m, str>>,
    /// The front matter, and where it begins.
    head: (Cow<'m, str>, usize),
    preface: Cow<'m, str>,
    /// Section, heading, HTML.
    prose: Vec<(Option<usize>, Cow<'m, str>, Cow<'m, str>)>,
    links: Vec<(Cow<'m, str>, Range<usize>)>,
    sheets: Vec<SheetMemo<'m>>,
    fingerprint: Fingerprint,
}

/// A sheet as it is remembered.
#[derive(Serialize, Deserialize)]
struct SheetMemo<'m> {
    /// Digits, decimals, state; where it is written and how long.
    cells: Vec<(i64, u8, u8, u32, u16)>,
    texts: Vec<Cow<'m, str>>,
    rows: Cow<'m, [(u32, u32)]>,
    start: Range<usize>,
}

/// The states of a cell, by the number they are remembered by.
const STATES: [State; 5] = [State::Blank, State::NotApplicable, State::Number, State::Derived, State::Text];

impl<'m> Memo<'m> {
    /// What is to be remembered of a report.
    pub fn of(report: &'m Report) -> Self {
        let prose = report.prose();
        Self {
            form: report.form.as_ref().map(|form| Cow::Borrowed(&*form.id)),
            head: (Cow::Borrowed(&report.head.text), report.head.start),
            preface: Cow::Borrowed(report.preface()),
            prose: prose.map(|one| (one.section, one.heading.into(), one.html.into())).collect(),
            links: report.links.iter().map(|link| (link.to.as_str().into(), link.range.clone())).collect(),
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
        let form = match &self.form {
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
        let (text, start) = &self.head;
        let parts = Parts { head: text, head_start: *start, body: "", body_start: 0 };
        // What is wrong with the head is remembered with all else that was found.
        report.head = parse_head(&report.narrative_file(), &parts, &mut Diagnostics::default());
        let prose =
            self.prose.iter().map(|(section, heading, html)| Prose { section: *section, heading, html });
        report.text = Text::new(&self.preface, &prose.collect::<Vec<_>>());
        let link = |(to, range): (Cow<'_, str>, _)| Link { to: to.into_owned(), range };
        report.links = self.links.into_iter().map(link).collect();
        report.take_files(files);
        report.fingerprint = self.fingerprint;
        Some(report)
    }
}

impl<'m> SheetMemo<'m> {
    fn of(sheet: &'m Sheet) -> Self {
        let number = |state| STATES.iter().position(|known| *known == state).unwrap_or(0) as u8;
        let cell = |cell: &Cell| (cell.digits, cell.decimals, number(cell.state), cell.start, cell.length);
        Self {
            cells: sheet.cells.iter().map(cell).collect(),
            texts: sheet.texts.iter().map(|text| Cow::Borrowed(&**text)).collect(),
            rows: Cow::Borrowed(&sheet.rows),
            start: sheet.start.clone(),
        }
    }

    /// Fills a blank sheet; `None` when it is another one.
    fn recall(self, sheet: &mut Sheet) -> Option<()> {
        if self.cells.len() != sheet.cells.len() || self.rows.len() != sheet.rows.len() {
            return None;
        }
        for (cell, (digits, decimals, state, start, length)) in sheet.cells.iter_mut().zip(self.cells) {
            let state = *STATES.get(usize::from(state))?;
            *cell = Cell { digits, decimals, state, start, length };
        }
        sheet.texts = self.texts.into_iter().map(Into::into).collect();
        sheet.rows = self.rows.into_owned().into();
        sheet.start = self.start;
        Some(())
    }
}
