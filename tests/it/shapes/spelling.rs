//! Labels and figures as people write them.

use super::{Chance, Mess};

/// Full width for a digit or sign.
pub(super) fn wide(c: char) -> char {
    if c.is_ascii_digit() { char::from_u32(c as u32 - 0x30 + 0xff10).unwrap_or(c) } else { c }
}

pub(super) fn thousands(figure: &str) -> String {
    let (sign, digits) = figure.strip_prefix('-').map_or(("", figure), |digits| ("-", digits));
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, ""), |(whole, fraction)| (whole, fraction));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{out}{dot}{fraction}")
}

/// A label in another spelling, or with a slip.
pub(super) fn spell(label: &str, mess: Mess, chance: &mut Chance) -> String {
    let mut label = label.to_owned();
    if chance.percent(mess.spelling) {
        label = match chance.below(8) {
            0 => label.replace('.', "、"),
            1 => label.replace('.', "．").replace('1', "１").replace('2', "２"),
            2 => label.replace('（', "(").replace('）', ")").replace('，', ","),
            3 => label.replace(['“', '”'], ""),
            4 => label.replace("属于", "屬於").replace("国", "國").replace("关", "關").replace("处", "處"),
            5 => label.replace('一', "⼀").replace('二', "⼆").replace('人', "⼈").replace('民', "⺠"),
            6 => label.strip_suffix('）').unwrap_or(&label).to_owned(),
            _ => {
                let mut spaced = String::new();
                for c in label.chars() {
                    spaced.push(c);
                    if chance.percent(20) {
                        spaced.push(' ');
                    }
                }
                spaced.trim().to_owned()
            }
        };
    }
    if chance.percent(mess.sounds) {
        label = label.replace('开', "开(kāi)").replace('数', "数(shù)").replace('总', "总(zǒng)");
    }
    if label.chars().count() >= 5 && chance.percent(mess.slips) {
        let mut characters: Vec<char> = label.chars().collect();
        let words: Vec<usize> =
            (0..characters.len()).filter(|at| characters[*at].is_alphabetic() && *at > 2).collect();
        if let Some(at) = words.get(chance.below(words.len())) {
            match chance.below(3) {
                0 => {
                    characters.remove(*at);
                }
                1 => characters[*at] = '某',
                _ => characters.insert(*at, characters[*at]),
            }
        }
        label = characters.into_iter().collect();
    }
    label
}

/// A label broken over two lines.
pub(super) fn broken(text: &str, chance: &mut Chance) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() < 4 {
        return text.to_owned();
    }
    let at = 2 + chance.below(characters.len() - 3);
    let (first, second) = characters.split_at(at);
    format!("{}\n{}", first.iter().collect::<String>(), second.iter().collect::<String>())
}
