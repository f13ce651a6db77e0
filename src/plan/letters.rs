//! The characters that can be printed.

use std::collections::BTreeSet;

use super::Paper;
use crate::fingerprint::{Fingerprint, Fingerprinter};

/// The characters that the typefaces of a portal have.
#[derive(Clone, Debug, Default)]
pub struct Letters {
    /// A bit for each.
    bits: Vec<u64>,
    /// What tells these typefaces from others.
    pub fingerprint: Fingerprint,
}

impl Letters {
    /// The characters with these codes, each maybe more than once, in any order.
    pub fn new(codes: impl Iterator<Item = u32>, typefaces: &[Fingerprint]) -> Self {
        let mut bits = Vec::new();
        for code in codes {
            let at = code as usize / 64;
            if at >= bits.len() {
                bits.resize(at + 1, 0);
            }
            bits[at] |= 1 << (code % 64);
        }
        let mut fingerprint = Fingerprinter::new("letters");
        for typeface in typefaces {
            fingerprint.add(*typeface);
        }
        Self { bits, fingerprint: fingerprint.finish() }
    }

    /// The characters of a text that cannot be printed, each once, in order.
    pub fn lacking(&self, text: &str) -> String {
        let has = |c: char| {
            let word = self.bits.get(c as usize / 64).copied().unwrap_or_default();
            c.is_control() || word >> (c as u32 % 64) & 1 == 1
        };
        text.chars().filter(|c| !has(*c)).collect::<BTreeSet<char>>().into_iter().collect()
    }

    /// Whether everything in a document can be printed.
    pub fn can_print(&self, paper: &Paper) -> bool {
        // A view can always be written as JSON.
        self.lacking(&serde_json::to_string(paper).unwrap_or_default()).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Letters;

    #[test]
    fn what_cannot_be_printed_is_named_once() {
        let letters = Letters::new("一二三a".chars().map(u32::from), &[]);
        assert_eq!(letters.lacking("三二一\na"), "");
        assert_eq!(letters.lacking("䶮一䶮b𠮷"), "b䶮𠮷");
    }
}
