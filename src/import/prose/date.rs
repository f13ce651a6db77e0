//! Days and years as reports write them: in digits or in Chinese, with strokes, points or words between.

use crate::fields;

/// The years named in a text, in digits or in Chinese.
pub(super) fn years(text: &str) -> impl Iterator<Item = u16> + '_ {
    let characters: Vec<char> = text.chars().collect();
    (0..characters.len()).filter_map(move |at| {
        let digits: Vec<u32> = characters.get(at..at + 4)?.iter().map_while(|c| digit(*c)).collect();
        let before = at.checked_sub(1).and_then(|at| characters.get(at)).is_some_and(char::is_ascii_digit);
        let year = digits.iter().fold(0, |sum, digit| sum * 10 + digit);
        // Programs that take text off a page leave blanks between digits and characters.
        let next = characters[at + 4..].iter().find(|c| **c != ' ');
        let named = next.is_some_and(|c| *c == '年')
            || characters.get(at + 4).is_none_or(|c| !c.is_ascii_digit())
                && characters[at].is_ascii_digit()
                && !text.contains('年');
        (digits.len() == 4 && !before && named && (2000..2100).contains(&year)).then_some(year as u16)
    })
}

fn digit(c: char) -> Option<u32> {
    c.to_digit(10)
        .or_else(|| "〇一二三四五六七八九".chars().position(|other| other == c).map(|n| n as u32))
        .or(matches!(c, '○' | '零' | 'O').then_some(0))
}

/// A date at the beginning of a text, or anywhere in it.
pub(super) fn date(text: &str, anywhere: bool) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let last = if anywhere { characters.len() } else { 1 };
    (0..last).find_map(|at| {
        let number = |from: usize, most: usize| -> (Option<u32>, usize) {
            let digits: Vec<u32> =
                characters[from.min(characters.len())..].iter().take(most).map_while(|c| digit(*c)).collect();
            let value = digits.iter().fold(0, |sum, digit| sum * 10 + digit);
            ((!digits.is_empty()).then_some(value), from + digits.len())
        };
        let skip = |mut from: usize, marks: &[char]| -> Option<usize> {
            while characters.get(from).is_some_and(|c| *c == ' ') {
                from += 1;
            }
            let found = characters.get(from).is_some_and(|c| marks.contains(c));
            from += 1;
            while characters.get(from).is_some_and(|c| *c == ' ') {
                from += 1;
            }
            found.then_some(from)
        };
        let (year, next) = number(at, 4);
        let year = year.filter(|year| (2000..2100).contains(year))?;
        let next = skip(next, &['年', '-', '/', '.'])?;
        let (month, next) = number(next, 2);
        let next = skip(next, &['月', '-', '/', '.'])?;
        let (day, _) = number(next, 2);
        fields::day(&format!("{year:04}-{:02}-{:02}", month?, day?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_with_blanks_around_digits() {
        let first = |text: &str| years(text).next();
        assert_eq!(first("自 2022 年 1 月 1 日起至 12 月 31 日止"), Some(2022));
        assert_eq!(first("二〇二〇年度报告"), Some(2020));
        assert_eq!(first("电话 0534 2621 年"), None);
    }
}
