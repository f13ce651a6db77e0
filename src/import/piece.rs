//! Blocks cut into pieces: every cell of a grid and every word group of a line, in reading order, each known to be
//! blank, a figure or a label; and the pieces gathered into runs, a run being the figures that follow a label.

use super::block::{Block, Place, TextGrid};
use super::figure::{self, Figure};
use super::label::{bare_key, key};

/// A cell of a grid, or a piece of a line.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// The key of the text as a label.
    pub key: String,
    /// The key without what stands in brackets.
    pub bare: String,
    /// What it says, if it is a figure.
    pub figure: Option<Figure>,
    /// Where it stands.
    pub place: Place,
    /// The block it comes from.
    pub block: usize,
    /// The row of a grid or the line it stands in; rises through the document.
    pub row: usize,
    /// Its left and right edge, where the original tells one.
    pub extent: Option<(f32, f32)>,
    /// Whether it stands in a table with rows of its own.
    pub in_grid: bool,
    /// How many columns of a grid it covers.
    pub columns: usize,
    /// The address that the file itself gives it.
    pub address: Option<String>,
    /// Running text: never a label.
    pub prose: bool,
}

impl Piece {
    fn new(text: &str, place: Place, block: usize, row: usize) -> Self {
        let figure = figure::read(text);
        let prose = figure.is_none() && is_prose(text);
        let label = figure.is_none() && !prose;
        Self {
            text: text.to_owned(),
            key: if label { key(text) } else { String::new() },
            bare: if label { bare_key(text) } else { String::new() },
            figure,
            place,
            block,
            row,
            extent: None,
            in_grid: false,
            columns: 1,
            address: None,
            prose,
        }
    }

    /// Whether there is nothing in it.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it is a text that could be a label.
    pub fn is_label(&self) -> bool {
        self.figure.is_none() && !self.prose && !self.key.is_empty()
    }
}

/// Whether a text is a sentence rather than a label.
pub fn is_prose(text: &str) -> bool {
    text.contains(['。', '；', ';']) || text.chars().count() > 70
}

/// A row of figures: what follows a label, up to the next label or the end of the row.
#[derive(Clone, Debug)]
pub struct Run {
    /// The labels since the run before, by piece.
    pub labels: Vec<usize>,
    /// The figures and blanks, by piece.
    pub cells: Vec<usize>,
}

/// Cuts blocks into pieces.
pub fn cut(blocks: &[Block]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut row = 0;
    for (number, block) in blocks.iter().enumerate() {
        row += 1;
        match block {
            Block::Grid(grid) => cut_grid(grid, number, &mut row, &mut pieces),
            Block::Paragraph(paragraph) => {
                for line in paragraph.text.split('\n') {
                    row += 1;
                    cut_line(line, paragraph.place, number, row, &mut pieces);
                }
            }
            Block::Line(line) => {
                let text = line.fragments.iter().map(|f| f.text.as_str()).collect::<Vec<_>>().join("  ");
                if text.contains('|') || is_prose(&text) {
                    cut_line(&text, line.place, number, row, &mut pieces);
                    continue;
                }
                for fragment in &line.fragments {
                    let from = pieces.len();
                    cut_line(&fragment.text, line.place, number, row, &mut pieces);
                    spread(&mut pieces[from..], fragment.extent);
                }
            }
            Block::Image(..) => {}
        }
    }
    pieces
}

/// Gives the pieces of one fragment their share of its extent, by the length of their texts.
fn spread(pieces: &mut [Piece], (left, right): (f32, f32)) {
    let length = |piece: &Piece| piece.text.chars().count() as f32 + 1.0;
    let total: f32 = pieces.iter().map(length).sum();
    let mut at = left;
    for piece in pieces {
        let end = at + (right - left) * length(piece) / total.max(1.0);
        piece.extent = Some((at, end));
        at = end;
    }
}

