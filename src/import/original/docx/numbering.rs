//! The automatic numbers of a Word file: a chapter that reads `一、` on paper has no such characters in the file.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::limits::Refusal;

use crate::import::original::package::{Node, Package, Xml};

/// Levels of a list at most.
const LEVELS: usize = 9;

/// How a level of a list is numbered.
#[derive(Clone, Debug, Default)]
struct Level {
    start: usize,
    format: String,
    /// The number in its setting, such as `%1、`.
    text: String,
}

/// The lists of a file, and how far each has counted.
#[derive(Default)]
pub(super) struct Numbering {
    lists: BTreeMap<String, Vec<Level>>,
    /// Which list each number stands for.
    numbers: BTreeMap<String, String>,
    /// The numbers that begin their list anew.
    anew: BTreeSet<String>,
    counted: BTreeMap<String, Vec<Option<usize>>>,
}

impl Numbering {
    /// Reads the lists of a file.
    pub(super) fn read(package: &mut Package<'_>, part: &str) -> Result<Self, Refusal> {
        let mut numbering = Self::default();
        let Some(text) = package.text(part)? else { return Ok(numbering) };
        let (mut list, mut number) = (None, None);
        Xml::new(&text).each(|node| match node {
            Node::Open(tag) => {
                let value = || tag.attribute("val").unwrap_or_default();
                match tag.name().as_str() {
                    "abstractNum" => {
                        list = tag.attribute("abstractNumId");
                        number = None;
                    }
                    "num" => {
                        number = tag.attribute("numId");
                        list = None;
                    }
                    "abstractNumId" => {
                        if let Some(number) = &number {
                            numbering.numbers.insert(number.clone(), value());
                        }
                    }
                    "startOverride" => numbering.anew.extend(number.clone()),
                    "lvl" => {
                        if let Some(levels) =
                            list.as_ref().map(|list| numbering.lists.entry(list.clone()).or_default())
                            && levels.len() < LEVELS
                        {
                            levels.push(Level { start: 1, ..Level::default() });
                        }
                    }
                    name @ ("start" | "numFmt" | "lvlText") => {
                        let level = list.as_ref().and_then(|list| numbering.lists.get_mut(list)?.last_mut());
                        match (level, name) {
                            (Some(level), "start") => level.start = value().parse().unwrap_or(1),
                            (Some(level), "numFmt") => level.format = value(),
                            (Some(level), _) => level.text = value(),
                            (None, _) => {}
                        }
                    }
                    _ => {}
                }
            }
            Node::Close(_) | Node::Text(_) => {}
        })?;
        Ok(numbering)
    }

    /// What stands before the next entry of a list at a level; nothing for a bullet or a list that is not known.
    pub(super) fn next(&mut self, number: &str, level: usize) -> Option<String> {
        let list = self.numbers.get(number)?;
        let levels = self.lists.get(list)?;
        let own = levels.get(level)?;
        let counting = if self.anew.contains(number) { format!("anew {number}") } else { list.clone() };
        let counted = self.counted.entry(counting).or_insert_with(|| vec![None; LEVELS]);
        counted[level] = Some(counted[level].map_or(own.start, |count| count + 1));
        counted[level + 1..].fill(None);
        if matches!(own.format.as_str(), "bullet" | "none") || !own.text.contains('%') {
            return None;
        }
        let mut text = own.text.clone();
        for (at, level) in levels.iter().enumerate().take(level + 1) {
            let count = counted[at].unwrap_or(level.start);
            text = text.replace(&format!("%{}", at + 1), &written(count, &level.format));
        }
        Some(text)
    }
}

/// A number as a format writes it.
fn written(number: usize, format: &str) -> String {
    if format.starts_with("chinese") || matches!(format, "japaneseCounting" | "ideographDigital") {
        return chinese(number);
    }
    let letter = |first: u8| char::from(first + (number.saturating_sub(1) % 26) as u8).to_string();
    match format {
        "lowerLetter" => letter(b'a'),
        "upperLetter" => letter(b'A'),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&number) => {
            char::from_u32(0x2460 + number as u32 - 1).map_or_else(|| number.to_string(), |c| c.to_string())
        }
        _ => number.to_string(),
    }
}

/// A number below a hundred in Chinese; larger ones in digits.
fn chinese(number: usize) -> String {
    const DIGITS: [&str; 10] = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (number / 10, number % 10) {
        (0, ones) => DIGITS[ones].to_owned(),
        (tens @ 1..=9, ones) => {
            let tens = if tens == 1 { "" } else { DIGITS[tens] };
            format!("{tens}十{}", if ones == 0 { "" } else { DIGITS[ones] })
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_word_writes_them() {
        let all = [(3, "三"), (10, "十"), (12, "十二"), (30, "三十"), (45, "四十五"), (120, "120")];
        for (number, text) in all {
            assert_eq!(written(number, "chineseCountingThousand"), text);
        }
        assert_eq!(written(3, "decimal"), "3");
        assert_eq!(written(2, "decimalEnclosedCircle"), "②");
        assert_eq!(written(3, "upperLetter"), "C");
    }
}
