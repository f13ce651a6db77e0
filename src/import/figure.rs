//! What a cell of a table says: nothing, not applicable, or a number, with whatever else somebody wrote beside it.

use rust_decimal::Decimal;

use super::label::widths;

/// A cell that can be read as a figure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// The number; `None` where the cell says that it does not apply.
    pub number: Option<Decimal>,
    /// What stands beside the number: a unit or a remark, as written.
    pub remark: Option<String>,
    /// The sign was written as a word, such as 减.
    pub worded: bool,
    /// The digits had to be guessed, such as a letter O for zero.
    pub guessed: bool,
}

/// Units that may stand right behind a number.
const UNITS: [&str; 23] = [
    "件", "条", "项", "个", "次", "份", "人", "名", "宗", "起", "部", "篇", "元", "万元", "万", "亿元",
    "人次", "件次", "批", "家", "例", "%", "cases",
];

/// Reads a cell; `None` if it is no figure at all. An empty cell is no figure either.
pub(super) fn read(text: &str) -> Option<Figure> {
    // The mark of a note would become a digit of the number before it.
    let unmarked = text.trim_end().trim_end_matches(is_note_mark);
    let noted = unmarked.len() < text.trim_end().len();
    let plain: String = widths(unmarked).split_whitespace().collect::<Vec<_>>().join(" ");
    // Quotes and the full stop of a sentence say nothing of a number.
    let plain = plain.trim_matches([' ', '"', '“', '”', '\'', '’', '。', '；', ';']);
    if plain.is_empty() || plain.chars().count() > 120 {
        return None;
    }
    // Figures a space apart are several, not one.
    let apart = |pair: &[&str]| {
        pair[0].ends_with(|c: char| c.is_ascii_digit()) && pair[1].starts_with(|c: char| c.is_ascii_digit())
    };
    if plain.split(' ').collect::<Vec<_>>().windows(2).any(apart) {
        return None;
    }
    let bare: String = plain.chars().filter(|c| *c != ' ').collect();
    if is_inapplicable(&bare) {
        return Some(Figure { number: None, remark: None, worded: false, guessed: false });
    }
    if matches!(bare.as_str(), "O" | "o" | "〇" | "○" | "零" | "Ｏ") {
        return Some(Figure { number: Some(Decimal::ZERO), remark: None, worded: false, guessed: true });
    }
    // Nothing more and nothing less, in a cell that asks for both.
    if bare == "0/0" {
        let remark = Some(text.trim().to_owned());
        return Some(Figure { number: Some(Decimal::ZERO), remark, worded: false, guessed: false });
    }
    // A hard space that some program could not write became a question mark.
    let marked = bare.trim_start_matches(['?', '\u{fffd}']);
    if is_mark(&bare) {
        return Some(Figure { number: None, remark: None, worded: false, guessed: true });
    }
    let counted = marked.trim_start_matches(['共', '计', '约']);
    let (sign, worded, rest) = signed(counted);
    let digits = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(rest.len());
    let (digits, tail) = rest.split_at(digits);
    let (digits, tail) = match digits.strip_suffix(['.', ',']) {
        // "1." before a word is a numbering, not a figure.
        Some(_) if !tail.is_empty() => return None,
        Some(digits) => (digits, tail),
        None => (digits, tail),
    };
    let number = number(digits)?;
    let remark = match tail {
        "" => (noted || counted.len() < marked.len()).then(|| text.trim().to_owned()),
        _ if is_remark(tail) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        _ => return None,
    };
    let guessed = marked.len() < bare.len();
    Some(Figure { number: Some(if sign { -number } else { number }), remark, worded, guessed })
}

/// Whether a character marks a note.
fn is_note_mark(character: char) -> bool {
    matches!(character, '①'..='⑳' | '❶'..='❿' | '¹' | '²' | '³' | '⁰' | '⁴'..='⁹' | '※')
}

