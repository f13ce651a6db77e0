//! Reports that were read, as they are remembered beside the portal.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::sealed;
use crate::pipeline::{Memory, Pipeline};

/// A folder with a file for each shelf. It may be deleted at any time.
struct Shelves(PathBuf);

/// A pipeline that recalls the reports of a portal as they were last kept. Whoever may write
/// keeps them again.
pub(super) fn pipeline(root: &Path, drafts: bool) -> Pipeline {
    let mut pipeline = Pipeline::new(drafts);
    pipeline.remember_in(Shelves(root.join(".gongkai/reports")));
    pipeline
}

impl Shelves {
    fn path(&self, shelf: usize) -> PathBuf {
        self.0.join(format!("{shelf:03}"))
    }
}

impl Memory for Shelves {
    fn list(&self, shelf: usize) -> Option<Vec<u8>> {
        sealed::read(&self.path(shelf))
    }

    fn part(&self, shelf: usize, at: Range<u64>) -> Option<Vec<u8>> {
        sealed::part(&self.path(shelf), at)
    }

    fn write(&self, shelf: usize, things: &[u8], list: &[u8]) -> bool {
        // On a disk that cannot be written to, nothing is remembered.
        let made = std::fs::create_dir_all(&self.0);
        made.and_then(|()| sealed::write(&self.path(shelf), things, &[list])).is_ok()
    }
}
