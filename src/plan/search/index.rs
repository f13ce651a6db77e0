//! Which reports and agencies a term occurs in.
//!
//! Reports are read in batches, one batch per thread at a time: their texts are taken apart
//! into one sorted list of numbers, which is then appended to what is known. Nothing but
//! the packed lists outlives a batch.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::terms::take_apart;

/// How many bits a character takes in a pair.
const CHARACTER: u32 = 21;
/// How many bits the place of a text in its batch takes.
const PLACE: u32 = 10;
/// How many texts are read at a time by one thread.
const BATCH: usize = 1 << PLACE;

/// The numbers of what a term occurs in, rising, as differences, in the letters of a URL.
#[derive(Default)]
pub(super) struct List {
    packed: Vec<u8>,
    next: u32,
}

impl List {
    /// Adds a number that is larger than all before.
    pub(super) fn push(&mut self, number: u32) {
        pack(number - self.next, &mut self.packed);
        self.next = number + 1;
    }

    /// The list as text.
    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.packed).unwrap_or_default()
    }
}

/// Writes a number in digits of five bits, the lowest first; the sixth bit says that more
/// follow.
pub(super) fn pack(mut number: u32, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    loop {
        let digit = number as usize & 31;
        number >>= 5;
        let more = if number > 0 { 32 } else { 0 };
        out.push(DIGITS[digit + more]);
        if number == 0 {
            return;
        }
    }
}

/// What a text is found by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    /// Two characters, in one number.
    Pair(u64),
    /// A run.
    Word(Arc<str>),
}

impl Term {
    /// Writes it as the script asks for it.
    pub(super) fn push_to(&self, out: &mut String) {
        match self {
            Self::Pair(pair) => out.extend(characters(*pair)),
            Self::Word(word) => out.push_str(word),
        }
    }
}

/// The lists of one kind of thing.
#[derive(Default)]
pub(super) struct Index {
    pairs: Vec<(u64, List)>,
    words: BTreeMap<Arc<str>, List>,
}

/// What was met in a batch, sorted: pairs with the places of the texts they stand in, two in
/// one number, and words with the numbers of the texts.
#[derive(Default)]
struct Met {
    start: u32,
    pairs: Vec<u64>,
    words: Vec<(Box<str>, u32)>,
}

impl Index {
    /// Takes `count` texts apart; `text` writes the text of a number to its second argument.
    pub(super) fn of_texts(count: usize, text: impl Fn(usize, &mut String) + Sync) -> Self {
        let mut index = Self::default();
        let starts: Vec<usize> = (0..count).step_by(BATCH).collect();
        let read = |start: usize| Met::of_texts(start..(start + BATCH).min(count), &text);
        let read = &read;
        for some in starts.chunks(rayon::current_num_threads().max(1)) {
            // Threads of its own: one that waits must not take up other work.
            std::thread::scope(|scope| {
                let (first, others) = (some[0], &some[1..]);
                let others: Vec<_> = others.iter().map(|start| scope.spawn(|| read(*start))).collect();
                index.append(read(first));
                for other in others {
                    index.append(other.join().unwrap_or_default());
                }
            });
        }
        index
    }

    /// Adds a term that is no part of a text.
    pub(super) fn add(&mut self, term: &str, number: u32) {
        push_word(&mut self.words, term, number);
    }

    /// Adds the terms of a batch to what is known.
    fn append(&mut self, met: Met) {
        let known = std::mem::take(&mut self.pairs);
        self.pairs.reserve(known.len());
        let mut known = known.into_iter().peekable();
        for same in met.pairs.chunk_by(|a, b| a >> PLACE == b >> PLACE) {
            let pair = same[0] >> PLACE;
            while let Some(other) = known.next_if(|(other, _)| *other < pair) {
                self.pairs.push(other);
            }
            let list = known.next_if(|(other, _)| *other == pair);
            let mut list = list.map(|(_, list)| list).unwrap_or_default();
            let places = same.iter().map(|one| (one & (BATCH as u64 - 1)) as u32);
            places.for_each(|place| list.push(met.start + place));
            self.pairs.push((pair, list));
        }
        self.pairs.extend(known);
        for (word, number) in met.words {
            push_word(&mut self.words, &word, number);
        }
    }

    /// The lists by term, in no order.
    pub(super) fn into_lists(self) -> impl Iterator<Item = (Term, List)> {
        let words = self.words.into_iter().map(|(word, list)| (Term::Word(word), list));
        self.pairs.into_iter().map(|(pair, list)| (Term::Pair(pair), list)).chain(words)
    }
}

impl Met {
    fn of_texts(numbers: std::ops::Range<usize>, text: impl Fn(usize, &mut String)) -> Self {
        let start = u32::try_from(numbers.start).unwrap_or(u32::MAX);
        let mut met = Self { start, ..Self::default() };
        let mut buffer = String::new();
        for (place, number) in numbers.enumerate() {
            buffer.clear();
            text(number, &mut buffer);
            let pair = |a, b| {
                let pair = u64::from(a as u32) << CHARACTER | u64::from(b as u32);
                met.pairs.push(pair << PLACE | place as u64);
            };
            take_apart(&buffer, pair, |word| met.words.push((word.into(), start + place as u32)));
        }
        met.pairs.sort_unstable();
        met.pairs.dedup();
        met.words.sort_unstable();
        met.words.dedup();
        met
    }
}

fn push_word(words: &mut BTreeMap<Arc<str>, List>, word: &str, number: u32) {
    match words.get_mut(word) {
        // A term may be met twice in one text.
        Some(list) if list.next == number + 1 => {}
        Some(list) => list.push(number),
        None => words.entry(word.into()).or_default().push(number),
    }
}

/// The characters of a pair.
fn characters(pair: u64) -> [char; 2] {
    let low = (1 << CHARACTER) - 1;
    [pair >> CHARACTER, pair & low].map(|c| char::from_u32(c as u32).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_packed_in_digits() {
        let packed = |numbers: &[u32]| {
            let mut list = List::default();
            numbers.iter().for_each(|number| list.push(*number));
            list.as_str().to_owned()
        };
        assert_eq!(packed(&[0, 1, 2]), "AAA");
        assert_eq!(packed(&[31, 64]), "fgB");
    }

    #[test]
    fn batches_join_into_one_list() {
        let count = BATCH * 2 + 3;
        let write = |number: usize, out: &mut String| {
            out.push_str(if number % BATCH == 1 { "公开公开 x1 x1" } else { "申请" });
        };
        let lists: Vec<_> = Index::of_texts(count, write).into_lists().collect();
        let text = |term: &Term| {
            let mut text = String::new();
            term.push_to(&mut text);
            text
        };
        let find = |wanted: &str| {
            let found = lists.iter().find(|(term, _)| text(term) == wanted);
            found.map(|(_, list)| list.as_str())
        };
        assert_eq!(find("公开"), Some("B_f_f"));
        assert_eq!(find("x1"), find("公开"));
        assert_eq!(find("开公"), find("公开"));
        assert_eq!(find("请申"), None);
    }
}
