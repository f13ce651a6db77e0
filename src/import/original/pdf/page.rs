//! A page of loose characters and ruled lines to blocks: what stands between rules is a table, the rest are lines.

use std::ops::Range;

use crate::import::block::{Block, Fragment, Line, Place, TextCell, TextGrid};
use crate::import::line::is_page_number;

/// A character on a page; upward is larger.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    /// What it says.
    pub text: String,
    /// Its left edge.
    pub left: f32,
    /// Its right edge.
    pub right: f32,
    /// The line it stands on.
    pub base: f32,
    /// Its height.
    pub size: f32,
}

impl Glyph {
    fn middle(&self) -> (f32, f32) {
        ((self.left + self.right) / 2.0, self.base + self.size * 0.3)
    }
}

/// A ruled line along or across the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ruling {
    across: bool,
    /// Where it lies: its height if it runs along the text, its distance from the left if across.
    at: f32,
    from: f32,
    to: f32,
}

/// Lines this near are one.
const NEAR: f32 = 2.5;

impl Ruling {
    /// A line between two points, if it is straight along or across.
    pub(super) fn between((x0, y0): (f32, f32), (x1, y1): (f32, f32)) -> Option<Self> {
        if (y0 - y1).abs() < 0.8 && (x0 - x1).abs() > 3.0 {
            Some(Self { across: false, at: (y0 + y1) / 2.0, from: x0.min(x1), to: x0.max(x1) })
        } else if (x0 - x1).abs() < 0.8 && (y0 - y1).abs() > 3.0 {
            Some(Self { across: true, at: (x0 + x1) / 2.0, from: y0.min(y1), to: y0.max(y1) })
        } else {
            None
        }
    }

    /// A filled box that is as thin as a line.
    pub(super) fn from_box(left: f32, right: f32, bottom: f32, top: f32) -> Option<Self> {
        let (width, height) = (right - left, top - bottom);
        if height < 2.0 && height < width {
            Self::between((left, (top + bottom) / 2.0), (right, (top + bottom) / 2.0))
        } else if width < 2.0 && width < height {
            Self::between(((left + right) / 2.0, bottom), ((left + right) / 2.0, top))
        } else {
            None
        }
    }
}

/// What a page holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    /// Its characters.
    pub glyphs: Vec<Glyph>,
    /// Its ruled lines.
    pub rulings: Vec<Ruling>,
}

