//! Blocks cut into pieces: every cell of a grid and every word group of a line, in reading order, each known to be
//! blank, a figure or a label; and the pieces gathered into runs, a run being the figures that follow a label.

use super::beside;
use super::block::{Block, Place, TextGrid};
use super::figure::{self, Figure};
use super::label::{bare_key, is_unseen, key, widths};
use super::lexicon::Lexicon;
use super::remark;

/// A cell of a grid, or a piece of a line.
#[derive(Clone, Debug)]
pub(super) struct Piece {
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
    /// The number of a page, most likely.
    pub noise: bool,
    /// What a label says that only says again what stands above it, and is left blank.
    pub repeated: String,
    /// A blank that only makes up for a span if nothing follows it in its row.
    pub padding: bool,
    /// Whether it comes from a line with pipes.
    pub piped: bool,
}

impl Piece {
    fn new(text: &str, place: Place, block: usize, row: usize) -> Self {
        let text: String = text.chars().filter(|c| !is_unseen(*c)).collect();
        let text = text.trim();
        let figure = figure::read(text);
        let prose = figure.is_none() && is_prose(text);
        let label = figure.is_none() && !prose && !is_odd(text);
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
            noise: false,
            repeated: String::new(),
            padding: false,
            piped: false,
        }
    }

    /// A part of it with a text of its own.
    pub(super) fn part(&self, text: &str) -> Self {
        Self::new(text, self.place, self.block, self.row)
    }

    /// Whether there is nothing in it.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it is a text that could be a label.
    pub(super) fn is_label(&self) -> bool {
        self.figure.is_none() && !self.prose && !self.key.is_empty()
    }

    /// Whether it stands in a cell: a blank, a figure, or what should be one.
    pub(super) fn is_cell(&self) -> bool {
        self.is_blank() || self.figure.is_some() || is_odd(&self.text)
    }
}

/// Whether a text is no figure, but has digits and no letter, such as `+(0) -(0)`: no label either. Days, numbers of
/// telephones and of pages are not meant.
fn is_odd(text: &str) -> bool {
    const LONGEST: usize = 12;
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (1..=6).contains(&digits)
        && text.chars().count() <= LONGEST
        && !text.chars().any(char::is_alphabetic)
        && text.contains(['(', '（', '+', '＋'])
        && figure::read(text).is_none()
}

/// Whether a text is a sentence rather than a label. Figures do not count: a row of many is long too. Nor does what a
/// label explains in brackets.
pub(super) fn is_prose(text: &str) -> bool {
    const LABEL: usize = 30;
    let label = text.find(['(', '（']).map(|at| text[..at].trim());
    let explained = text.trim_end().ends_with([')', '）']);
    let text = label
        .filter(|label| explained && !label.is_empty() && label.chars().count() <= LABEL)
        .unwrap_or(text);
    let words = text.split_whitespace().filter(|word| figure::read(word).is_none());
    text.contains(['。', '；', ';']) || words.map(|word| word.chars().count()).sum::<usize>() > 70
}

/// Whether a line is nothing but the number of a page.
pub(super) fn is_page_number(line: &str) -> bool {
    let set_apart = line.contains(" / ");
    let line: String = widths(line).chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let number = |text: &str| !text.is_empty() && text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
    let dashes = ['-', '—', '–', '―', '−', '·', '~', '第'];
    let inner = line.trim_matches(dashes);
    if number(inner) && line.starts_with(dashes) && line.ends_with(&dashes[..7]) {
        return true;
    }
    let page = line.strip_prefix('第').and_then(|rest| rest.split_once('页'));
    if let Some((page, rest)) = page {
        let total = rest.trim_matches(['共', ',', '/', '，', '(', ')']).trim_end_matches('页');
        return number(page) && (total.is_empty() || number(total));
    }
    // The page of how many, as `3 / 12`; `1/2` may well be what a cell says.
    if let Some((page, total)) = line.split_once('/').filter(|_| set_apart)
        && let (true, Ok(page), Ok(total)) =
            (number(page) && number(total), page.parse::<u16>(), total.parse::<u16>())
    {
        return (1..=total).contains(&page) && total > 1;
    }
    if let Some(page) = line.strip_prefix("p.") {
        return number(page);
    }
    let Some(rest) = line.strip_prefix("page") else { return false };
    // A book of pages has its title behind the number.
    let titled = rest.split_once('-').is_some_and(|(page, title)| number(page) && !title.is_empty());
    let (page, total) = rest.split_once("of").unwrap_or((rest, "1"));
    titled || number(page) && number(total)
}

