//! A page of loose characters and ruled lines to blocks: what stands between rules is a table, the rest are lines.

use std::ops::Range;

use super::block::{Block, Fragment, Line, Place, TextCell, TextGrid};

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
    let mut blocks = Vec::new();
    let mut tables = 0;
    for (number, page) in pages.iter().enumerate() {
        let mut found: Vec<(f32, Block)> = Vec::new();
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
        }
        for (base, fragments) in lines(&glyphs) {
            found.push((base, Block::Line(Line { fragments, place: Place::Line(0) })));
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut line = 0;
        for (_, mut block) in found {
            if let Block::Line(text) = &mut block {
                line += 1;
                text.place = Place::PageLine { page: number as u32 + 1, line };
            }
            blocks.push(block);
        }
    }
    blocks
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
