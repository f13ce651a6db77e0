//! Tables set on paper: labels wrapped in narrow columns, cells set in the middle of what they span, and the lines of
//! neighbouring cells woven into each other; as a program sees it that takes the text off the page line by line.

use super::{Chance, Mess, Printed};

/// A cell on the grid of a table.
struct Placed {
    text: String,
    row: usize,
    column: usize,
    rows: usize,
    columns: usize,
}

/// The lines of a table, drawn with blanks.
pub(super) fn lines(rows: &[Vec<Printed>], mess: Mess, chance: &mut Chance) -> Vec<String> {
    let cells = placed(rows);
    let widths = widths(&cells);
    let left = |column: usize| widths[..column].iter().map(|width| width + GAP).sum::<usize>();
    let room = |cell: &Placed| left(cell.column + cell.columns) - left(cell.column) - GAP;
    let wrapped: Vec<Vec<String>> = cells.iter().map(|cell| wrap(&cell.text, room(cell))).collect();
    let mut heights = vec![1usize; rows.len()];
    for (cell, text) in cells.iter().zip(&wrapped).filter(|(cell, _)| cell.rows == 1) {
        heights[cell.row] = heights[cell.row].max(text.len());
    }
    for (cell, text) in cells.iter().zip(&wrapped).filter(|(cell, _)| cell.rows > 1) {
        let own: usize = heights[cell.row..cell.row + cell.rows].iter().sum();
        heights[cell.row + cell.rows - 1] += text.len().saturating_sub(own);
    }
    let top = |row: usize| heights[..row].iter().sum::<usize>();
    let mut canvas: Vec<Vec<(usize, String)>> = vec![Vec::new(); top(rows.len())];
    for (cell, text) in cells.iter().zip(wrapped) {
        let height = top(cell.row + cell.rows) - top(cell.row);
        let first = top(cell.row) + (height - text.len().min(height)) / 2;
        for (number, line) in text.into_iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let middle = if cell.text.chars().count() > 6 {
                0
            } else {
                (room(cell) - columns_of(&line).min(room(cell))) / 2
            };
            canvas[first + number].push((left(cell.column) + middle, line));
        }
    }
    let mut lines = Vec::new();
    for (number, mut parts) in canvas.into_iter().enumerate() {
        parts.sort_by_key(|part| part.0);
        let mut line = String::new();
        for (at, text) in parts {
            let gap = at.saturating_sub(columns_of(&line)).max(if line.is_empty() { 0 } else { 2 });
            line.push_str(&" ".repeat(gap));
            line.push_str(&text);
        }
        lines.push(line);
        if mess.pages && number % 24 == 23 {
            let page = number / 24 + 1;
            lines.push(match chance.below(3) {
                0 => format!("\n                                        - {page} -\n"),
                1 => format!("\n                                          {page}\n\u{c}"),
                _ => format!("\n第 {page} 页 共 9 页\n"),
            });
        }
    }
    lines
}

/// Blanks between columns.
const GAP: usize = 2;

fn placed(rows: &[Vec<Printed>]) -> Vec<Placed> {
    let mut cells = Vec::new();
    let mut covered: Vec<usize> = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let mut column = 0;
        let mut begins = vec![];
        for cell in row {
            while covered.get(column).is_some_and(|left| *left > 0) {
                column += 1;
            }
            begins.push((column, cell));
            column += cell.columns;
            covered.resize(covered.len().max(column), 0);
        }
        for left in &mut covered {
            *left = left.saturating_sub(1);
        }
        for (column, cell) in begins {
            covered[column..column + cell.columns].fill(cell.rows - 1);
            cells.push(Placed {
                text: cell.text.replace('\n', ""),
                row: number,
                column,
                rows: cell.rows.min(rows.len() - number),
                columns: cell.columns,
            });
        }
    }
    cells
}

/// How wide each column is: narrow ones for groups and figures, a wide one for labels.
fn widths(cells: &[Placed]) -> Vec<usize> {
    let count = cells.iter().map(|cell| cell.column + cell.columns).max().unwrap_or(0);
    let longest = |column: usize| {
        let own = cells.iter().filter(|cell| cell.column == column && cell.columns == 1);
        own.map(|cell| (columns_of(&cell.text), cell.rows)).max()
    };
    let width = |column| match longest(column) {
        Some((long, rows)) if rows > 1 && long > 8 => 6,
        Some((long, _)) if long > 16 => 22,
        Some((long, _)) => long.clamp(6, 8),
        None => 6,
    };
    (0..count).map(width).collect()
}

/// A text in lines of a width.
fn wrap(text: &str, width: usize) -> Vec<String> {
    // A figure is never broken.
    if text.trim().is_ascii() {
        return vec![text.trim().to_owned()];
    }
    let mut lines = vec![String::new()];
    for c in text.chars() {
        let full = lines.last().is_some_and(|line| columns_of(line) + 1 >= width.max(4));
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
    }
    lines
}

/// How many columns of a terminal a text takes.
pub(super) fn columns_of(text: &str) -> usize {
    text.chars().filter(|c| *c != '\n').map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}