fn cut_grid(grid: &TextGrid, block: usize, row: &mut usize, pieces: &mut Vec<Piece>) {
    for cells in &grid.rows {
        *row += 1;
        for cell in cells {
            let mut piece = Piece::new(cell.text.trim(), cell.place, block, *row);
            // A table of one column is a list: its rows are lines.
            piece.in_grid = grid.width > 1;
            piece.columns = cell.columns;
            piece.extent = Some((cell.column as f32, (cell.column + cell.columns) as f32));
            piece.address = cell.address.clone();
            pieces.push(piece);
        }
    }
}

/// Cuts a line: at pipes, each of which ends a cell, else between figures that stand apart and words.
fn cut_line(line: &str, place: Place, block: usize, row: usize, pieces: &mut Vec<Piece>) {
    let line = line.trim();
    if line.contains('|') {
        let mut cells: Vec<&str> = line.split('|').collect();
        // What follows the last pipe is a cell only if there is something.
        if cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        for cell in cells {
            pieces.push(Piece::new(cell.trim(), place, block, row));
        }
        return;
    }
    if line.is_empty() {
        return;
    }
    if figure::read(line).is_some() || is_prose(line) {
        pieces.push(Piece::new(line, place, block, row));
        return;
    }
    let mut words: Vec<String> = Vec::new();
    for word in line.split_whitespace() {
        let is_figure = figure::read(word).is_some();
        match words.last_mut() {
            Some(last) if !is_figure && figure::read(last).is_none() => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    for word in words {
        pieces.push(Piece::new(&word, place, block, row));
    }
}

/// Gathers pieces into runs. `begins` tells whether a label names a row, so that a second row beside the first
/// in one line of a grid begins a run of its own.
pub fn runs(pieces: &[Piece], begins: &dyn Fn(&Piece) -> bool) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = Run { labels: Vec::new(), cells: Vec::new() };
    let mut at = 0;
    while at < pieces.len() {
        let piece = &pieces[at];
        if piece.in_grid {
            let end = at + pieces[at..].iter().take_while(|other| other.row == piece.row).count();
            close(&mut open, &mut runs);
            grid_row(pieces, at..end, begins, &mut open, &mut runs);
            at = end;
            continue;
        }
        if piece.is_blank() || piece.figure.is_some() {
            // A blank before any label is the margin of a flattened table.
            if !open.labels.is_empty() || !open.cells.is_empty() || piece.figure.is_some() {
                open.cells.push(at);
            }
        } else {
            if !open.cells.is_empty() {
                close(&mut open, &mut runs);
            }
            open.labels.push(at);
        }
        at += 1;
    }
    close(&mut open, &mut runs);
    runs
}

/// Ends the run being gathered if it has cells; labels without cells stay for the next.
fn close(open: &mut Run, runs: &mut Vec<Run>) {
    if !open.cells.is_empty() {
        runs.push(std::mem::replace(open, Run { labels: Vec::new(), cells: Vec::new() }));
    }
}

fn grid_row(
    pieces: &[Piece],
    range: std::ops::Range<usize>,
    begins: &dyn Fn(&Piece) -> bool,
    open: &mut Run,
    runs: &mut Vec<Run>,
) {
    let first_figure = range.clone().find(|at| pieces[*at].figure.is_some());
    let last_label = |end: usize| (range.start..end).rev().find(|at| pieces[*at].is_label() || pieces[*at].prose);
    let begin = match first_figure {
        Some(figure) => last_label(figure).map_or(range.start, |at| at + 1),
        None => last_label(range.end).map_or(range.start, |at| at + 1),
    };
    open.labels.extend((range.start..begin).filter(|at| !pieces[*at].is_blank()));
    for at in begin..range.end {
        if first_figure.is_some_and(|figure| at > figure) && pieces[at].is_label() && begins(&pieces[at]) {
            close(open, runs);
            open.labels.push(at);
        } else {
            open.cells.push(at);
        }
    }
    close(open, runs);
}
