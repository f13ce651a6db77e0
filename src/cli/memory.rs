//! Reports that were read, as they are remembered beside the portal.

use std::path::{Path, PathBuf};

use super::sealed;
use crate::pipeline::Memory;

/// A folder with a file for each shelf. It may be deleted at any time.
pub(super) struct Shelves(PathBuf);

impl Shelves {
    /// The shelves of a portal.
    pub(super) fn of(root: &Path) -> Self {
        Self(root.join(".gongkai/reports"))
    }

    fn path(&self, shelf: usize) -> PathBuf {
        self.0.join(format!("{shelf:03}"))
    }
}

impl Memory for Shelves {
    fn read(&self, shelf: usize) -> Option<Vec<u8>> {
        sealed::read(&self.path(shelf))
    }

    fn write(&self, shelf: usize, bytes: &[u8]) -> bool {
        // On a disk that cannot be written to, nothing is remembered.
        let made = std::fs::create_dir_all(&self.0);
        made.and_then(|()| sealed::write(&self.path(shelf), |out| out.write_all(bytes))).is_ok()
    }
}
