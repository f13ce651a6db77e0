//! What reading and checking the reports gave, as it is remembered when the program ends.
//!
//! The reports stand on shelves, those of an agency together, so that a change of one means
//! writing a small part of all. Each stands there with the key of all that went into it: what
//! does not fit any more is passed over.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::reports::{CheckedReport, OfReport, ReadReport, Unread};
use crate::diagnostic::{Diagnosed, Diagnostics};
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::model::{Forms, Memo};

/// Where reports are remembered from one run of the program to the next.
pub trait Memory: Send + Sync {
    /// What stands on a shelf, as it was written by this very program; `None` when there is
    /// no such shelf, or it is damaged.
    fn read(&self, shelf: usize) -> Option<Vec<u8>>;

    /// Puts other things on a shelf; says whether that worked.
    fn write(&self, shelf: usize, bytes: &[u8]) -> bool;
}

/// How many shelves there are.
pub(super) const SHELVES: usize = 256;

/// A report as it stands on a shelf.
#[derive(Serialize, Deserialize)]
struct Entry<'m> {
    /// All that goes into reading it.
    key: Fingerprint,
    /// What was found when it was read.
    found: Cow<'m, Diagnostics>,
    #[serde(borrow)]
    report: Option<Memo<'m>>,
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

    /// As bytes; none when they cannot be made.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let entries: Vec<_> = self.0.iter().map(|(read, checked)| Entry::of(read, *checked)).collect();
        postcard::to_allocvec(&entries).unwrap_or_default()
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

/// What is remembered of reports.
type Recalled = (Arc<Vec<ReadReport>>, Vec<CheckedReport>, BTreeMap<usize, Fingerprint>);

/// Recalls the reports of which nothing has changed, and the keys of each shelf.
pub(super) fn recall(memory: &dyn Memory, unread: &[Unread<'_>], forms: &Forms) -> Recalled {
    let mut shelves: BTreeMap<usize, BTreeMap<Fingerprint, &Unread<'_>>> = BTreeMap::new();
    for report in unread {
        shelves.entry(shelf_of(&report.agency.id)).or_default().insert(report.key, report);
    }
    let recalled = shelves.par_iter().filter_map(|(number, wanted)| {
        let bytes = memory.read(*number)?;
        let entries: Vec<Entry<'_>> = postcard::from_bytes(&bytes).ok()?;
        let keys = |entry: &Entry<'_>| (entry.key, entry.checked.as_ref().map(|(key, _)| *key));
        let sum = sum(entries.iter().map(keys));
        let fits = |entry: Entry<'_>| wanted.get(&entry.key).and_then(|unread| entry.recall(unread, forms));
        Some((*number, sum, entries.into_iter().filter_map(fits).collect::<Vec<_>>()))
    });
    let (mut read, mut checked, mut sums) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (number, sum, reports) in recalled.collect::<Vec<_>>() {
        sums.insert(number, sum);
        for (one, check) in reports {
            read.push(one);
            checked.extend(check);
        }
    }
    read.sort_unstable_by(|a, b| (&a.agency, a.year).cmp(&(&b.agency, b.year)));
    checked.sort_unstable_by(|a, b| (&a.agency, a.year).cmp(&(&b.agency, b.year)));
    (Arc::new(read), checked, sums)
}

/// A report that was read before, and perhaps checked.
type Known = (ReadReport, Option<CheckedReport>);

impl<'m> Entry<'m> {
    fn of(read: &'m ReadReport, checked: Option<&'m CheckedReport>) -> Self {
        Self {
            key: read.key,
            found: Cow::Borrowed(&read.done.diagnostics),
            report: read.done.value.as_deref().map(Memo::of),
            checked: checked.map(|checked| (checked.key, Cow::Borrowed(&*checked.done))),
        }
    }

    /// The report as it was; `None` when it does not fit its form.
    fn recall(self, unread: &Unread<'_>, forms: &Forms) -> Option<Known> {
        let Unread { agency, folder, .. } = unread;
        let report = match self.report {
            Some(memo) => Some(Arc::new(memo.recall(agency, folder.year, folder.files, forms)?)),
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
