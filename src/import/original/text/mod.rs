//! Plain text to blocks. A line is cut into pieces at tabs and wide gaps, so that a table taken out of a PDF or
//! a terminal keeps its columns; lines of a Markdown table or with one row of pipes each become a grid. One cell
//! per line is left as lines: which of them belong together only the form can tell.

mod drawn;
mod numbered;
mod tabbed;

use std::collections::BTreeMap;

use crate::import::block::{Block, Fragment, GridBuilder, Line, Original, Place};
use crate::import::limits::{self, Refusal};
use crate::import::line::is_page_number;

use numbered::{Numbered, numbered};

/// Reads a plain text.
pub(super) fn read(text: &str) -> Result<Original, Refusal> {
    limits::check_lines(text)?;
    Ok(Original { blocks: blocks(text, 1), ..Original::default() })
}

/// The blocks of a text that keeps its lines, the first of which has this number.
pub(super) fn blocks(text: &str, first: u32) -> Vec<Block> {
    let mut lines = tabbed::gather(drawn::erase(numbered(text, first)));
    // The number of a page may stand inside a cell.
    if lines.iter().any(|line| line.text.contains('|')) {
        lines.retain(|line| !is_page_number(&line.text));
    }
    close(&mut lines);
    let wide = wide(&lines);
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let height = lines[at..].iter().take_while(|line| is_row(&line.text)).count();
        if height >= 2 {
            blocks.push(Block::Grid(grid(&lines[at..at + height])));
            at += height;
        } else {
            let place = Place::Line(lines[at].number);
            blocks.push(Block::Line(Line { fragments: fragments(&lines[at].text, wide), place }));
            at += 1;
        }
    }
    blocks
}

