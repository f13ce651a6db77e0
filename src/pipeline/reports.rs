//! Reads and checks the reports of a portal, in parallel, remembering what did not change.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::layout::{Layout, ReportFolder};
use super::memory::{Lost, Memory, SHELVES, Shelf, recall, shelf_of};
use super::{Step, add_stamp};
use crate::check;
use crate::diagnostic::{Diagnosed, Diagnostic, Diagnostics, Place};
use crate::document::Settings;
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::model::{Agency, Forms, Portal, Report, read_report};
use crate::path::SourcePath;
use crate::source::SourceTree;

/// What is known of the reports of a portal, from one time they are read to the next.
#[derive(Default)]
pub(super) struct Reports {
    /// Where they are remembered when the program ends.
    pub memory: Option<Arc<dyn Memory>>,
    /// Which of the recalled ones were lost when they were needed.
    pub lost: Lost,
    /// How many were recalled from an earlier run of the program.
    pub recalled: usize,
    read: Arc<Vec<ReadReport>>,
    checked: Vec<CheckedReport>,
    /// The keys of what stands on each shelf of the memory.
    shelves: BTreeMap<usize, Fingerprint>,
}

/// Finished work on a report, with the key of all that went into it.
pub(super) struct OfReport<T> {
    pub agency: Arc<str>,
    pub year: u16,
    pub key: Fingerprint,
    pub done: T,
}

/// What reading a report gave.
pub(super) type ReadReport = OfReport<Arc<Diagnosed<Option<Arc<Report>>>>>;

/// What checking a report gave.
pub(super) type CheckedReport = OfReport<Arc<Diagnostics>>;

/// What reports are read with.
pub(super) struct Reading<'r> {
    pub tree: &'r SourceTree,
    pub settings: &'r Arc<Settings>,
    pub forms: &'r Arc<Forms>,
    pub tell: &'r (dyn Fn(Step) + Sync),
}

/// A report to be read.
pub(super) struct Unread<'r> {
    pub agency: &'r Arc<Agency>,
    pub folder: &'r ReportFolder<'r>,
    /// All that goes into reading it.
    pub key: Fingerprint,
}

impl Reports {
    /// Reads all reports; folders of agencies that are not known are found.
    pub(super) fn read(
        &mut self,
        with: &Reading<'_>,
        layout: &Layout<'_>,
        agencies: &[Arc<Agency>],
        found: &mut Diagnostics,
    ) -> Arc<Vec<ReadReport>> {
        let unread = with.unread(layout, agencies, found);
        if let Some(memory) = self.memory.as_ref().filter(|_| self.read.is_empty()) {
            (self.read, self.checked, self.shelves) = recall(memory, &unread, with, &self.lost);
            self.recalled = self.read.len();
        }
        (with.tell)(Step::Stage("read", unread.len()));
        let before =
            before(&self.read, unread.iter().map(|unread| (unread.folder.agency, unread.folder.year)));
        let read = unread.par_iter().zip(before).map(|(unread, before)| {
            (with.tell)(Step::Done);
            let Unread { agency, folder, key } = unread;
            let done = before.filter(|before| before.key == *key).map(|before| before.done.clone());
            let read = || {
                let read =
                    read_report(with.tree, agency, folder.year, folder.files, with.forms, with.settings);
                Arc::new(Diagnosed::new(read.value.map(Arc::new), read.diagnostics))
            };
            OfReport {
                agency: agency.id.clone(),
                year: folder.year,
                key: *key,
                done: done.unwrap_or_else(read),
            }
        });
        self.read = Arc::new(read.collect());
        Arc::clone(&self.read)
    }

    /// Checks all reports, those from memory whose figures and neighbours did not change.
    pub(super) fn check(&mut self, portal: &Portal, tell: &(dyn Fn(Step) + Sync)) -> Vec<Arc<Diagnostics>> {
        let forms = portal.forms.fingerprint();
        tell(Step::Stage("check", portal.reports.len()));
        let names = || portal.reports.iter().map(|report| (&*report.agency, report.year));
        let (read, before) = (before(&self.read, names()), before(&self.checked, names()));
        let checked = portal.reports.par_iter().zip(read).zip(before).map(|((report, read), before)| {
            tell(Step::Done);
            let mut key = Fingerprinter::new("check");
            key.add(report.fingerprint).add(forms).add(portal.settings.fingerprint);
            key.add(portal.previous(report).map(|older| older.fingerprint).unwrap_or_default());
            let key = key.finish();
            let done = before.filter(|before| before.key == key).map(|before| before.done.clone());
            let check = || {
                let none = Diagnostics::default();
                let reading = read.map_or(&none, |read| &read.done.diagnostics);
                Arc::new(check::check_report(portal, report, reading))
            };
            let (agency, year) = (report.agency.clone(), report.year);
            OfReport { agency, year, key, done: done.unwrap_or_else(check) }
        });
        self.checked = checked.collect();
        // Most reports have no findings: they share the one that says so.
        let none = Arc::new(Diagnostics::default());
        for checked in self.checked.iter_mut().filter(|checked| checked.done.is_empty()) {
            checked.done = Arc::clone(&none);
        }
        self.checked.iter().map(|checked| checked.done.clone()).collect()
    }

