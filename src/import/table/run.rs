//! Pieces gathered into runs, a run being the figures that follow a label.

use super::lexicon::Lexicon;
use super::piece::Piece;

/// A row of figures: what follows a label, up to the next label or the end of the row.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// The labels since the run before, by piece.
    pub labels: Vec<usize>,
    /// The figures and blanks, by piece.
    pub cells: Vec<usize>,
}

/// Gathers pieces into runs. A second row beside the first in one line of a grid begins a run of its own.
pub(super) fn runs(pieces: &[Piece], lexicon: &Lexicon) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = Run { labels: Vec::new(), cells: Vec::new() };
    let mut at = 0;
    while at < pieces.len() {
        let piece = &pieces[at];
        if piece.in_grid {
            let end = at + pieces[at..].iter().take_while(|other| other.row == piece.row).count();
            close(pieces, &mut open, &mut runs);
            grid_row(pieces, at..end, lexicon, &mut open, &mut runs);
            at = end;
            continue;
        }
        if piece.noise {
            at += 1;
            continue;
        }
        if piece.is_cell() {
            // A row of pipes behind figures that have none is another.
            let bare = open.cells.iter().any(|at| pieces[*at].figure.is_some() && !pieces[*at].piped);
            if piece.piped && piece.is_blank() && bare {
                close(pieces, &mut open, &mut runs);
                at += 1;
                continue;
            }
            // What fills a row up ends it.
            if !piece.padding && open.cells.last().is_some_and(|at| pieces[*at].padding) {
                match open.cells.iter().all(|at| pieces[*at].padding) {
                    true => open.cells.clear(),
                    false => close(pieces, &mut open, &mut runs),
                }
            }
            // A blank before any label is the margin of a flattened table.
            if !open.labels.is_empty() || !open.cells.is_empty() || piece.figure.is_some() {
                open.cells.push(at);
            }
        } else {
            if !open.cells.is_empty() {
                close(pieces, &mut open, &mut runs);
            }
            open.labels.push(at);
        }
        at += 1;
    }
    close(pieces, &mut open, &mut runs);
    runs
}

/// Runs without the blanks at their ends, in a text that lost the blanks between figures: there what is blank at the end
/// only fills the row up. Such a text has no blank before a figure, and rows of figures that are no table's width.
pub(super) fn tighten(mut runs: Vec<Run>, pieces: &[Piece], widths: &[usize]) -> Vec<Run> {
    let loose = |run: &Run| run.cells.iter().all(|at| !pieces[*at].in_grid);
    let last = |run: &Run| run.cells.iter().rposition(|at| !pieces[*at].is_blank());
    let hollow = |run: &Run| {
        last(run).is_some_and(|last| {
            run.cells[..last].iter().any(|at| pieces[*at].is_blank() && !pieces[*at].padding)
        })
    };
    let padded = |run: &Run| {
        let next = run.cells.last().and_then(|at| pieces.get(at + 1));
        last(run).is_some() && next.is_some_and(|piece| piece.padding) && !widths.contains(&run.cells.len())
    };
    let count = |test: &dyn Fn(&Run) -> bool| runs.iter().filter(|run| loose(run) && test(run)).count();
    // Rows between which a label is lost look like one with a blank inside.
    if count(&hollow) * 3 >= count(&padded) {
        return runs;
    }
    for run in runs.iter_mut() {
        if let Some(last) = last(run).filter(|_| run.cells.iter().all(|at| !pieces[*at].in_grid)) {
            run.cells.truncate(last + 1);
        }
    }
    runs
}

/// Runs of several rows, between which the labels are lost, taken apart: a run with several times as many figures as
/// most runs of the document have, and as many as no table has columns.
pub(super) fn split(runs: Vec<Run>, pieces: &[Piece], widths: &[usize]) -> Vec<Run> {
    let loose = |run: &Run| run.cells.iter().all(|at| !pieces[*at].in_grid && pieces[*at].figure.is_some());
    let times = |width: usize| runs.iter().filter(|run| loose(run) && run.cells.len() == width).count();
    let usual = widths
        .iter()
        .copied()
        .filter(|width| *width > 1 && times(*width) >= 4)
        .max_by_key(|width| times(*width));
    let Some(width) = usual else { return runs };
    // Where many rows have lost some of their cells, a long one is no more than a row.
    let odd = |run: &&Run| {
        loose(run) && !run.cells.len().is_multiple_of(width) && !widths.contains(&run.cells.len())
    };
    if runs.iter().filter(odd).count() * 4 > times(width) {
        return runs;
    }
    let mut split = Vec::with_capacity(runs.len());
    for run in runs {
        let count = run.cells.len();
        if count <= width || count % width != 0 || widths.contains(&count) || !loose(&run) {
            split.push(run);
            continue;
        }
        let mut labels = run.labels;
        for cells in run.cells.chunks(width) {
            split.push(Run { labels: std::mem::take(&mut labels), cells: cells.to_vec() });
        }
    }
    split
}

/// Ends the run being gathered if it has cells; labels without cells stay for the next.
fn close(pieces: &[Piece], open: &mut Run, runs: &mut Vec<Run>) {
    while open.cells.len() > 1 && open.cells.last().is_some_and(|at| pieces[*at].padding) {
        open.cells.pop();
    }
    if !open.cells.is_empty() {
        runs.push(std::mem::replace(open, Run { labels: Vec::new(), cells: Vec::new() }));
    }
}

fn grid_row(
    pieces: &[Piece],
    range: std::ops::Range<usize>,
    lexicon: &Lexicon,
    open: &mut Run,
    runs: &mut Vec<Run>,
) {
    let first_figure = range.clone().find(|at| pieces[*at].figure.is_some());
    let is_word = |at: &usize| pieces[*at].is_label() || pieces[*at].prose;
    let begins = |piece: &Piece| lexicon.names_row(&piece.key);
    // Behind the label of the row a word that is strange to the form is what stands in a cell.
    let last_label = |end: usize| {
        let words: Vec<usize> = (range.start..end).rev().filter(is_word).collect();
        let named = words.iter().position(|at| pieces[*at].is_label() && begins(&pieces[*at]));
        let in_cells = |count: &usize| words[..*count].iter().all(|at| lexicon.is_strange(&pieces[*at].text));
        named.filter(in_cells).map(|at| words[at]).or(words.first().copied())
    };
    let begin = match first_figure {
        Some(figure) => last_label(figure).map_or(range.start, |at| at + 1),
        None => last_label(range.end).map_or(range.start, |at| at + 1),
    };
    open.labels.extend((range.start..begin).filter(|at| !pieces[*at].is_blank()));
    for (at, piece) in pieces.iter().enumerate().take(range.end).skip(begin) {
        if first_figure.is_some_and(|figure| at > figure) && piece.is_label() && begins(piece) {
            close(pieces, open, runs);
            open.labels.push(at);
        } else {
            open.cells.push(at);
        }
    }
    close(pieces, open, runs);
}