/// The blocks of all pages.
pub(super) fn blocks(pages: &[Page]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut tables = 0;
    // The table at the end of the page before, and where its columns stand.
    let mut last: Option<(usize, Vec<f32>)> = None;
    for (number, page) in pages.iter().enumerate() {
        let mut found: Vec<(f32, Block)> = Vec::new();
        let mut columns: Vec<(f32, Vec<f32>)> = Vec::new();
        let mut glyphs = deduplicate(&page.glyphs);
        for frame in frames(&page.rulings) {
            let inside: Vec<Glyph> =
                glyphs.iter().filter(|glyph| frame.holds(glyph.middle())).cloned().collect();
            if inside.is_empty() {
                continue;
            }
            glyphs.retain(|glyph| !frame.holds(glyph.middle()));
            tables += 1;
            found.push((frame.top(), Block::Grid(frame.grid(&inside, tables))));
            columns.push((frame.top(), frame.columns));
        }
        for (base, fragments) in lines(&glyphs) {
            found.push((base, Block::Line(Line { fragments, place: Place::Line(0) })));
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut line = 0;
        for (top, mut block) in found {
            let own = columns.iter().find(|(other, _)| *other == top).map(|(_, columns)| columns);
            match (&mut block, own) {
                (Block::Line(text), _) => {
                    line += 1;
                    text.place = Place::PageLine { page: number as u32 + 1, line };
                    last = last.filter(|_| is_page_number(&text.text()));
                }
                (Block::Grid(grid), Some(own)) => {
                    if let Some((at, columns)) = &mut last
                        && let Some(Block::Grid(begun)) = blocks.get_mut(*at)
                        && go_on(begun, columns, grid, own)
                    {
                        continue;
                    }
                    last = Some((blocks.len(), own.clone()));
                }
                _ => {}
            }
            blocks.push(block);
        }
    }
    blocks
}

/// Puts the rows of a table at the top of a page below those at the end of the page before, if both are as wide;
/// otherwise `false`.
fn go_on(begun: &mut TextGrid, columns: &mut Vec<f32>, more: &TextGrid, own: &[f32]) -> bool {
    let near = |a: Option<&f32>, b: Option<&f32>| a.zip(b).is_some_and(|(a, b)| (a - b).abs() < NEAR * 2.0);
    if !near(columns.first(), own.first()) || !near(columns.last(), own.last()) {
        return false;
    }
    let mut all: Vec<f32> = columns.iter().chain(own).copied().collect();
    all.sort_by(f32::total_cmp);
    all.dedup_by(|next, kept| *next - *kept < NEAR * 2.0);
    let place = |at: f32| {
        let distance = |column: &usize| (all[*column] - at).abs();
        (0..all.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
    };
    let moved = |cell: &TextCell, old: &[f32], down: usize| {
        let (left, right) = (place(old[cell.column]), place(old[cell.column + cell.columns]));
        let columns = right.saturating_sub(left).max(1);
        TextCell { row: cell.row + down, column: left, columns, ..cell.clone() }
    };
    let height = begun.rows.len();
    for row in &mut begun.rows {
        *row = row.iter().map(|cell| moved(cell, columns, 0)).collect();
    }
    begun.rows.extend(more.rows.iter().map(|row| row.iter().map(|cell| moved(cell, own, height)).collect()));
    begun.width = all.len() - 1;
    *columns = all;
    true
}

/// Characters printed twice at one place to look bold are one.
fn deduplicate(glyphs: &[Glyph]) -> Vec<Glyph> {
    let mut kept: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        let again = kept.iter().rev().take(40).any(|other| {
            other.text == glyph.text
                && (other.left - glyph.left).abs() < 1.0
                && (other.base - glyph.base).abs() < 1.0
        });
        if !again {
            kept.push(glyph.clone());
        }
    }
    kept
}

/// Characters to lines from the top, each in pieces where the gap is wide.
fn lines(glyphs: &[Glyph]) -> Vec<(f32, Vec<Fragment>)> {
    let mut sorted: Vec<&Glyph> = glyphs.iter().collect();
    sorted.sort_by(|a, b| b.base.total_cmp(&a.base));
    let mut lines: Vec<Vec<&Glyph>> = Vec::new();
    for glyph in sorted {
        match lines.last_mut().filter(|line| line[0].base - glyph.base < glyph.size.max(line[0].size) * 0.45)
        {
            Some(line) => line.push(glyph),
            None => lines.push(vec![glyph]),
        }
    }
    let mut found = Vec::new();
    for mut line in lines {
        line.sort_by(|a, b| a.left.total_cmp(&b.left));
        let mut pieces: Vec<Fragment> = Vec::new();
        for glyph in &line {
            if glyph.text.trim().is_empty() {
                continue;
            }
            let gap = pieces.last().map(|piece| glyph.left - piece.extent.1);
            match pieces.last_mut().filter(|_| gap.is_some_and(|gap| gap < glyph.size * 0.8)) {
                Some(piece) => {
                    let wide = gap.is_some_and(|gap| gap > glyph.size * 0.2);
                    let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                    if wide && ascii(piece.text.chars().next_back()) && ascii(glyph.text.chars().next()) {
                        piece.text.push(' ');
                    }
                    piece.text.push_str(&glyph.text);
                    piece.extent.1 = glyph.right;
                }
                None => pieces.push(Fragment { text: glyph.text.clone(), extent: (glyph.left, glyph.right) }),
            }
        }
        if !pieces.is_empty() {
            found.push((line[0].base, pieces));
        }
    }
    found
}

/// The rules of one table: the lines they lie on, and between which of them there is a rule.
struct Frame {
    columns: Vec<f32>,
    /// From the top downward.
    rows: Vec<f32>,
    rulings: Vec<Ruling>,
}

/// Groups the rules of a page into tables: rules that touch belong together.
fn frames(rulings: &[Ruling]) -> Vec<Frame> {
    let mut groups: Vec<Vec<Ruling>> = Vec::new();
    for ruling in rulings {
        let (touching, mut apart): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.iter().any(|other| touch(ruling, other)));
        let mut merged = vec![*ruling];
        merged.extend(touching.into_iter().flatten());
        apart.push(merged);
        groups = apart;
    }
    let mut frames = Vec::new();
    for group in groups {
        let columns = positions(group.iter().filter(|r| r.across));
        let mut rows = positions(group.iter().filter(|r| !r.across));
        rows.reverse();
        if columns.len() >= 3 && rows.len() >= 2 || columns.len() >= 2 && rows.len() >= 3 {
            frames.push(Frame { columns, rows, rulings: group });
        }
    }
    frames
}

