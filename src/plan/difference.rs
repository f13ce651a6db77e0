//! What differs between two texts: sentences first, then the words within sentences that are
//! much alike. Sentences are few and short, so this stays cheap for a whole portal.

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A stretch of text that both have, or one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Run {
    /// `same`, `del` (only before) or `ins` (only after).
    pub kind: &'static str,
    /// The text.
    pub text: String,
}

/// Sentences longer than this are not looked into.
const LONG: usize = 240;
/// Within a sentence, what is equal in less than this many characters counts as changed.
const SPECK: usize = 2;

/// The runs of two texts, in reading order.
pub(super) fn runs(before: &str, after: &str) -> Vec<Run> {
    let (before, after) = (sentences(before), sentences(after));
    let mut runs = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
        let (old, new) = (&before[op.old_range()], &after[op.new_range()]);
        match op {
            DiffOp::Equal { .. } => push(&mut runs, "same", &old.concat()),
            DiffOp::Replace { .. } if old.len() == new.len() => {
                old.iter().zip(new).for_each(|(old, new)| within(old, new, &mut runs));
            }
            _ => {
                push(&mut runs, "del", &old.concat());
                push(&mut runs, "ins", &new.concat());
            }
        }
    }
    runs
}

/// How many characters both texts have, and how many there are in both.
pub(super) fn shared(runs: &[Run]) -> (usize, usize) {
    let count = |kind: &str| -> usize {
        runs.iter().filter(|run| run.kind == kind).map(|run| run.text.chars().count()).sum()
    };
    (2 * count("same"), 2 * count("same") + count("del") + count("ins"))
}

fn push(runs: &mut Vec<Run>, kind: &'static str, text: &str) {
    if text.is_empty() {
        return;
    }
    match runs.last_mut().filter(|last| last.kind == kind) {
        Some(last) => last.text.push_str(text),
        None => runs.push(Run { kind, text: text.to_owned() }),
    }
}

/// Cuts a text behind every sentence, clause mark and line.
fn sentences(text: &str) -> Vec<&str> {
    text.split_inclusive(['。', '；', '！', '？', '\n', ';', '!', '?']).collect()
}

/// A piece of a sentence, with its first bytes as a number: most differ in these, and numbers
/// are compared quickly.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Piece<'t> {
    first: u64,
    text: &'t str,
}

impl<'t> Piece<'t> {
    fn new(text: &'t str) -> Self {
        let first = text.bytes().take(8).fold(0, |first, byte| first << 8 | u64::from(byte));
        Self { first, text }
    }
}

/// Pieces as one text.
fn joined(pieces: &[Piece<'_>]) -> String {
    pieces.iter().map(|piece| piece.text).collect()
}

/// The pieces of a sentence that are compared: a number or a word of letters, else a character.
fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut last = ' ';
    for (at, c) in sentence.char_indices() {
        let in_number = last == '.' && sentence[start..].starts_with(|c: char| c.is_ascii_digit());
        let joined = c.is_ascii_alphanumeric() && (last.is_ascii_alphanumeric() || in_number)
            || c == '.' && last.is_ascii_digit();
        if at > start && !joined {
            pieces.push(Piece::new(&sentence[start..at]));
            start = at;
        }
        last = c;
    }
    pieces.push(Piece::new(&sentence[start..]));
    pieces
}

/// What differs within a sentence, if the two are much alike; else both as they are.
fn within(old: &str, new: &str, runs: &mut Vec<Run>) {
    let (before, after) = (pieces(old), pieces(new));
    let mut found = Vec::new();
    if before.len() <= LONG && after.len() <= LONG && alike(&before, &after) {
        for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
            let (old, new) = (joined(&before[op.old_range()]), joined(&after[op.new_range()]));
            match op {
                DiffOp::Equal { .. } => push(&mut found, "same", &old),
                _ => {
                    push(&mut found, "del", &old);
                    push(&mut found, "ins", &new);
                }
            }
        }
    }
    let (same, all) = shared(&found);
    if found.is_empty() || same * 2 < all {
        push(runs, "del", old);
        push(runs, "ins", new);
        return;
    }
    for run in settled(found) {
        push(runs, run.kind, &run.text);
    }
}

/// Whether two sentences have half of their pieces in common, whatever the order.
fn alike(before: &[Piece<'_>], after: &[Piece<'_>]) -> bool {
    let (mut before, mut after) = (before.to_vec(), after.to_vec());
    before.sort_unstable();
    after.sort_unstable();
    let (mut a, mut b, mut common) = (0, 0, 0);
    while a < before.len() && b < after.len() {
        match before[a].cmp(&after[b]) {
            std::cmp::Ordering::Less => a += 1,
            std::cmp::Ordering::Greater => b += 1,
            std::cmp::Ordering::Equal => (a, b, common) = (a + 1, b + 1, common + 1),
        }
    }
    common * 4 >= before.len() + after.len()
}

/// Changes with only a speck between them are one change: what was, then what is.
fn settled(runs: Vec<Run>) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    let (mut old, mut new) = (String::new(), String::new());
    let last = runs.len().saturating_sub(1);
    for (at, run) in runs.into_iter().enumerate() {
        let is_speck = at > 0 && at < last && run.text.chars().count() < SPECK;
        match run.kind {
            "del" => old.push_str(&run.text),
            "ins" => new.push_str(&run.text),
            _ if is_speck && !(old.is_empty() && new.is_empty()) => {
                old.push_str(&run.text);
                new.push_str(&run.text);
            }
            _ => {
                push(&mut out, "del", &std::mem::take(&mut old));
                push(&mut out, "ins", &std::mem::take(&mut new));
                push(&mut out, "same", &run.text);
            }
        }
    }
    push(&mut out, "del", &old);
    push(&mut out, "ins", &new);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, expected: &str) {
        let found = runs(before, after);
        let marked = |run: &Run| match run.kind {
            "del" => format!("[-{}-]", run.text),
            "ins" => format!("[+{}+]", run.text),
            _ => run.text.clone(),
        };
        assert_eq!(found.iter().map(marked).collect::<String>(), expected);
        let side = |other: &str| -> String {
            found.iter().filter(|run| run.kind != other).map(|run| run.text.as_str()).collect()
        };
        assert_eq!([side("ins"), side("del")], [before.to_owned(), after.to_owned()]);
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
    fn what_is_shared() {
        assert_eq!(shared(&runs("甲乙。", "甲乙。")), (6, 6));
        assert_eq!(shared(&runs("甲。", "")), (0, 2));
    }
}