/// A row of figures: what follows a label, up to the next label or the end of the row.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// The labels since the run before, by piece.
    pub labels: Vec<usize>,
    /// The figures and blanks, by piece.
    pub cells: Vec<usize>,
}

/// Cuts blocks into pieces.
pub(super) fn cut(blocks: &[Block]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut row = 0;
    for (number, block) in blocks.iter().enumerate() {
        row += 1;
        match block {
            Block::Grid(grid) => cut_grid(grid, number, &mut row, &mut pieces),
            Block::Paragraph(paragraph) => {
                for line in paragraph.text.split('\n').filter(|line| !is_page_number(line)) {
                    row += 1;
                    cut_line(line, paragraph.place, number, row, &mut pieces);
                }
            }
            Block::Line(line) => {
                let text = line.fragments.iter().map(|f| f.text.as_str()).collect::<Vec<_>>().join("  ");
                if is_page_number(&text) {
                    continue;
                }
                if text.contains('|') || is_prose(&text) {
                    cut_line(&text, line.place, number, row, &mut pieces);
                    continue;
                }
                for fragment in &line.fragments {
                    let from = pieces.len();
                    cut_line(&fragment.text, line.place, number, row, &mut pieces);
                    place_words(&mut pieces[from..], &fragment.text, fragment.extent);
                }
            }
            Block::Image(..) => {}
        }
    }
    mark_pages(&mut pieces);
    remark::join(&mut pieces);
    beside::put(&mut pieces);
    pieces
}

/// Gives the words of a fragment their extents, by how far along its text they stand.
fn place_words(pieces: &mut [Piece], text: &str, (left, right): (f32, f32)) {
    let columns =
        |text: &str, wide: f32| text.chars().map(|c| if c.is_ascii() { 1.0 } else { wide }).sum::<f32>();
    // A text measured in characters is as long as it has characters.
    let han = if right - left <= text.chars().count() as f32 + 0.5 { 1.0 } else { 2.0 };
    let wide = |text: &str| columns(text, han);
    let scale = (right - left) / wide(text).max(1.0);
    let mut from = 0;
    for piece in pieces {
        let Some(at) = text.get(from..).and_then(|rest| rest.find(piece.text.as_str())) else { return };
        let start = left + wide(&text[..from + at]) * scale;
        piece.extent = Some((start, start + wide(&piece.text) * scale));
        from += at + piece.text.len();
    }
}

/// Marks lines of a single number, counting up, in a text whose tables have all figures of a row on one line: these
/// are the numbers of pages.
fn mark_pages(pieces: &mut [Piece]) {
    /// The highest number that the first page met can have, and pages without one that may lie between two.
    const FIRST: u16 = 30;
    const SKIPPED: u16 = 4;
    let mut lines: Vec<(usize, usize, usize)> = Vec::new();
    for (at, piece) in pieces.iter().enumerate().filter(|(_, piece)| !piece.in_grid) {
        let figure = usize::from(piece.figure.is_some());
        match lines.last_mut().filter(|(row, ..)| *row == piece.row) {
            Some(line) => *line = (line.0, line.1 + figure, usize::MAX),
            None => lines.push((piece.row, figure, at)),
        }
    }
    // Between cells that end with pipes a figure without one is none of them.
    let piped = |at: Option<usize>| at.and_then(|at| pieces.get(at)).is_some_and(|piece| piece.piped);
    let between: Vec<usize> = lines
        .iter()
        .filter(|(_, figures, at)| *figures == 1 && *at < pieces.len() && !pieces[*at].piped)
        .map(|(.., at)| *at)
        .filter(|at| piped(at.checked_sub(1)) && piped(Some(at + 1)))
        .filter(|at| pieces[*at].text.trim().parse::<u16>().is_ok_and(|number| number < 300))
        .collect();
    between.into_iter().for_each(|at| pieces[at].noise = true);
    if lines.iter().filter(|(_, figures, _)| *figures >= 5).count() < 4 {
        return;
    }
    let mut last = 0;
    for (_, figures, at) in lines {
        let Some(piece) = pieces.get_mut(at).filter(|_| figures == 1) else { continue };
        if let Ok(number) = piece.text.trim().parse::<u16>()
            && number > last
            && number <= last + if last == 0 { FIRST } else { SKIPPED }
            && !piece.piped
        {
            last = number;
            piece.noise = true;
        }
    }
}

