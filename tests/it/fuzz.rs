//! Files broken at random: whatever is in them, reading a portal never panics.

use gongkai::pipeline::Pipeline;

use crate::portal::Files;
use crate::rebuild::{Dice, PORTAL};

/// Pieces that mean something in one of the formats.
const PIECES: [&str; 36] = [
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "=",
    ",",
    ".",
    "\n",
    "+++\n",
    "## ",
    "[[",
    "]]",
    "\"\"\"",
    "#",
    "*",
    "**",
    "<b>",
    "](",
    "previous.",
    ".*",
    " is blank",
    "sum(",
    "-",
    "99999999999999999999",
    "0x1f",
    "1e400",
    "nan",
    "１２",
    "/",
    "\u{2060}",
    "\u{feff}",
    "\r\n",
    "。",
    "𠮷",
];

#[test]
fn nothing_panics() {
    let original = Files::archive(PORTAL);
    let mut pipeline = Pipeline::new(true);
    let mut dice = Dice::new(2021);
    for _ in 0..1500 {
        let mut files = original.clone();
        for _ in 0..=dice.below(3) {
            let path = dice.pick(&files.paths()).clone();
            let mut bytes = files.get(&path).unwrap_or_default().to_vec();
            for _ in 0..=dice.below(6) {
                mutate(&mut bytes, &mut dice);
            }
            files.put(&path, bytes);
        }
        let checked = pipeline.check(&files.tree());
        let words = files.words(&checked.found, "zh-CN") + &files.words(&checked.found, "en");
        assert!(!words.contains("{what}") && !words.contains("{label}"), "{words}");
    }
}

fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.below(bytes.len());
    let end = (at + dice.below(12)).min(bytes.len());
    match dice.below(5) {
        0 => drop(bytes.drain(at..end)),
        1 => {
            let piece = dice.pick(&PIECES).bytes();
            drop(bytes.splice(at..at, piece));
        }
        2 => {
            let piece: Vec<u8> = bytes[at..end].to_vec();
            let to = dice.below(bytes.len());
            drop(bytes.splice(to..to, piece));
        }
        3 => bytes.truncate(at),
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = u8::try_from(dice.below(256)).unwrap_or(0);
            }
        }
    }
}