fn touch(a: &Ruling, b: &Ruling) -> bool {
    if a.across == b.across {
        (a.at - b.at).abs() < NEAR && a.from < b.to + NEAR && b.from < a.to + NEAR
    } else {
        a.from - NEAR < b.at && b.at < a.to + NEAR && b.from - NEAR < a.at && a.at < b.to + NEAR
    }
}

fn positions<'a>(rulings: impl Iterator<Item = &'a Ruling>) -> Vec<f32> {
    let mut positions: Vec<f32> = rulings.map(|ruling| ruling.at).collect();
    positions.sort_by(f32::total_cmp);
    positions.dedup_by(|next, kept| *next - *kept < NEAR);
    positions
}

impl Frame {
    fn top(&self) -> f32 {
        self.rows.first().copied().unwrap_or_default()
    }

    fn holds(&self, (x, y): (f32, f32)) -> bool {
        let between = |list: &[f32], at: f32| {
            list.iter().copied().fold(f32::MAX, f32::min) <= at
                && at <= list.iter().copied().fold(f32::MIN, f32::max)
        };
        between(&self.columns, x) && between(&self.rows, y)
    }

    /// Whether there is a rule on the line across at the column, along the whole of the row.
    fn ruled_across(&self, column: usize, row: usize) -> bool {
        let middle = (self.rows[row] + self.rows[row + 1]) / 2.0;
        let at = self.columns[column];
        self.rulings
            .iter()
            .any(|r| r.across && (r.at - at).abs() < NEAR && r.from <= middle && middle <= r.to)
    }

    fn ruled_along(&self, row: usize, column: usize) -> bool {
        let middle = (self.columns[column] + self.columns[column + 1]) / 2.0;
        let at = self.rows[row];
        self.rulings
            .iter()
            .any(|r| !r.across && (r.at - at).abs() < NEAR && r.from <= middle && middle <= r.to)
    }

    fn grid(&self, glyphs: &[Glyph], table: u32) -> TextGrid {
        let (height, width) = (self.rows.len() - 1, self.columns.len().saturating_sub(1));
        let mut grid = TextGrid { rows: vec![Vec::new(); height], width, caption: None };
        let mut taken = vec![vec![false; width]; height];
        for row in 0..height {
            for column in 0..width {
                if taken[row][column] {
                    continue;
                }
                let mut columns = 1;
                while column + columns < width && !self.ruled_across(column + columns, row) {
                    columns += 1;
                }
                let mut rows = 1;
                while row + rows < height && !self.ruled_along(row + rows, column) {
                    rows += 1;
                }
                for line in taken.iter_mut().skip(row).take(rows) {
                    for place in line.iter_mut().skip(column).take(columns) {
                        *place = true;
                    }
                }
                let text = self.text(glyphs, row..row + rows, column..column + columns);
                let place = Place::Cell { table, row: row as u32 + 1, column: column as u32 + 1 };
                grid.rows[row].push(TextCell { text, row, column, rows, columns, address: None, place });
            }
        }
        grid
    }

