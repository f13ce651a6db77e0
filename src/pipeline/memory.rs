//! What reading and checking the reports gave, as it is remembered when the program ends.
//!
//! The reports stand on shelves, those of an agency together, so that a change of one means
//! writing a small part of all. A shelf has a list of what stands on it, each report with the
//! key of all that went into it: what does not fit any more is passed over. The bodies of the
//! reports stay on their shelf until someone asks for them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::reports::{CheckedReport, OfReport, ReadReport, Reading, Unread};
use crate::diagnostic::{Diagnosed, Diagnostic, Diagnostics, Place};
use crate::document::Settings;
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::model::{Agency, Body, Forms, Memo, Report, Shelved, read_report};
use crate::source::SourceTree;

/// Where reports are remembered from one run of the program to the next.
pub trait Memory: Send + Sync {
    /// The list of a shelf, as it was written by this very program; `None` when there is no
    /// such shelf, or its list is damaged.
    fn list(&self, shelf: usize) -> Option<Vec<u8>>;

    /// A part of what stands on a shelf; `None` when it has no such part. It may be damaged.
    fn part(&self, shelf: usize, at: Range<u64>) -> Option<Vec<u8>>;

    /// Puts other things on a shelf, with a list of them; says whether that worked.
    fn write(&self, shelf: usize, things: &[u8], list: &[u8]) -> bool;
}

/// How many shelves there are.
pub(super) const SHELVES: usize = 256;

/// A report as it stands on the list of a shelf.
#[derive(Serialize, Deserialize)]
struct Entry<'m> {
    /// All that goes into reading it.
    key: Fingerprint,
    /// What was found when it was read.
    found: Cow<'m, Diagnostics>,
    #[serde(borrow)]
    report: Option<Memo<'m>>,
    /// Where its body stands on the shelf, and what its bytes come to.
    body: (Range<u64>, Fingerprint),
    /// What was found when it was checked, with the key of all that goes into that.
    checked: Option<(Fingerprint, Cow<'m, Diagnostics>)>,
}

/// The reports of one shelf, as they were read and checked.
#[derive(Default)]
pub(super) struct Shelf<'m>(Vec<(&'m ReadReport, Option<&'m CheckedReport>)>);

/// On which shelf the reports of an agency stand.
pub(super) fn shelf_of(agency: &str) -> usize {
    (Fingerprint::of(agency.as_bytes()).0 % SHELVES as u128) as usize
}

