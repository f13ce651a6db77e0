//! What is known of a file once it is written: its size and checksum.

use std::fmt::Write as _;
use std::io::{self, Write};

use sha2::{Digest, Sha256};

use crate::plan::Facts;

/// A writer that counts and sums up what goes through it.
pub(in crate::render) struct Measured<'w> {
    out: &'w mut dyn Write,
    hash: Sha256,
    bytes: u64,
}

impl<'w> Measured<'w> {
    pub(in crate::render) fn new(out: &'w mut dyn Write) -> Self {
        Self { out, hash: Sha256::new(), bytes: 0 }
    }

    /// What went through it, of so many records.
    pub(in crate::render) fn facts(self, rows: u64) -> Facts {
        let mut sha256 = String::with_capacity(64);
        for byte in self.hash.finalize() {
            // Writing to a string cannot fail.
            let _ = write!(sha256, "{byte:02x}");
        }
        Facts { rows, bytes: self.bytes, sha256 }
    }
}

impl Write for Measured<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