    /// The text between the lines, line by line.
    fn text(&self, glyphs: &[Glyph], rows: Range<usize>, columns: Range<usize>) -> String {
        let inside: Vec<Glyph> = glyphs
            .iter()
            .filter(|glyph| {
                let (x, y) = glyph.middle();
                self.columns[columns.start] <= x
                    && x < self.columns[columns.end]
                    && self.rows[rows.end] < y
                    && y <= self.rows[rows.start]
            })
            .cloned()
            .collect();
        let lines = lines(&inside);
        let room = self.columns[columns.end] - self.columns[columns.start];
        if is_broken_figure(&lines, room) {
            return lines
                .into_iter()
                .flat_map(|(_, fragments)| fragments)
                .map(|fragment| fragment.text)
                .collect();
        }
        let text = lines.into_iter().map(|(_, fragments)| {
            fragments.into_iter().map(|fragment| fragment.text).collect::<Vec<_>>().join(" ")
        });
        text.collect::<Vec<_>>().join("\n")
    }
}

/// Whether lines are the digits of one figure that did not fit between the rules.
fn is_broken_figure(lines: &[(f32, Vec<Fragment>)], room: f32) -> bool {
    let digits = |fragment: &Fragment| {
        fragment.text.chars().all(|c| c.is_numeric() || matches!(c, ',' | '.' | '，' | '．'))
    };
    let fragments = || lines.iter().flat_map(|(_, fragments)| fragments);
    let width: f32 = fragments().map(|fragment| fragment.extent.1 - fragment.extent.0).sum();
    lines.len() > 1 && fragments().all(digits) && width > room * 0.7
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page with a ruled table: where its columns and rows stand, and a text in the middle of each cell.
    fn page(columns: &[f32], rows: &[f32], texts: &[&[&str]]) -> Page {
        let mut page = Page::default();
        let (left, right) = (columns[0], columns[columns.len() - 1]);
        let (top, bottom) = (rows[0], rows[rows.len() - 1]);
        page.rulings.extend(rows.iter().filter_map(|at| Ruling::between((left, *at), (right, *at))));
        page.rulings.extend(columns.iter().filter_map(|at| Ruling::between((*at, top), (*at, bottom))));
        for (row, texts) in rows.windows(2).zip(texts) {
            for (column, text) in columns.windows(2).zip(*texts) {
                let (left, base) = (column[0] + 2.0, row[1] + 3.0);
                let right = left + 8.0;
                page.glyphs.push(Glyph { text: (*text).to_owned(), left, right, base, size: 8.0 });
            }
        }
        page
    }

    #[test]
    fn a_table_goes_on_over_pages() {
        let head = page(&[0.0, 50.0, 100.0], &[60.0, 40.0], &[&["件", "数"]]);
        let body =
            page(&[0.0, 50.0, 75.0, 100.0], &[700.0, 680.0, 660.0], &[&["甲", "1", "2"], &["乙", "3", "4"]]);
        let apart = page(&[0.0, 50.0, 90.0], &[600.0, 580.0], &[&["丙", "5"]]);
        let blocks = blocks(&[head, body, apart]);
        let [Block::Grid(table), Block::Grid(other)] = &blocks[..] else { panic!("{blocks:?}") };
        let places: Vec<(&str, usize, usize)> =
            table.rows.iter().flatten().map(|cell| (cell.text.as_str(), cell.column, cell.columns)).collect();
        let expected = [
            ("件", 0, 1),
            ("数", 1, 2),
            ("甲", 0, 1),
            ("1", 1, 1),
            ("2", 2, 1),
            ("乙", 0, 1),
            ("3", 1, 1),
            ("4", 2, 1),
        ];
        assert_eq!(places, expected);
        assert_eq!((table.width, other.rows.len()), (3, 1));
    }
}