/// The words of a line, a figure and the unit a blank behind it as one; marks of blanks are left out.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let is_bare =
        |word: &String| read(word).is_some_and(|figure| figure.number.is_some() && figure.remark.is_none());
    // A label set wide has a blank between its characters.
    let has_figures = line.split_whitespace().any(|word| read(word).is_some());
    let is_character = |word: &str| word.chars().all(|c| !c.is_ascii() && c.is_alphabetic());
    let is_single = |word: &str| has_figures && word.chars().nth(1).is_none() && is_character(word);
    let mut wide = false;
    for word in line.split_whitespace().filter(|word| !is_mark(word)) {
        let single = is_single(word) && read(word).is_none();
        match words.last_mut() {
            Some(before) if UNITS.contains(&word) && is_bare(before) => *before = format!("{before} {word}"),
            Some(before) if single && wide => before.push_str(word),
            _ => words.push(word.to_owned()),
        }
        wide = single;
    }
    words
}

/// Whether a word is only what is left of a blank that some program could not write.
fn is_mark(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| matches!(c, '?' | '？' | '\u{fffd}'))
}

/// Whether a cell says that it does not apply.
fn is_inapplicable(text: &str) -> bool {
    matches!(
        text,
        "无" | "暂无" | "没有" | "不涉及" | "未涉及" | "不适用" | "N/A" | "n/a" | "\\" | "/" | "//"
    ) || text.chars().all(|c| matches!(c, '-' | '—' | '–' | '―' | '−' | '─' | '一' | '－' | '_'))
        && text != "一"
}

/// Whether it is negative, whether a word said so, and what follows the sign.
fn signed(text: &str) -> (bool, bool, &str) {
    for (word, negative, worded) in [
        ("减少", true, true),
        ("减", true, true),
        ("下降", true, true),
        ("增加", false, true),
        ("增", false, true),
        ("-", true, false),
        ("−", true, false),
        ("–", true, false),
        ("+", false, false),
        ("↓", true, true),
        ("↑", false, true),
    ] {
        if let Some(rest) = text.strip_prefix(word) {
            return (negative, worded, rest);
        }
    }
    (false, false, text)
}

/// A number with or without separators of thousands; these must stand where they belong.
fn number(digits: &str) -> Option<Decimal> {
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || digits.len() > 24 {
        return None;
    }
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    if !rest.is_empty() && (first.len() > 3 || rest.iter().any(|group| group.len() != 3)) {
        return None;
    }
    if fraction.is_some_and(|fraction| fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let text: String = digits.chars().filter(|c| *c != ',').collect();
    Decimal::from_str_exact(&text).ok()
}

/// Whether what follows a number is a unit or a remark in brackets, or both.
fn is_remark(tail: &str) -> bool {
    let (unit, bracket) = tail.split_at(tail.find(['(', '[', '〔', '【']).unwrap_or(tail.len()));
    (unit.is_empty() || UNITS.contains(&unit) || unit.chars().all(|c| matches!(c, '*' | '①' | '②' | '※')))
        && (bracket.is_empty() || bracket.chars().count() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let read = match read(text) {
            None => "none".to_owned(),
            Some(Figure { number: None, .. }) => "n/a".to_owned(),
            Some(Figure { number: Some(number), remark, guessed, .. }) => {
                format!(
                    "{number}{}{}",
                    if remark.is_some() { " +" } else { "" },
                    if guessed { " ?" } else { "" }
                )
            }
        };
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn cells_as_people_fill_them() {
        check("0", "0");
        check(" １２ ", "12");
        check("11,398,889", "11398889");
        check("59237.2449", "59237.2449");
        check("减4", "-4");
        check("-8", "-8");
        check("5①", "5 +");
        check("12²", "12 +");
        check("①", "none");
        check("+14", "14");
        check("/", "n/a");
        check("—", "n/a");
        check("无", "n/a");
        check("暂无", "n/a");
        check("不涉及", "n/a");
        check("“5”", "5");
        check("5。", "5");
        check("共5件", "5 +");
        check("共", "none");
        check("22（其中修订16件）", "22 +");
        check("251000元", "251000 +");
        check("5件", "5 +");
        check("1.属于国家秘密", "none");
        check("一、本年新收", "none");
        check("第二十条第（一）项", "none");
        check("1,2", "none");
        check("0 0 7", "none");
        check("5 件", "5 +");
        check("2021年", "none");
        check("O", "0 ?");
        check("0/0", "0 +");
        check("1/5", "none");
        check("? 7", "7 ?");
        check("?", "n/a");
        check("", "none");
    }
}