/// Puts the pipes that stand on a line of their own to end the cell before behind that; other pipes alone on a line are
/// blank cells.
fn close(lines: &mut [Numbered<'_>]) {
    let mut open: Option<usize> = None;
    for at in 0..lines.len() {
        let text = lines[at].text.trim().to_owned();
        if text.is_empty() {
            continue;
        }
        let pipes = text.chars().all(|c| matches!(c, '|' | ' '));
        if let Some(cell) = open.filter(|_| pipes) {
            lines[cell].text = format!("{} |", lines[cell].text.trim_end()).into();
            lines[at].text = text[1..].to_owned().into();
        }
        open = (!text.ends_with('|')).then_some(at);
    }
}

/// Whether a line is a whole row of a table: several cells between pipes, or between tabs.
fn is_row(line: &str) -> bool {
    let line = line.trim_matches([' ', '\r', '\u{c}']);
    if let Some(rest) = line.strip_prefix('|') {
        // A line of pipes alone is what is left of cells that an export has flattened.
        return rest.matches('|').count() >= 1 && rest.chars().any(|c| c != '|' && c != ' ');
    }
    if line.contains('|') {
        return line.matches('|').count() >= 2
            && line.split('|').filter(|cell| !cell.trim().is_empty()).count() >= 2;
    }
    line.trim_matches('\t').matches('\t').count() >= 1 || line.matches('\t').count() >= 2
}

fn grid(lines: &[Numbered<'_>]) -> crate::import::block::TextGrid {
    let mut grid = GridBuilder::default();
    let bordered = is_bordered(lines);
    // Where the head ends with a tab too, it stands behind each cell, not between two.
    let ended = lines.iter().all(|line| !line.text.contains('|') && line.text.ends_with('\t'));
    for Numbered { number, text } in lines {
        let text = if ended { text.strip_suffix('\t').unwrap_or(text) } else { text };
        let cells = cells(text, bordered);
        // The rule below the head of a Markdown table.
        if cells
            .iter()
            .all(|cell| cell.contains('-') && cell.trim().chars().all(|c| matches!(c, '-' | ':' | ' ')))
        {
            continue;
        }
        grid.row();
        for cell in cells {
            let text = cell.trim().replace("<br>", "\n").replace("<br/>", "\n");
            grid.cell(text.trim_matches('*').to_owned(), (1, 1), None, |_, _| Place::Line(*number));
        }
    }
    grid.finish(None)
}

/// The cells of a row; a pipe before them is the border of the table or ends a blank cell.
fn cells(line: &str, bordered: bool) -> Vec<&str> {
    let line = line.trim_matches([' ', '\r', '\u{c}']);
    if !line.contains('|') {
        return line.split('\t').collect();
    }
    let inner = line.strip_prefix('|').filter(|_| bordered).unwrap_or(line);
    without_padding(inner).split('|').collect()
}

/// Whether the pipes before rows are a border: where only some rows have one, if more rows are alike then.
fn is_bordered(lines: &[Numbered<'_>]) -> bool {
    let begins = |line: &&Numbered<'_>| line.text.trim_start().starts_with('|');
    let rows: Vec<&Numbered<'_>> = lines.iter().filter(|line| line.text.contains('|')).collect();
    let begun = rows.iter().copied().filter(begins).count();
    let alike = |bordered: bool| {
        let mut times: BTreeMap<usize, usize> = BTreeMap::new();
        rows.iter().for_each(|row| *times.entry(cells(&row.text, bordered).len()).or_default() += 1);
        times.into_values().max()
    };
    begun == rows.len() || alike(true) > alike(false) || alike(true) == alike(false) && begun * 2 > rows.len()
}

/// A row without its last pipe, and without those that only make up for spans: several in a row without a space, where
/// cells have spaces around them.
fn without_padding(row: &str) -> &str {
    let cells = row.trim_end_matches('|');
    if row.len() - cells.len() > 1 && cells.contains(" | ") {
        cells.trim_end().strip_suffix('|').unwrap_or(cells)
    } else {
        row.strip_suffix('|').unwrap_or(row)
    }
}

/// How many columns a Han character takes: two where a terminal laid the text out, one where a program counted
/// characters. Whichever makes more pieces stand under each other is right.
fn wide(lines: &[Numbered<'_>]) -> f32 {
    let distinct = |wide: f32| {
        let pieces = lines.iter().map(|line| fragments(&line.text, wide)).filter(|pieces| pieces.len() >= 3);
        let mut starts: Vec<i64> =
            pieces.flat_map(|pieces| pieces.into_iter().skip(1).map(|piece| piece.extent.0 as i64)).collect();
        starts.sort_unstable();
        starts.dedup();
        starts.len()
    };
    if distinct(2.0) < distinct(1.0) { 2.0 } else { 1.0 }
}

/// The pieces of a line: apart at tabs and at two or more spaces, with their columns.
fn fragments(line: &str, wide: f32) -> Vec<Fragment> {
    let mut pieces: Vec<Fragment> = Vec::new();
    let mut column = 0.0f32;
    let mut gap = 2;
    for character in line.chars() {
        let width = if character == '\t' {
            8.0 - column % 8.0
        } else if character.is_ascii() {
            1.0
        } else {
            wide
        };
        let blank = character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}');
        if blank {
            gap += if character == '\t' || character == '\u{3000}' { 2 } else { 1 };
        } else {
            match pieces.last_mut().filter(|_| gap < 2) {
                Some(piece) => {
                    if gap == 1 {
                        piece.text.push(' ');
                    }
                    piece.text.push(character);
                    piece.extent.1 = column + width;
                }
                None => {
                    pieces.push(Fragment { text: character.to_string(), extent: (column, column + width) })
                }
            }
            gap = 0;
        }
        column += width;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&[&str]]) {
        let grid = grid(&numbered(text, 1));
        let rows: Vec<Vec<&str>> =
            grid.rows.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect()).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn a_pipe_before_a_row_is_a_border_or_ends_a_blank_cell() {
        check("| 甲 | 1 |\n| 乙 | 2 |", &[&["甲", "1"], &["乙", "2"]]);
        check(
            "甲 | 一 | 1 |\n | 二 | 2 |\n | 三 | 3 |",
            &[&["甲", "一", "1"], &["", "二", "2"], &["", "三", "3"]],
        );
        check("甲 | 1 |\n| 乙 | 2 |\n| 丙 | 3 |", &[&["甲", "1"], &["乙", "2"], &["丙", "3"]]);
    }
}