    /// Remembers all of it for the next time the program runs, but for what was read of files
    /// that were saved just before: they may have changed since. Only shelves on which
    /// something has changed are written.
    pub(super) fn keep(&mut self, tree: &SourceTree) {
        let Some(memory) = &self.memory else { return };
        let names = self.read.iter().map(|read| (&*read.agency, read.year));
        let mut shelves: Vec<Shelf<'_>> = (0..SHELVES).map(|_| Shelf::default()).collect();
        let fresh = tree.files().iter().filter(|(_, stamp)| !tree.is_settled(*stamp));
        let fresh: Vec<&str> = fresh.map(|(path, _)| path.as_str()).collect();
        let is_fresh = |read: &ReadReport| {
            let folder = format!("content/agencies/{}/{}/", read.agency, read.year);
            let next = fresh.partition_point(|path| *path < folder.as_str());
            fresh.get(next).is_some_and(|path| path.starts_with(&folder))
        };
        for (read, checked) in self.read.iter().zip(before(&self.checked, names)) {
            if fresh.is_empty() || !is_fresh(read) {
                shelves[shelf_of(&read.agency)].add(read, checked);
            }
        }
        let changed = shelves.par_iter().enumerate();
        let written = changed.filter_map(|(number, shelf)| {
            let sum = shelf.sum();
            let is_new = self.shelves.get(&number).map_or(!shelf.is_empty(), |known| *known != sum);
            (is_new && shelf.write(&**memory, number)).then_some((number, sum))
        });
        let written: Vec<_> = written.collect();
        self.shelves.extend(written);
    }

    /// Forgets what was read: whoever reads only once needs the room for other things.
    pub(super) fn forget(&mut self) {
        let (memory, lost) = (self.memory.take(), Arc::clone(&self.lost));
        *self = Self { memory, lost, ..Self::default() };
    }
}

impl<'r> Reading<'r> {
    /// The reports there are, by agency and year.
    fn unread<'l>(
        &self,
        layout: &'l Layout<'_>,
        agencies: &'l [Arc<Agency>],
        found: &mut Diagnostics,
    ) -> Vec<Unread<'l>> {
        let mut context = Fingerprinter::new("report context");
        context.add(self.forms.fingerprint()).add(self.settings.fingerprint);
        let context = context.finish();
        let by_id: BTreeMap<&str, &Arc<Agency>> =
            agencies.iter().map(|agency| (&*agency.id, agency)).collect();
        let mut unread = Vec::with_capacity(layout.reports.len());
        for folder in &layout.reports {
            match by_id.get(folder.agency) {
                Some(agency) => {
                    let mut key = Fingerprinter::new("report folder");
                    key.add(context).add(agency.file.fingerprint);
                    for (path, stamp) in folder.files {
                        add_stamp(key.text(path.as_str()), *stamp);
                    }
                    unread.push(Unread { agency, folder, key: key.finish() });
                }
                None => {
                    let path = SourcePath::new(format!("content/agencies/{}/agency.toml", folder.agency));
                    let diagnostic = Diagnostic::new("agency/missing").fact("id", folder.agency);
                    found.push(diagnostic.at(Place::file(&path)));
                }
            }
        }
        unread.sort_by_key(|unread| (unread.folder.agency, unread.folder.year));
        unread
    }
}

/// What was done on each report of a list before. Both lists are sorted: there may be a great
/// many, so they are gone along side by side.
fn before<'d, T>(
    done: &'d [OfReport<T>],
    names: impl Iterator<Item = (&'d str, u16)>,
) -> Vec<Option<&'d OfReport<T>>> {
    let mut done = done.iter().peekable();
    let find = |name: (&str, u16)| {
        while done.next_if(|one| (&*one.agency, one.year) < name).is_some() {}
        done.next_if(|one| (&*one.agency, one.year) == name)
    };
    names.map(find).collect()
}
