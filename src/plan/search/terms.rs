//! What a text is found by: pairs of neighbouring wide characters (Chinese needs no
//! dictionary this way), and runs of letters or digits as words.
//!
//! The search script takes a query apart in the same way: what changes here changes there.

/// A word is known by its first characters only.
const LONGEST: usize = 24;

/// Calls `pair` for every two wide characters in a row and `word` for every run.
pub(super) fn take_apart(text: &str, mut pair: impl FnMut(char, char), mut word: impl FnMut(&str)) {
    let mut before = None;
    let mut run = String::new();
    for c in text.chars().map(fold).chain(['\n']) {
        if is_letter(c) {
            if run.len() < LONGEST * 2 {
                run.push(c);
            }
        } else if !run.is_empty() {
            word(run.char_indices().nth(LONGEST).map_or(&run, |(end, _)| &run[..end]));
            run.clear();
        }
        let wide = is_wide(c).then_some(c);
        if let (Some(first), Some(second)) = (before, wide) {
            pair(first, second);
        }
        before = wide;
    }
}

/// A character as it is compared: half-width and lower-case.
fn fold(c: char) -> char {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    match c {
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        _ if is_letter(c) => c.to_lowercase().next().unwrap_or(c),
        _ => c,
    }
}

/// A character that is a word with its neighbour: ideographs, kana, hangul.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A character of a run: Latin, Greek, Cyrillic, digits.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}' | '\u{370}'..='\u{52f}')
}

/// In which of `shards` (a power of two) a term lies.
pub(super) fn shard_of(term: impl IntoIterator<Item = char>, shards: usize) -> usize {
    let mix = |hash: u32, c: char| (hash ^ c as u32).wrapping_mul(0x0100_0193);
    let hash = term.into_iter().fold(0x811c_9dc5, mix);
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    (hash ^ (hash >> 12)) as usize & (shards - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let terms = std::cell::RefCell::new(Vec::new());
        let pair = |a: char, b: char| terms.borrow_mut().push(format!("{a}{b}"));
        take_apart(text, pair, |word| terms.borrow_mut().push(word.to_owned()));
        assert_eq!(terms.into_inner(), expected);
    }

    #[test]
    fn chinese_is_found_by_pairs() {
        check("依申请公开", &["依申", "申请", "请公", "公开"]);
        check("公", &[]);
        check("水务局。教育局", &["水务", "务局", "教育", "育局"]);
        check("𠀀𠀁", &["𠀀𠀁"]);
    }

    #[test]
    fn letters_and_digits_are_found_as_words() {
        check("2021年新收ＦＯＩＡ申请12件", &["2021", "年新", "新收", "foia", "申请", "12"]);
        check("Freedom of Information", &["freedom", "of", "information"]);
        check("ÉTÉ Привет", &["été", "привет"]);
        check(&"x".repeat(100), &[&"x".repeat(24)]);
    }

    #[test]
    fn a_term_lies_where_the_script_looks_for_it() {
        assert_eq!(shard_of("公开".chars(), 1), 0);
        let shards = ["公开", "申请", "2021", ".swj"].map(|term| shard_of(term.chars(), 1024));
        assert_eq!(shards, SHARDS);
    }

    /// What `shardOf` of the script says.
    const SHARDS: [usize; 4] = [6, 256, 811, 331];
}
