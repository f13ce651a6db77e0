//! The figures of a row laid on its columns. With as many cells as columns there is nothing to decide; else blank
//! margins, cells gone missing and strange figures among them are told apart by the place of the cells, by the
//! other rows of the table, and by the sums of the form. What stays open is left open, with all its readings.

use rust_decimal::Decimal;

use crate::form::{Kind, Table};
use crate::import::block::Place;

use super::columns::{Usual, best_window, by_place, displaced, under_head, windows};
use super::piece::Piece;
use super::solve::{self, Choices};

/// How the cells of a row were told to belong to their columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Laying {
    /// As many cells as columns, or blank margins that can be told.
    Plain,
    /// By the place of the cells on the page or in the grid.
    Geometry,
    /// Only one reading agrees with the sums.
    Sums,
    /// The original breaks off in the row; what is there is told from the left.
    Cut,
    /// A figure that belongs to no column, such as the number of a page, was left out.
    Stray,
    /// A figure repeated over the columns of a span.
    Repeated,
}

/// A row laid out: for each column of the original's order the piece, if any.
#[derive(Clone, Debug)]
pub(super) struct Laid {
    /// The pieces by column.
    pub cells: Vec<Option<usize>>,
    /// How that was told.
    pub laying: Laying,
    /// Pieces that belong to no column.
    pub stray: Vec<usize>,
    /// Other readings that are as good; the row is open if there is one.
    pub others: Vec<Vec<Option<usize>>>,
}

impl Laid {
    /// A row of which nothing stays open.
    fn told(cells: Vec<Option<usize>>, laying: Laying) -> Self {
        Self { cells, laying, stray: Vec::new(), others: Vec::new() }
    }
}

/// The columns of a table that its rows are laid on.
pub(super) struct Ruling<'a> {
    /// All pieces of the original.
    pub pieces: &'a [Piece],
    /// The columns as leaves, in the order of the original.
    pub columns: &'a [usize],
    /// The table of the form.
    pub table: &'a Table,
    /// What is known of the other rows.
    pub usual: &'a Usual,
    /// How many lines below each other cells on lines of their own stand.
    pub step: usize,
}

