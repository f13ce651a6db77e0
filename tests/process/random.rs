//! Chance from a seed: the same numbers on every machine.

/// A row of numbers that look like chance (splitmix64).
pub(crate) struct Random(u64);

impl Random {
    /// The same row for the same seed; another one for each number in `PROCESS_SEED`.
    pub(crate) fn new(seed: u64) -> Self {
        let other = std::env::var("PROCESS_SEED").ok().and_then(|number| number.parse::<u64>().ok());
        Self(seed ^ other.unwrap_or(0) << 32)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}
