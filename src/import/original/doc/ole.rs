//! The container of legacy office files: streams in sectors chained by tables. Every chain is followed with a
//! bound, so that a broken or malicious file ends instead of turning in circles.

use crate::import::limits::{self, Refusal};

const END: u32 = 0xffff_fffa;

/// An open container.
pub(super) struct Ole<'a> {
    bytes: &'a [u8],
    sector: usize,
    mini_sector: usize,
    mini_cutoff: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    is_stream: bool,
    start: u32,
    size: usize,
}

/// Two bytes, little end first; zero past the end.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    match bytes.get(at..at.saturating_add(2)) {
        Some([low, high]) => u16::from_le_bytes([*low, *high]),
        _ => 0,
    }
}

/// Four bytes, little end first; zero past the end.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at.saturating_add(2))) << 16
}

impl<'a> Ole<'a> {
    /// Opens a container.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let shift = u16_at(bytes, 0x1e);
        if !matches!(shift, 9 | 12) || bytes.len() < 1536 {
            return Err(Refusal::Damaged);
        }
        let mini_sector = 1usize << u16_at(bytes, 0x20).min(12);
        let mut ole = Self {
            bytes,
            sector: 1 << shift,
            mini_sector,
            mini_cutoff: u32_at(bytes, 0x38) as usize,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini: Vec::new(),
            entries: Vec::new(),
        };
        ole.read_fat();
        let directory = ole.chain(u32_at(bytes, 0x30), usize::MAX);
        ole.entries = directory.chunks_exact(128).take(limits::ENTRIES).map(entry).collect();
        let mini_fat = ole.chain(u32_at(bytes, 0x3c), usize::MAX);
        ole.mini_fat = (0..mini_fat.len() / 4).map(|at| u32_at(&mini_fat, at * 4)).collect();
        let root = ole.entries.first().map(|root| (root.start, root.size));
        let Some((start, size)) = root else { return Err(Refusal::Damaged) };
        ole.mini = ole.chain(start, size);
        Ok(ole)
    }

    /// Whether there is a stream of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.is_stream && entry.name == name)
    }

    /// The bytes of a stream.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.iter().find(|entry| entry.is_stream && entry.name == name)?;
        let mut bytes = if entry.size < self.mini_cutoff {
            self.mini_chain(entry.start, entry.size)
        } else {
            self.chain(entry.start, entry.size)
        };
        bytes.truncate(entry.size);
        Some(bytes)
    }

    fn sector(&self, number: u32) -> &'a [u8] {
        let start = (number as usize).saturating_add(1).saturating_mul(self.sector);
        let end = start.saturating_add(self.sector).min(self.bytes.len());
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn read_fat(&mut self) {
        let mut sectors: Vec<u32> = (0..109).map(|at| u32_at(self.bytes, 0x4c + at * 4)).collect();
        let mut next = u32_at(self.bytes, 0x44);
        let most = self.bytes.len() / self.sector + 1;
        for _ in 0..most.min(u32_at(self.bytes, 0x48) as usize) {
            if next >= END {
                break;
            }
            let more = self.sector(next);
            let last = self.sector / 4 - 1;
            sectors.extend((0..last).map(|at| u32_at(more, at * 4)));
            next = u32_at(more, last * 4);
        }
        for number in sectors.into_iter().filter(|number| *number < END).take(most) {
            let sector = self.sector(number);
            self.fat.extend((0..sector.len() / 4).map(|at| u32_at(sector, at * 4)));
        }
    }

    /// The bytes of a chain of sectors, up to a size.
    fn chain(&self, start: u32, size: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut next = start;
        for _ in 0..=self.bytes.len() / self.sector {
            if next >= END || bytes.len() >= size {
                break;
            }
            let sector = self.sector(next);
            if sector.is_empty() {
                break;
            }
            bytes.extend_from_slice(sector);
            next = self.fat.get(next as usize).copied().unwrap_or(END);
        }
        bytes
    }

    fn mini_chain(&self, start: u32, size: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut next = start;
        for _ in 0..=self.mini.len() / self.mini_sector {
            if next >= END || bytes.len() >= size {
                break;
            }
            let from = (next as usize).saturating_mul(self.mini_sector);
            let Some(sector) = self.mini.get(from..(from + self.mini_sector).min(self.mini.len())) else {
                break;
            };
            bytes.extend_from_slice(sector);
            next = self.mini_fat.get(next as usize).copied().unwrap_or(END);
        }
        bytes
    }
}

fn entry(bytes: &[u8]) -> Entry {
    let length = usize::from(u16_at(bytes, 0x40)).saturating_sub(2).min(62);
    let name = encoding_rs::UTF_16LE.decode_without_bom_handling(&bytes[..length]).0.into_owned();
    Entry {
        name,
        is_stream: bytes[0x42] == 2,
        start: u32_at(bytes, 0x74),
        size: u32_at(bytes, 0x78) as usize,
    }
}
