//! Tables copied out of a browser: a tab between the cells of a row, and empty lines around each paragraph of a cell, so
//! that tabs stand on lines of their own. Such a row becomes one line again.

use crate::import::figure;
use crate::import::line::is_prose;

use super::numbered::Numbered;

/// Lines of tabs alone that tell such a text.
const LINES: usize = 4;
/// Empty lines between the rows of a table, at least; between the paragraphs of a cell there is one.
const BETWEEN_ROWS: usize = 2;

/// The lines, with rows that are spread over several brought together.
pub(super) fn gather<'t>(lines: Vec<Numbered<'t>>) -> Vec<Numbered<'t>> {
    let tabs = |line: &&Numbered<'_>| is_tabs(&line.text);
    let pipes = lines.iter().filter(|line| line.text.contains('|')).count();
    // Where pipes stand between the cells, tabs only set them in.
    if lines.iter().filter(tabs).count() < LINES.max(pipes) {
        return lines;
    }
    let spaced = lines.windows(2).filter(|pair| is_tabs(&pair[0].text) && pair[1].text.is_empty()).count()
        * 2
        > lines.iter().filter(tabs).count();
    let mut row = Row { spaced, ..Row::default() };
    for line in lines {
        row.take(line);
    }
    row.close();
    row.gathered
}

fn is_tabs(line: &str) -> bool {
    line.contains('\t') && line.chars().all(|c| matches!(c, '\t' | ' ' | '\r'))
}

/// The row being read.
#[derive(Default)]
struct Row<'t> {
    gathered: Vec<Numbered<'t>>,
    /// Whether empty lines stand around tabs.
    spaced: bool,
    /// The paragraphs of each cell.
    cells: Vec<Vec<Numbered<'t>>>,
    /// Empty lines since the last that is not.
    empty: usize,
    /// Whether the row before was one of a table.
    inside: bool,
}

impl<'t> Row<'t> {
    fn take(&mut self, line: Numbered<'t>) {
        if line.text.trim_end_matches('\r').is_empty() {
            self.empty += 1;
            return;
        }
        let tabs = is_tabs(&line.text);
        // A figure is the whole of its cell, unless a remark in brackets follows.
        let remark = line.text.trim_start().starts_with(['(', '（']);
        let full = self.cells.len() > 1
            && self.cells.last().and_then(|cell| cell.first()).is_some_and(|first| {
                first.text.trim().is_empty() || figure::read(&first.text).is_some() && !remark
            });
        let follows = self.cells.last().is_some_and(|cell| !cell.is_empty());
        let apart = if self.spaced { self.empty >= BETWEEN_ROWS } else { follows };
        if !tabs && !self.cells.is_empty() && (apart || full) {
            self.close();
        }
        self.empty = 0;
        if self.cells.is_empty() {
            self.cells.push(Vec::new());
        }
        if tabs {
            let count = line.text.matches('\t').count();
            self.cells.extend((0..count).map(|_| Vec::new()));
        } else {
            if let Some(cell) = self.cells.last_mut() {
                cell.push(line);
            }
        }
    }

    /// Ends the row: cells become one line, paragraphs without any tab stay lines.
    fn close(&mut self) {
        let mut cells = std::mem::take(&mut self.cells);
        let tabbed = cells.len() > 1;
        // What stands before a table belongs to its first cell only if the table goes on.
        let loose = match (tabbed, self.inside, cells.first_mut()) {
            (true, false, Some(first)) => first.drain(..first.len().saturating_sub(1)).collect(),
            (false, ..) => cells.drain(..).flatten().collect(),
            _ => Vec::new(),
        };
        self.inside = tabbed || self.inside && loose.len() == 1 && !is_prose(&loose[0].text);
        self.gathered.extend(loose.into_iter().flat_map(|line| {
            let gap = Numbered { number: line.number, text: "".into() };
            [line, gap]
        }));
        let Some(number) = cells.iter().flatten().map(|line| line.number).next() else { return };
        let texts =
            cells.iter().map(|cell| cell.iter().map(|line| line.text.trim()).collect::<Vec<_>>().join(" "));
        self.gathered.push(Numbered { number, text: texts.collect::<Vec<_>>().join("\t").into() });
    }
}
