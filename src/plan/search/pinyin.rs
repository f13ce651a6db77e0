//! The names of agencies as they are typed without an input method: by the first letters of
//! their syllables (`slsswj`) or in full (`shuiwuju`).
//!
//! Both are indexed in pieces of two or three letters, so that any part of a name is found.
//! A character with several readings is found by each of them.

use std::collections::BTreeSet;

use pinyin::ToPinyinMulti;

/// Marks a piece of the first letters, and one of the letters in full.
const INITIALS: char = '.';
const LETTERS: char = ':';

/// The terms a name is found by.
pub(super) fn terms(name: &str) -> BTreeSet<String> {
    let syllables: Vec<Vec<String>> = name.chars().filter_map(readings).collect();
    let mut out = BTreeSet::new();
    for at in 0..syllables.len() {
        pieces(&initials(&syllables[at..]), &mut out);
        for reading in &syllables[at] {
            for start in 0..reading.len() {
                extend(&reading[start..], &syllables[at + 1..], &mut out);
            }
        }
    }
    out
}

/// The readings of a character; a letter or digit reads as itself.
fn readings(c: char) -> Option<Vec<String>> {
    if c.is_ascii_alphanumeric() {
        return Some(vec![c.to_ascii_lowercase().to_string()]);
    }
    let mut readings: Vec<String> = Vec::new();
    for reading in c.to_pinyin_multi()? {
        let plain: String = reading.plain().chars().map(ascii).collect();
        if !readings.contains(&plain) {
            readings.push(plain);
        }
    }
    Some(readings)
}

/// A letter as keyboards have it: ü is typed as v.
fn ascii(c: char) -> char {
    match c {
        'ü' => 'v',
        'ê' => 'e',
        'ḿ' => 'm',
        'ń' | 'ň' | 'ǹ' => 'n',
        c => c,
    }
}

/// The first letters of the next three syllables.
fn initials(syllables: &[Vec<String>]) -> Vec<BTreeSet<char>> {
    let first =
        |readings: &Vec<String>| readings.iter().filter_map(|reading| reading.chars().next()).collect();
    syllables.iter().take(3).map(first).collect()
}

fn pieces(initials: &[BTreeSet<char>], out: &mut BTreeSet<String>) {
    let [first, second, rest @ ..] = initials else { return };
    for a in first {
        for b in second {
            out.insert(format!("{INITIALS}{a}{b}"));
            for c in rest.first().into_iter().flatten() {
                out.insert(format!("{INITIALS}{a}{b}{c}"));
            }
        }
    }
}

/// Fills a piece up to three letters from the syllables that follow.
fn extend(piece: &str, after: &[Vec<String>], out: &mut BTreeSet<String>) {
    if let Some(whole) = piece.get(..3) {
        out.insert(format!("{LETTERS}{whole}"));
    } else if let Some((next, after)) = after.split_first() {
        for reading in next {
            extend(&format!("{piece}{reading}"), after, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(name: &str, expected: &[&str]) {
        let terms = terms(name);
        for term in expected {
            assert!(terms.contains(*term), "{name} is not found by {term}: {terms:?}");
        }
    }

    #[test]
    fn a_name_is_found_by_first_letters() {
        finds("示例市水务局", &[".sl", ".sls", ".lss", ".ssw", ".swj", ".wj"]);
        finds("12345热线", &[".5rx", ".12"]);
        assert!(!terms("示例市水务局").contains(".jw"));
    }

    #[test]
    fn a_name_is_found_by_letters_in_full() {
        finds("水务局", &[":shu", ":hui", ":uiw", ":iwu", ":wuj", ":uju"]);
        finds("旅游", &[":lvy", ":you"]);
    }

    #[test]
    fn every_reading_finds_the_name() {
        finds("重庆市", &[".cqs", ".zqs", ":cho", ":zho"]);
        finds("长治市", &[".czs", ".zzs"]);
    }

    #[test]
    fn marks_are_passed_over() {
        finds("财政局（示例）", &[".zjs", ".jsl"]);
        assert!(terms("（）").is_empty());
    }
}
