//! What differs between two texts: sentences first, then the words within sentences that are
//! much alike. What two sentences begin and end with alike is passed over before that, so this
//! stays cheap for a whole portal.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use xxhash_rust::xxh3::xxh3_64;

/// A stretch of text: what both have, then what only the one before and only the one after
/// has. Any of them may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run<'t> {
    pub same: &'t str,
    pub deleted: &'t str,
    pub inserted: &'t str,
}

/// Sentences that differ in more pieces than this are not looked into.
const LONG: usize = 240;
/// Within a sentence, what is equal in less than this many characters counts as changed.
const SPECK: usize = 2;

/// Two texts, and where they differ.
#[derive(Clone, Copy)]
struct Both<'t> {
    before: &'t str,
    after: &'t str,
}

/// A stretch that was replaced, and what replaced it: bytes of either text. What lies between
/// two of them is the same in both.
#[derive(Clone)]
struct Hunk {
    old: Range<usize>,
    new: Range<usize>,
}

/// The runs of two texts, in reading order.
pub(super) fn runs<'t>(before: &'t str, after: &'t str) -> Vec<Run<'t>> {
    let both = Both { before, after };
    let (old, new) = (sentences(before), sentences(after));
    let sentence = |text: &'t str, ends: &[usize], at: usize| &text[ends[at]..ends[at + 1]];
    let texts = |text, ends: &[usize]| -> Vec<&str> {
        (0..ends.len() - 1).map(|at| sentence(text, ends, at)).collect()
    };
    let mut hunks = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &texts(before, &old), &texts(after, &new)) {
        let (from, to) = (op.old_range(), op.new_range());
        match op {
            DiffOp::Equal { .. } => {}
            DiffOp::Replace { .. } if from.len() == to.len() => {
                let hunk = |(from, to)| Hunk { old: old[from]..old[from + 1], new: new[to]..new[to + 1] };
                from.zip(to).map(hunk).for_each(|hunk| both.look_into(hunk, &mut hunks));
            }
            _ => hunks.push(Hunk { old: old[from.start]..old[from.end], new: new[to.start]..new[to.end] }),
        }
    }
    both.runs(&hunks)
}

