//! Stable 128-bit hashes of values: the keys of everything that is remembered.

use std::fmt;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

/// A 128-bit hash of a value, salted with the crate version, so that another
/// version of the program never trusts what this one remembered. It is packed like two smaller
/// numbers: what holds one, by the million, would be a third larger.
#[repr(Rust, packed(8))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Fingerprint(pub u128);

impl Fingerprint {
    /// The first eight digits: enough to tell one state of a file from another in its address.
    pub fn mark(self) -> String {
        format!("{self}")[..8].to_owned()
    }

    /// How many bytes one takes.
    pub const SIZE: usize = 16;

    /// As bytes.
    pub fn to_bytes(self) -> [u8; Self::SIZE] {
        self.0.to_le_bytes()
    }

    /// Out of bytes.
    pub fn from_bytes(bytes: &[u8; Self::SIZE]) -> Self {
        Self(u128::from_le_bytes(*bytes))
    }

    /// The fingerprint of plain bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Fingerprinter::new("bytes");
        hasher.bytes(bytes);
        hasher.finish()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", { self.0 })
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Collects the parts of a value, in order, into one fingerprint.
pub struct Fingerprinter(Xxh3);

impl Fingerprinter {
    /// Starts a fingerprint for one kind of value; the kind keeps equal parts of
    /// unlike things apart.
    pub fn new(kind: &str) -> Self {
        let mut hasher = Self(Xxh3::new());
        hasher.text(env!("CARGO_PKG_VERSION"));
        hasher.text(kind);
        hasher
    }

    /// Adds bytes, with their length, so that neighbours cannot run into each other.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds a piece of bytes that run on into the next piece.
    pub fn piece(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(bytes);
        self
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.0.update(&number.to_le_bytes());
        self
    }

    /// Adds the fingerprint of another value.
    pub fn add(&mut self, other: Fingerprint) -> &mut Self {
        self.0.update(&other.0.to_le_bytes());
        self
    }

    /// The fingerprint of all that was added.
    pub fn finish(&self) -> Fingerprint {
        Fingerprint(self.0.digest128())
    }
}
