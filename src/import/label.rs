//! Labels as people write them: full and half width, brackets, numbering, traditional characters, radicals that a
//! PDF gives in place of characters, and slips of the pen. Two labels are compared by their keys.

use unicode_normalization::UnicodeNormalization;

/// Characters that stand for another: radicals from PDF fonts, and traditional forms with their simplified ones (Unicode
/// CLDR, Traditional-Simplified, as far as the character is not a simplified one itself).
/// Pairs, written one after the other.
const ALIKE: &str = include_str!("alike.txt");

/// The key of a label: what is left when width, spaces, punctuation and numbering are taken away.
pub(super) fn key(text: &str) -> String {
    fold(strip_number(&widths(text)))
}

/// The key of a label without what stands in brackets; also of one whose bracket is not closed.
pub(super) fn bare_key(text: &str) -> String {
    let text = widths(text);
    let text = strip_number(&text);
    let mut bare = String::new();
    let mut depth = 0usize;
    for character in text.chars() {
        match character {
            '(' | '[' | '〔' | '【' => depth += 1,
            ')' | ']' | '〕' | '】' => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(character),
            _ => {}
        }
    }
    fold(&bare)
}

/// The text in half width, in the usual characters.
pub(super) fn widths(text: &str) -> String {
    text.nfkc().filter(|c| !is_unseen(*c)).map(alike).collect()
}

/// Whether a character shows nothing and takes no room: editors and office programs leave such between others.
pub(super) fn is_unseen(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The usual character for one that only looks different.
fn alike(character: char) -> char {
    use std::collections::HashMap;
    use std::sync::LazyLock;
    static MAP: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
        let characters: Vec<char> = ALIKE.chars().filter(|c| !c.is_whitespace()).collect();
        characters.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    });
    if character.is_ascii() { character } else { MAP.get(&character).copied().unwrap_or(character) }
}

/// The text after a number such as `1.`, `（一）`, `三、`, or a bare number before a Han character.
fn strip_number(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if let Some(rest) = strip_part(text) {
        return rest;
    }
    let inner = text.trim_start_matches(['(', '[']).trim_start();
    let opened = inner.len() != text.len();
    let digits = inner.trim_start_matches(|c: char| c.is_ascii_digit());
    let numerals = inner.trim_start_matches(|c: char| "一二三四五六七八九十".contains(c));
    let rest = if digits.len() < inner.len() { digits } else { numerals };
    let used = inner[..inner.len() - rest.len()].chars().count();
    if used == 0 || used > 3 {
        return text;
    }
    let rest = rest.trim_start();
    let after = rest.trim_start_matches([')', ']', '、', '.', ',', ':', '。', '．', ' ']);
    let separated = after.len() < rest.len();
    let bare_digits = digits.len() < inner.len()
        && rest.chars().next().is_some_and(|c| !c.is_ascii() && c.is_alphanumeric());
    // "三安全" begins with a numeral that is part of the word.
    let unit = "年月日条件项个次份万元名人页".contains(rest.chars().next().unwrap_or(' '));
    if separated && (opened || !after.is_empty()) || bare_digits && !unit && !after.is_empty() {
        after
    } else {
        text
    }
}

/// The text after `第三部分`, `第二章` and the like.
fn strip_part(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('第')?;
    let after = rest.trim_start_matches(|c: char| "一二三四五六七八九十".contains(c) || c.is_ascii_digit());
    let rest = ["部分", "章", "节"].iter().find_map(|word| after.strip_prefix(word))?;
    let number = text.len() > "第".len() + after.len();
    number.then(|| rest.trim_start_matches([' ', '、', ':', '.', ',']))
}

/// How far apart two keys are, in characters to insert, delete, replace or swap.
pub(super) fn distance(a: &str, b: &str) -> usize {
    strsim::osa_distance(a, b)
}

/// How many slips are forgiven in a label of this many characters.
pub(super) fn forgiven(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=6 => 1,
        7..=12 => 2,
        _ => 2 + length / 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_label_in_many_spellings() {
        let all = [
            "1.属于国家秘密",
            "１．属于国家秘密",
            "1、属于国家秘密",
            "(1)属于 国家\n秘密",
            "①属于国家秘密",
            "1属于国家秘密",
            "屬於國家秘密",
        ];
        for label in all {
            assert_eq!(key(label), "属于国家秘密", "{label}");
        }
        assert_eq!(key("（三）不予公开"), "不予公开");
        assert_eq!(key("三、本年度办理结果"), "本年度办理结果");
        assert_eq!(key("三安全一稳定"), "三安全一稳定");
        assert_eq!(key("第三部分 总体情况"), "总体情况");
        assert_eq!(key("第二章：总体情况"), "总体情况");
        assert_eq!(key("第二十条第（一）项"), "第二十条第一项");
        assert_eq!(key("⼀、本年新收"), "本年新收");
        assert_eq!(bare_key("（二）部分公开（区分处理的，只计这一情形"), "部分公开");
        assert_eq!(key("本年增/减"), "本年增减");
        assert_eq!(key("56"), "56");
    }
}