impl<'m> Shelf<'m> {
    pub(super) fn add(&mut self, read: &'m ReadReport, checked: Option<&'m CheckedReport>) {
        self.0.push((read, checked));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys of all that stands there.
    pub(super) fn sum(&self) -> Fingerprint {
        sum(self.0.iter().map(|(read, checked)| (read.key, checked.map(|checked| checked.key))))
    }

    /// Puts it all on a shelf of the memory; says whether that worked.
    pub(super) fn write(&self, memory: &dyn Memory, number: usize) -> bool {
        let mut bodies = Vec::new();
        let entries: Vec<_> =
            self.0.iter().map(|(read, checked)| Entry::of(read, *checked, &mut bodies)).collect();
        postcard::to_allocvec(&entries).is_ok_and(|list| memory.write(number, &bodies, &list))
    }
}

/// The keys of all that stands on a shelf.
fn sum(keys: impl Iterator<Item = (Fingerprint, Option<Fingerprint>)>) -> Fingerprint {
    let mut sum = Fingerprinter::new("shelf");
    for (read, checked) in keys {
        sum.add(read).add(checked.unwrap_or_default());
    }
    sum.finish()
}

/// The reports whose bodies could neither be fetched nor made anew.
pub(super) type Lost = Arc<Mutex<Diagnostics>>;

/// What the bodies of reports are fetched with.
struct Fetching {
    memory: Arc<dyn Memory>,
    tree: SourceTree,
    forms: Arc<Forms>,
    settings: Arc<Settings>,
    lost: Lost,
}

/// Where the body of a report stands.
struct Shelving {
    with: Arc<Fetching>,
    agency: Arc<Agency>,
    shelf: usize,
    at: Range<u64>,
    sum: Fingerprint,
}

impl Shelved for Shelving {
    fn fetch(&self, report: &Report) -> Body {
        let form = report.form.as_deref();
        let fetched = self.bytes().and_then(|bytes| Body::recall(&bytes, &self.agency, form));
        fetched.or_else(|| self.make(report)).unwrap_or_else(|| {
            let lost = Diagnostic::new("report/lost").at(Place::file(&report.narrative_file()));
            self.with.lost.lock().unwrap_or_else(PoisonError::into_inner).push(lost);
            Body::blank(&self.agency, form)
        })
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        let bytes = self.with.memory.part(self.shelf, self.at.clone())?;
        (Fingerprint::of(&bytes) == self.sum).then_some(bytes)
    }
}

impl Shelving {
    /// Reads a report again whose shelf was damaged or written anew; `None` when its sources
    /// have changed too.
    fn make(&self, report: &Report) -> Option<Body> {
        let Fetching { tree, forms, settings, .. } = &*self.with;
        let files = tree.under(&format!("{}/", report.folder()));
        let read = read_report(tree, &self.agency, report.year, files, forms, settings).value?;
        (read.fingerprint == report.fingerprint).then(|| read.into_body())
    }
}

/// What is remembered of reports.
type Recalled = (Arc<Vec<ReadReport>>, Vec<CheckedReport>, BTreeMap<usize, Fingerprint>);

/// Recalls the reports of which nothing has changed, and the keys of each shelf.
pub(super) fn recall(
    memory: &Arc<dyn Memory>,
    unread: &[Unread<'_>],
    with: &Reading<'_>,
    lost: &Lost,
) -> Recalled {
    let mut shelves: Vec<Vec<usize>> = vec![Vec::new(); SHELVES];
    for (at, report) in unread.iter().enumerate() {
        shelves[shelf_of(&report.agency.id)].push(at);
    }
    let fetching = Arc::new(Fetching {
        memory: Arc::clone(memory),
        tree: with.tree.clone(),
        forms: Arc::clone(with.forms),
        settings: Arc::clone(with.settings),
        lost: Arc::clone(lost),
    });
    let recalled = shelves.par_iter().enumerate().filter_map(|(number, wanted)| {
        let bytes = if wanted.is_empty() { None } else { memory.list(number) }?;
        let entries: Vec<Entry<'_>> = postcard::from_bytes(&bytes).ok()?;
        let keys = |entry: &Entry<'_>| (entry.key, entry.checked.as_ref().map(|(key, _)| *key));
        let sum = sum(entries.iter().map(keys));
        let wanted: BTreeMap<Fingerprint, usize> = wanted.iter().map(|at| (unread[*at].key, *at)).collect();
        let fits = |entry: Entry<'_>| {
            let at = *wanted.get(&entry.key)?;
            Some((at, entry.recall(&unread[at], number, &fetching)?))
        };
        Some((number, sum, entries.into_iter().filter_map(fits).collect::<Vec<_>>()))
    });
    let recalled: Vec<_> = recalled.collect();
    let sums = recalled.iter().map(|(number, sum, _)| (*number, *sum)).collect();
    // In the order in which they are read.
    let mut known: Vec<Option<Known>> = unread.iter().map(|_| None).collect();
    for (at, report) in recalled.into_iter().flat_map(|(.., reports)| reports) {
        known[at] = Some(report);
    }
    let (read, checked): (Vec<_>, Vec<_>) = known.into_iter().flatten().unzip();
    (Arc::new(read), checked.into_iter().flatten().collect(), sums)
}

/// A report that was read before, and perhaps checked.
type Known = (ReadReport, Option<CheckedReport>);

impl<'m> Entry<'m> {
    /// The entry of a report whose body comes behind the others.
    fn of(read: &'m ReadReport, checked: Option<&'m CheckedReport>, bodies: &mut Vec<u8>) -> Self {
        let report = read.done.value.as_deref();
        let start = bodies.len();
        report.into_iter().for_each(|report| Body::remember(report, bodies));
        let body = (start as u64..bodies.len() as u64, Fingerprint::of(&bodies[start..]));
        Self {
            key: read.key,
            found: Cow::Borrowed(&read.done.diagnostics),
            report: report.map(Memo::of),
            body,
            checked: checked.map(|checked| (checked.key, Cow::Borrowed(&*checked.done))),
        }
    }

    /// The report as it was; `None` when there is no such form any more.
    fn recall(self, unread: &Unread<'_>, shelf: usize, with: &Arc<Fetching>) -> Option<Known> {
        let Unread { agency, folder, .. } = unread;
        let (at, sum) = self.body;
        let body = Shelving { with: Arc::clone(with), agency: Arc::clone(agency), shelf, at, sum };
        let report = match self.report {
            Some(memo) => {
                let report = memo.recall(agency, folder.year, folder.files, &with.forms, Box::new(body))?;
                Some(Arc::new(report))
            }
            None => None,
        };
        let checked = self.checked.map(|(key, found)| of(unread, key, Arc::new(found.into_owned())));
        let read = Arc::new(Diagnosed::new(report, self.found.into_owned()));
        Some((of(unread, self.key, read), checked))
    }
}

fn of<T>(unread: &Unread<'_>, key: Fingerprint, done: T) -> OfReport<T> {
    OfReport { agency: unread.agency.id.clone(), year: unread.folder.year, key, done }
}
