//! What tells, without reading it, that a file has changed.

use std::fs::Metadata;

use serde::{Deserialize, Serialize};

/// What tells, without reading it, that a file has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// Size in bytes.
    pub size: u64,
    /// Time of the last change, in nanoseconds since 1970.
    pub modified: i64,
    /// Which file it is: an atomic save makes a new one.
    pub inode: u64,
}

impl Stamp {
    /// How many bytes one takes.
    pub const SIZE: usize = 24;

    /// As bytes.
    pub fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        bytes[..8].copy_from_slice(&self.size.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.modified.to_le_bytes());
        bytes[16..].copy_from_slice(&self.inode.to_le_bytes());
        bytes
    }

    /// Out of bytes.
    pub fn from_bytes(bytes: &[u8; Self::SIZE]) -> Self {
        let [size, modified, inode] = [0, 8, 16].map(|at| {
            let mut number = [0; 8];
            number.copy_from_slice(&bytes[at..at + 8]);
            u64::from_le_bytes(number)
        });
        Self { size, modified: modified as i64, inode }
    }
}

/// The stamp of a file. On Unix it is the time of the last change of status: unlike the time of
/// modification it cannot be set back.
impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let seconds = metadata.ctime().saturating_mul(1_000_000_000);
            let modified = seconds.saturating_add(metadata.ctime_nsec());
            Self { size: metadata.len(), modified, inode: metadata.ino() }
        }
        #[cfg(not(unix))]
        {
            let modified = metadata.modified().ok();
            let modified = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
            Self { size: metadata.len(), modified: modified.map_or(0, |t| t.as_nanos() as i64), inode: 0 }
        }
    }
}
