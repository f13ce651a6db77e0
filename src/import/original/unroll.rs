//! Tables that lost their lines: some programs copy a page as one long line, every cell a word of it, prose and tables
//! in a row. This file takes such a line apart, so that each cell is a paragraph and prose stays prose.

use crate::import::block::{Block, Paragraph, Role};
use crate::import::figure;
use crate::import::line::is_prose;

/// Figures in a row that tell a table from numbers in a sentence.
const IN_A_ROW: usize = 3;
/// Words and figures of a stretch of a line that has a table elsewhere, if it is one too.
const STRETCH: (usize, usize) = (8, 2);
/// Characters of the longest label that a form has; longer words are prose.
const LABEL: usize = 45;

/// The blocks, with lines that are whole tables taken apart.
pub(super) fn unroll(blocks: Vec<Block>) -> Vec<Block> {
    let mut unrolled = Vec::with_capacity(blocks.len());
    let any = blocks.iter().any(|block| match block {
        Block::Paragraph(paragraph) => is_prose(&paragraph.text) && is_table(&paragraph.text),
        Block::Line(line) => is_prose(&line.text()) && is_table(&line.text()),
        Block::Grid(_) | Block::Image(..) => false,
    });
    if !any {
        return blocks;
    }
    for block in blocks {
        let (text, place) = match &block {
            Block::Paragraph(paragraph) => (paragraph.text.clone(), paragraph.place),
            Block::Line(line) => (line.text(), line.place),
            Block::Grid(_) | Block::Image(..) => {
                unrolled.push(block);
                continue;
            }
        };
        if text.contains('|') || !is_prose(&text) {
            unrolled.push(block);
            continue;
        }
        let parts = text.split('\n').flat_map(parts);
        unrolled
            .extend(parts.map(|text| {
                Block::Paragraph(Paragraph { text, marks: Vec::new(), role: Role::Body, place })
            }));
    }
    unrolled
}

/// Whether several figures stand in a row.
fn is_table(text: &str) -> bool {
    let mut row = 0;
    figure::words(text).iter().any(|word| {
        row = if figure::read(word).is_some() { row + 1 } else { 0 };
        row >= IN_A_ROW
    })
}

/// The cells and the prose of a line, in order.
fn parts(line: &str) -> Vec<String> {
    let words = figure::words(line);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut parts: Vec<String> = Vec::new();
    let mut prose: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let length = words[at..].iter().take_while(is_cell).count();
        let stretch = &words[at..at + length];
        let figures = stretch.iter().filter(|word| figure::read(word).is_some()).count();
        let table = is_table(&stretch.join(" ")) || length >= STRETCH.0 && figures >= STRETCH.1;
        if !table {
            prose.extend(&words[at..(at + length + 1).min(words.len())]);
            at += length + 1;
            continue;
        }
        parts.extend((!prose.is_empty()).then(|| std::mem::take(&mut prose).join(" ")));
        let last = stretch.iter().rposition(|word| figure::read(word).is_some()).unwrap_or(0);
        parts.extend(stretch[..=last].iter().map(|word| (*word).to_owned()));
        // Behind the last figure stand the next heading and the beginning of the prose below it.
        for word in &stretch[last + 1..] {
            if word.contains('、') && prose.is_empty() {
                parts.push((*word).to_owned());
            } else {
                prose.push(word);
            }
        }
        at += length;
    }
    parts.extend((!prose.is_empty()).then(|| prose.join(" ")));
    parts
}

fn is_cell(word: &&&str) -> bool {
    !word.contains(['。', '；', ';']) && word.chars().count() <= LABEL
}