/// How many characters both texts have, and how many there are in both.
pub(super) fn shared(runs: &[Run<'_>]) -> (usize, usize) {
    let count = |text: &str| text.chars().count();
    let same: usize = runs.iter().map(|run| count(run.same)).sum();
    let changed: usize = runs.iter().map(|run| count(run.deleted) + count(run.inserted)).sum();
    (2 * same, 2 * same + changed)
}

/// Where sentences end: behind every sentence, clause mark and line; and where the first begins.
fn sentences(text: &str) -> Vec<usize> {
    let mut end = 0;
    let ends = text.split_inclusive(['。', '；', '！', '？', '\n', ';', '!', '?']).map(|sentence| {
        end += sentence.len();
        end
    });
    std::iter::once(0).chain(ends).collect()
}

impl<'t> Both<'t> {
    fn was(&self, hunk: &Hunk) -> &'t str {
        &self.before[hunk.old.clone()]
    }

    fn is(&self, hunk: &Hunk) -> &'t str {
        &self.after[hunk.new.clone()]
    }

    /// The texts as runs, told where they differ.
    fn runs(self, hunks: &[Hunk]) -> Vec<Run<'t>> {
        let mut runs = Vec::with_capacity(hunks.len() + 1);
        let mut end = 0;
        for hunk in hunks {
            let same = &self.after[end..hunk.new.start];
            runs.push(Run { same, deleted: self.was(hunk), inserted: self.is(hunk) });
            end = hunk.new.end;
        }
        if end < self.after.len() {
            runs.push(Run { same: &self.after[end..], deleted: "", inserted: "" });
        }
        runs
    }

    /// What differs within a sentence, if the two are much alike; else both as they are.
    fn look_into(self, sentence: Hunk, hunks: &mut Vec<Hunk>) {
        let middle = self.without_ends(&sentence);
        let mut found = Vec::new();
        if middle.old.is_empty() || middle.new.is_empty() {
            found.push(middle);
        } else {
            let (old, new) = (Pieces::new(self.was(&middle)), Pieces::new(self.is(&middle)));
            let outside = sentence.old.len() - middle.old.len() + sentence.new.len() - middle.new.len();
            if old.keys.len().max(new.keys.len()) > LONG || !alike(&old, &new, outside / CHARACTER) {
                hunks.push(sentence);
                return;
            }
            for op in capture_diff_slices(Algorithm::Myers, &old.keys, &new.keys) {
                if !matches!(op, DiffOp::Equal { .. }) {
                    found.push(old.hunk(&new, &op, &middle));
                }
            }
        }
        let count = |text: &str| text.chars().count();
        let all = count(self.was(&sentence)) + count(self.is(&sentence));
        let changed = |hunk: &Hunk| count(self.was(hunk)) + count(self.is(hunk));
        let is_much_alike = found.iter().map(changed).sum::<usize>() * 2 <= all;
        match is_much_alike {
            true => self.settle(&sentence, &found, hunks),
            false => hunks.push(sentence),
        }
    }

    /// Adds the hunks of a sentence: with only a speck between them, they are one.
    fn settle(self, sentence: &Hunk, found: &[Hunk], hunks: &mut Vec<Hunk>) {
        let first = hunks.len();
        for (at, hunk) in found.iter().enumerate() {
            let end = found.get(at + 1).map_or(sentence.new.end, |next| next.new.start);
            let hunk = self.as_late(hunk, end - hunk.new.end);
            match hunks[first..].last_mut() {
                Some(last) if self.after[last.new.end..hunk.new.start].chars().count() < SPECK => {
                    (last.old.end, last.new.end) = (hunk.old.end, hunk.new.end);
                }
                _ => hunks.push(hunk),
            }
        }
    }

    /// A hunk that only adds or takes away as late as it says the same: what is added to a list
    /// begins with the mark before it. So many bytes after it are the same in both texts.
    fn as_late(self, hunk: &Hunk, same: usize) -> Hunk {
        let (text, range) = match (hunk.old.is_empty(), hunk.new.is_empty()) {
            (true, _) => (self.after, &hunk.new),
            (_, true) => (self.before, &hunk.old),
            _ => return hunk.clone(),
        };
        let next = text[range.end..range.end + same].chars();
        let alike = text[range.start..].chars().zip(next).take_while(|(a, b)| a == b);
        let on: usize = alike.map(|(c, _)| c.len_utf8()).sum();
        Hunk { old: hunk.old.start + on..hunk.old.end + on, new: hunk.new.start + on..hunk.new.end + on }
    }

    /// A hunk without what its two texts begin and end with alike; no word or number is cut.
    fn without_ends(&self, hunk: &Hunk) -> Hunk {
        let (old, new) = (self.was(hunk), self.is(hunk));
        let in_word = |text: &str, at: usize| is_word(text.as_bytes()[at]);
        let alike = |(a, b): &(u8, u8)| a == b;
        let mut start = old.bytes().zip(new.bytes()).take_while(alike).count();
        while start > 0 && (!old.is_char_boundary(start) || in_word(old, start - 1)) {
            start -= 1;
        }
        let (rest, other) = (&old[start..], &new[start..]);
        let mut end = rest.bytes().rev().zip(other.bytes().rev()).take_while(alike).count();
        while end > 0 && (!rest.is_char_boundary(rest.len() - end) || in_word(rest, rest.len() - end)) {
            end -= 1;
        }
        Hunk {
            old: hunk.old.start + start..hunk.old.end - end,
            new: hunk.new.start + start..hunk.new.end - end,
        }
    }
}

/// How many bytes most characters have.
const CHARACTER: usize = 3;

/// Whether a byte belongs to a word of letters or a number.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'.'
}

/// The pieces of a sentence that are compared: a number or a word of letters, else a character.
struct Pieces {
    /// The same for equal pieces only.
    keys: Vec<u64>,
    /// Where each ends, and where the first begins.
    ends: Vec<usize>,
}

impl Pieces {
    fn new(sentence: &str) -> Self {
        let bytes = sentence.as_bytes();
        let about = bytes.len() / CHARACTER + 1;
        let mut pieces = Self { keys: Vec::with_capacity(about), ends: Vec::with_capacity(about + 1) };
        pieces.ends.push(0);
        let mut start = 0;
        while start < bytes.len() {
            let piece = &bytes[start..start + length(&bytes[start..])];
            pieces.keys.push(match piece.len() {
                // A character as it is.
                0..8 => piece.iter().fold(0, |key, byte| key << 8 | u64::from(*byte)),
                _ => xxh3_64(piece) | 1 << 63,
            });
            start += piece.len();
            pieces.ends.push(start);
        }
        pieces
    }