impl Ruling<'_> {
    /// Lays the row in which the original breaks off.
    pub(super) fn lay_cut(&self, cells: &[usize]) -> Laid {
        let width = self.columns.len();
        let is_line = |at: &usize| matches!(self.pieces[*at].place, Place::Line(_));
        if cells.len() >= width || !cells.iter().all(is_line) {
            return self.lay(cells);
        }
        // Where blanks are lost too, the sums may tell that it is whole.
        let laid = self.lay(cells);
        let sum = cells.iter().any(|at| self.number(&Some(*at)).is_some_and(|number| !number.is_zero()));
        if sum && laid.laying == Laying::Sums && self.agrees_any(&laid) {
            return laid;
        }
        let told = cells.iter().copied().map(Some).chain(std::iter::repeat(None)).take(width).collect();
        Laid::told(told, Laying::Cut)
    }

    /// Whether a row can be read so that its sums are right.
    fn agrees_any(&self, laid: &Laid) -> bool {
        let number = |cell: &Option<usize>| self.number(cell);
        laid.others.iter().chain([&laid.cells]).any(|reading| self.agrees(reading, &number))
    }

    /// Lays a row on the columns.
    pub(super) fn lay(&self, cells: &[usize]) -> Laid {
        let Self { pieces, usual, .. } = *self;
        let width = self.columns.len();
        let take = |start: usize| cells[start..start + width].iter().map(|at| Some(*at)).collect::<Vec<_>>();
        if cells.len() == width {
            let cells = take(0);
            let laying = if displaced(pieces, &cells, usual) { Laying::Geometry } else { Laying::Plain };
            return Laid::told(cells, laying);
        }
        if cells.len() < width {
            return self.too_few(cells);
        }
        if let Some(cells) = under_head(pieces, cells, width, usual) {
            return Laid::told(cells, Laying::Plain);
        }
        let open = windows(pieces, cells, width);
        let all_blank = cells.iter().all(|at| pieces[*at].is_blank());
        if let Some(start) = best_window(pieces, cells, &open, width, usual).or(all_blank.then_some(0)) {
            return Laid::told(take(start), Laying::Plain);
        }
        if open.len() > 1 {
            return self.choose(open.into_iter().map(take).collect(), Laying::Sums);
        }
        self.too_many(cells)
    }

    /// More figures than columns: a span repeated, a note at the end, or a page number among them.
    fn too_many(&self, cells: &[usize]) -> Laid {
        let pieces = self.pieces;
        let width = self.columns.len();
        let filled: Vec<usize> = cells.iter().copied().filter(|at| !pieces[*at].is_blank()).collect();
        let same = |a: usize, b: usize| pieces[a].text == pieces[b].text;
        if width == 1 && filled.windows(2).all(|pair| same(pair[0], pair[1])) {
            return Laid::told(vec![filled.first().copied()], Laying::Repeated);
        }
        // Words among the figures are remarks, unless a figure is missing just there.
        let figures: Vec<usize> = cells
            .iter()
            .copied()
            .filter(|at| pieces[*at].is_blank() || pieces[*at].figure.is_some())
            .collect();
        if figures.len() < cells.len() && figures.len() >= width {
            let mut laid = self.lay(&figures);
            laid.stray.extend(cells.iter().copied().filter(|at| !figures.contains(at)));
            return laid;
        }
        // A line with as many figures as columns is the row; what stands on lines of its own is not.
        let mut lines: Vec<Vec<usize>> = Vec::new();
        for at in cells {
            match lines.last_mut().filter(|line| pieces[line[0]].row == pieces[*at].row) {
                Some(line) => line.push(*at),
                None => lines.push(vec![*at]),
            }
        }
        let whole: Vec<&Vec<usize>> = lines.iter().filter(|line| line.len() == width).collect();
        if let [line] = whole[..]
            && width > 1
        {
            let stray = filled.into_iter().filter(|at| !line.contains(at)).collect();
            let cells = line.iter().map(|at| Some(*at)).collect();
            return Laid { stray, ..Laid::told(cells, Laying::Stray) };
        }
        if filled.len() == width + 1 && cells.len() == filled.len() && width > 1 {
            let readings: Vec<Vec<Option<usize>>> = (0..filled.len())
                .map(|left_out| {
                    (0..filled.len()).filter(|at| *at != left_out).map(|at| Some(filled[at])).collect()
                })
                .collect();
            let mut laid = self.choose(readings, Laying::Stray);
            laid.stray = filled.into_iter().filter(|at| !laid.cells.contains(&Some(*at))).collect();
            return laid;
        }
        // What stands around a row that adds up does not belong to it.
        let number = |cell: &Option<usize>| self.number(cell);
        let window =
            |start: usize| filled[start..start + width].iter().copied().map(Some).collect::<Vec<_>>();
        let starts = (0..=filled.len().saturating_sub(width)).filter(|_| filled.len() >= width && width > 1);
        let whole: Vec<Vec<Option<usize>>> =
            starts.map(window).filter(|row| self.agrees(row, &number)).collect();
        if let [only] = &whole[..] {
            let stray = filled.iter().copied().filter(|at| !only.contains(&Some(*at))).collect();
            return Laid { stray, ..Laid::told(only.clone(), Laying::Stray) };
        }
        Laid { stray: filled, ..Laid::told(vec![None; width], Laying::Stray) }
    }

    /// Lays a row whose last blanks only fill it up, though it has blanks of its own before.
    pub(super) fn lay_padded(&self, cells: &[usize]) -> Option<Laid> {
        let last = *cells.last()?;
        let is_own = |at: &usize| self.pieces[*at].padding && self.pieces[*at].row == self.pieces[last].row;
        let padding: Vec<usize> = (last + 1..self.pieces.len()).take_while(is_own).collect();
        let hollow = cells.iter().any(|at| self.pieces[*at].is_blank());
        let whole: Vec<Option<usize>> = cells.iter().chain(&padding).copied().map(Some).collect();
        let fits = hollow && !padding.is_empty() && whole.len() == self.columns.len();
        fits.then(|| Laid::told(whole, Laying::Geometry))
    }

    /// Fewer cells than columns: the blank ones left no trace, or the row was cut off.
    fn too_few(&self, cells: &[usize]) -> Laid {
        let width = self.columns.len();
        if cells.iter().all(|at| self.pieces[*at].is_blank()) {
            return Laid::told(vec![None; width], Laying::Plain);
        }
        let placed = self.by_lines(cells).or_else(|| by_place(self.pieces, cells, width, self.usual));
        let in_grid = cells.iter().all(|at| self.pieces[*at].in_grid);
        if let Some(placed) = placed.clone().filter(|_| in_grid) {
            return Laid::told(placed, Laying::Geometry);
        }
        let mut readings = Vec::new();
        spread(cells, width, &mut Vec::new(), &mut readings);
        let number = |cell: &Option<usize>| self.number(cell);
        let any = readings.iter().any(|reading| self.agrees(reading, &number));
        match placed {
            // Programs that keep the place of words move them a little; the sums know better.
            Some(placed) if !any || self.agrees(&placed, &number) => Laid::told(placed, Laying::Geometry),
            _ => self.choose(readings, Laying::Sums),
        }
    }

    /// Lays cells that stand on lines of their own, where empty lines between two labels are blank cells: there are as
    /// many lines as for all columns.
    fn by_lines(&self, cells: &[usize]) -> Option<Vec<Option<usize>>> {
        let line = |at: usize| match self.pieces.get(at)?.place {
            Place::Line(line) => Some(line as usize),
            _ => None,
        };
        let above = line(cells.first()?.checked_sub(1)?)?;
        let width = self.columns.len();
        if line(cells.last()? + 1)? != above + (width + 1) * self.step {
            return None;
        }
        let mut laid = vec![None; width];
        for at in cells {
            let below = line(*at)?.checked_sub(above + self.step)?;
            let column = laid.get_mut(below / self.step).filter(|_| below % self.step == 0)?;
            *column = Some(*at);
        }
        (laid.iter().flatten().count() == cells.len()).then_some(laid)
    }

    /// Chooses the one reading that agrees with the sums of the form; without one, the row stays open.
    fn choose(&self, readings: Vec<Vec<Option<usize>>>, laying: Laying) -> Laid {
        let number = |cell: &Option<usize>| self.number(cell);
        let mut distinct: Vec<Vec<Option<usize>>> = Vec::new();
        for reading in readings {
            let alike = |other: &Vec<Option<usize>>| {
                other.iter().zip(&reading).all(|(a, b)| a.is_some() == b.is_some() && number(a) == number(b))
            };
            if !distinct.iter().any(alike) {
                distinct.push(reading);
            }
        }
        let distinct = self.with_signs_in_place(distinct);
        let agree = |reading: &&Vec<Option<usize>>| self.agrees(reading, &number);
        let proven: Vec<Vec<Option<usize>>> = distinct.iter().filter(agree).cloned().collect();
        self.told(if proven.is_empty() { distinct } else { proven }, laying)
    }

    /// The readings that have signs only in columns of changes, if there are any such.
    fn with_signs_in_place(&self, readings: Vec<Vec<Option<usize>>>) -> Vec<Vec<Option<usize>>> {
        let signed = |at: usize| {
            let text = self.pieces[at].text.trim_start();
            text.starts_with(['+', '＋', '-', '−']) && self.number(&Some(at)).is_some()
        };
        let is_change =
            |column: usize| self.table.columns.leaf(self.columns[column]).kind == Some(Kind::Change);
        let in_place = |reading: &Vec<Option<usize>>| {
            (0..reading.len()).all(|column| is_change(column) || !reading[column].is_some_and(signed))
        };
        let left: Vec<Vec<Option<usize>>> =
            readings.iter().filter(|reading| in_place(reading)).cloned().collect();
        if left.is_empty() { readings } else { left }
    }

    /// The row with these readings left.
    fn told(&self, mut open: Vec<Vec<Option<usize>>>, laying: Laying) -> Laid {
        if open.len() == 1 {
            return Laid::told(open.remove(0), laying);
        }
        // What all readings share is certain even if the rest is not.
        let shared = (0..self.columns.len())
            .map(|column| {
                let first = open.first().and_then(|reading| reading[column]);
                open.iter()
                    .all(|reading| {
                        reading[column].is_some() == first.is_some()
                            && self.number(&reading[column]) == self.number(&first)
                    })
                    .then_some(first)
            })
            .map(Option::flatten)
            .collect();
        Laid { others: open, ..Laid::told(shared, laying) }
    }

    /// Narrows the readings of rows that stayed open down by what the columns add up to.
    pub(super) fn narrow(&self, number: usize, rows: &mut [(usize, Laid)]) {
        if rows.iter().all(|(_, laid)| laid.others.len() < 2) {
            return;
        }
        let value = |cell: &Option<usize>| match cell {
            Some(at) if !self.pieces[*at].is_blank() => {
                self.pieces[*at].figure.as_ref().map(|figure| figure.number.unwrap_or_default())
            }
            _ => Some(Decimal::ZERO),
        };
        let values = |reading: &Vec<Option<usize>>| reading.iter().map(value).collect::<Vec<_>>();
        let mut choices: Vec<Choices> = rows
            .iter()
            .map(|(row, laid)| match &laid.others[..] {
                [] => Choices::new(*row, vec![values(&laid.cells)]),
                others => Choices::new(*row, others.iter().map(values).collect()),
            })
            .collect();
        solve::narrow(self.table, number, self.columns, &mut choices);
        for ((_, laid), choices) in rows.iter_mut().zip(choices) {
            let sums = laid.laying == Laying::Sums && laid.others.len() > 1;
            if sums && choices.open.contains(&false) && choices.open.contains(&true) {
                let left = laid.others.iter().zip(&choices.open).filter(|(_, open)| **open);
                *laid = self.told(left.map(|(reading, _)| reading.clone()).collect(), Laying::Sums);
            }
        }
    }

    fn number(&self, cell: &Option<usize>) -> Option<Decimal> {
        self.pieces[(*cell)?].figure.as_ref()?.number
    }

    /// Whether a reading agrees with a sum over columns, and at least one sum is really there.
    fn agrees(&self, reading: &[Option<usize>], number: &dyn Fn(&Option<usize>) -> Option<Decimal>) -> bool {
        let at = |leaf: usize| {
            self.columns.iter().position(|column| *column == leaf).and_then(|at| reading.get(at))
        };
        let mut proven = false;
        for leaf in 0..self.table.columns.leaves.len() {
            let Some(parts) = &self.table.columns.leaf(leaf).sum else { continue };
            let Some(total) = at(leaf).and_then(number) else { return false };
            let sum: Decimal = parts.iter().filter_map(|part| at(*part).and_then(number)).sum();
            if sum != total {
                return false;
            }
            proven = true;
        }
        proven
    }
}

/// How many ways of laying a row are tried at most.
const READINGS: usize = 7_000;

/// All ways of laying cells on more columns in their order.
fn spread(
    cells: &[usize],
    width: usize,
    begun: &mut Vec<Option<usize>>,
    readings: &mut Vec<Vec<Option<usize>>>,
) {
    if readings.len() >= READINGS {
        return;
    }
    if width == 0 {
        readings.push(begun.clone());
        return;
    }
    if let Some((first, rest)) = cells.split_first() {
        begun.push(Some(*first));
        spread(rest, width - 1, begun, readings);
        begun.pop();
    }
    if width > cells.len() {
        begun.push(None);
        spread(cells, width - 1, begun, readings);
        begun.pop();
    }
}