fn cut_grid(grid: &TextGrid, block: usize, row: &mut usize, pieces: &mut Vec<Piece>) {
    let mut above: Vec<Piece> = Vec::new();
    // In a grid whose rows are of different lengths one column does not stand over another.
    let even = grid
        .rows
        .iter()
        .all(|cells| cells.last().is_none_or(|cell| cell.column + cell.columns == grid.width));
    for cells in &grid.rows {
        *row += 1;
        let mut own: Vec<Piece> = Vec::new();
        let caption = cells.len() > 1 && cells.iter().all(|cell| cell.text == cells[0].text);
        for cell in cells {
            let mut piece = Piece::new(cell.text.trim(), cell.place, block, *row);
            // A table of one column is a list: its rows are lines.
            piece.in_grid = grid.width > 1;
            piece.columns = cell.columns;
            piece.extent = Some((cell.column as f32, (cell.column + cell.columns) as f32));
            piece.address = cell.address.clone();
            // A label repeated over the columns of a flattened span is one, if the label above spans both too.
            let start = own.last().and_then(|last| last.extent).map_or(0.0, |extent| extent.0);
            let end = (cell.column + cell.columns) as f32;
            let under = above.is_empty()
                || caption
                || above
                    .iter()
                    .any(|over| over.columns > 1 && over.extent.is_some_and(|(l, r)| l <= start && end <= r));
            let repeats =
                |last: &&mut Piece| under && piece.is_label() && last.is_label() && last.text == piece.text;
            match own.last_mut().filter(repeats) {
                Some(last) => {
                    last.columns += piece.columns;
                    last.extent = last.extent.zip(piece.extent).map(|((left, _), (_, right))| (left, right));
                }
                None => own.push(piece),
            }
        }
        // So is one repeated over its rows: what is left is a blank.
        let fresh = own.clone();
        for piece in own.iter_mut().filter(|piece| piece.is_label() && piece.in_grid) {
            if even && above.iter().any(|other| other.extent == piece.extent && other.text == piece.text) {
                let blank = Piece::new("", piece.place, block, *row);
                let (columns, extent) = (piece.columns, piece.extent);
                *piece = Piece { in_grid: true, columns, extent, repeated: piece.text.clone(), ..blank };
            }
        }
        above = fresh;
        pieces.extend(own);
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
        let body = line.trim_end_matches('|');
        let pipes = line.len() - body.len();
        let ends_cell = !matches!(body.trim_end().chars().next_back(), None | Some('|'));
        let padding = if pipes < 2 { 0 } else { pipes - usize::from(ends_cell) };
        let real = cells.len().saturating_sub(padding);
        for (number, cell) in cells.into_iter().enumerate() {
            let padding = number >= real;
            pieces.push(Piece { padding, piped: true, ..Piece::new(cell.trim(), place, block, row) });
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
    let words = figure::words(line).into_iter();
    pieces.extend(words.map(|word| Piece::new(&word, place, block, row)));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_the_number_of_a_page() {
        for line in [
            "- 4 -",
            "— 4 —",
            "第4页",
            "第 4 页 共 12 页",
            "4 / 12",
            "P. 9",
            "Page 3 of 7",
            "Page 4 - 示例局年报",
        ] {
            assert!(is_page_number(line), "{line}");
        }
        for line in ["4", "1/2", "0 / 0", "9 / 3", "-4", "4件", "第4项", "P", "2022 / 12"] {
            assert!(!is_page_number(line), "{line}");
        }
    }
}