    /// Where pieces differ, in the texts that a hunk says.
    fn hunk(&self, new: &Self, op: &DiffOp, of: &Hunk) -> Hunk {
        let within = |ends: &[usize], pieces: Range<usize>, start: usize| {
            start + ends[pieces.start]..start + ends[pieces.end]
        };
        Hunk {
            old: within(&self.ends, op.old_range(), of.old.start),
            new: within(&new.ends, op.new_range(), of.new.start),
        }
    }
}

/// How many bytes the piece has that a text begins with.
fn length(text: &[u8]) -> usize {
    match text[0] {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        first if first.is_ascii_digit() => text.iter().take_while(|byte| is_word(**byte)).count(),
        first if first.is_ascii_alphabetic() => {
            text.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()
        }
        _ => 1,
    }
}

/// Whether two sentences may have half of their pieces in common, whatever the order; some of
/// them are known to be.
fn alike(before: &Pieces, after: &Pieces, known: usize) -> bool {
    const BINS: usize = 256;
    let bin = |key: &u64| (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize;
    let mut more = [0u8; BINS];
    before.keys.iter().for_each(|key| more[bin(key)] += 1);
    let mut common = 0;
    for key in &after.keys {
        let more = &mut more[bin(key)];
        common += usize::from(*more > 0);
        *more = more.saturating_sub(1);
    }
    common * 4 + known * 2 >= before.keys.len() + after.keys.len() + known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, expected: &str) {
        let found = runs(before, after);
        let mark = |sign: char, text: &str| match text {
            "" => String::new(),
            _ => format!("[{sign}{text}{sign}]"),
        };
        let marked = |run: &Run<'_>| [run.same, &mark('-', run.deleted), &mark('+', run.inserted)].concat();
        assert_eq!(found.iter().map(marked).collect::<String>(), expected);
        let side = |other: fn(&Run<'_>) -> String| found.iter().map(other).collect::<String>();
        assert_eq!(side(|run| [run.same, run.deleted].concat()), before);
        assert_eq!(side(|run| [run.same, run.inserted].concat()), after);
    }

    #[test]
    fn figures_change_within_a_sentence() {
        check(
            "全年公开611条。没有收费。",
            "全年公开958条。没有收费。",
            "全年公开[-611-][+958+]条。没有收费。",
        );
        check("收费20.5万元。", "收费20.75万元。", "收费[-20.5-][+20.75+]万元。");
    }

    #[test]
    fn sentences_come_and_go() {
        check("甲乙丙。丁戊己。", "甲乙丙。", "甲乙丙。[-丁戊己。-]");
        check("甲乙丙。", "甲乙丙。\n丁戊己。", "甲乙丙。[+\n丁戊己。+]");
        check("", "全新。", "[+全新。+]");
        check("天地玄黄。", "宇宙洪荒。", "[-天地玄黄。-][+宇宙洪荒。+]");
    }

    #[test]
    fn a_speck_between_changes_is_no_text() {
        check("公开甲的乙工作安排。", "公开丙的丁工作安排。", "公开[-甲的乙-][+丙的丁+]工作安排。");
    }

    #[test]
    fn no_number_and_no_word_is_cut() {
        check("受理1234件申请。", "受理1934件申请。", "受理[-1234-][+1934+]件申请。");
        check("受理申请1200。", "受理申请1100。", "受理申请[-1200-][+1100+]。");
        check(
            "见https://a.example/一文。",
            "见https://b.example/一文。",
            "见https://[-a-][+b+].example/一文。",
        );
        check("办理件数为0.5。", "办理件数为10.5。", "办理件数为[-0.5-][+10.5+]。");
        check("共有三十件申请。", "共有件申请。", "共有[-三十-]件申请。");
    }

    #[test]
    fn a_clause_comes_and_goes_as_a_whole() {
        check("不予处理3件。", "不予处理3件、其他处理2件。", "不予处理3件[+、其他处理2件+]。");
        check("起诉2件（复议后1件）。", "起诉2件。", "起诉2件[-（复议后1件）-]。");
        check(
            "文件，废止2件，有效9件。",
            "文件3件，废止2件，有效8件。",
            "文件[+3件+]，废止2件，有效[-9-][+8+]件。",
        );
    }

    #[test]
    fn what_is_shared() {
        assert_eq!(shared(&runs("甲乙。", "甲乙。")), (6, 6));
        assert_eq!(shared(&runs("甲。", "")), (0, 2));
    }
}
