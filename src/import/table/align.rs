//! Which run of figures is which row of the form: every run is weighed against every row by the words around it,
//! and the best way through the whole document is taken, in the form's order where the words do not tell.

use std::collections::BTreeMap;

use crate::form::Form;
use crate::import::label::{distance, forgiven};

use super::header::Header;
use super::lexicon::Lexicon;
use super::piece::Piece;
use super::run::Run;

/// Runs of a document at most; a report has about fifty.
const RUNS: usize = 4_000;

/// How a row was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ground {
    /// Its label stands there.
    Label,
    /// Its label stands there, broken into pieces that fit together.
    Pieces,
    /// Its label stands there with a slip.
    Repaired,
    /// Only by its place among the others.
    Position,
}

/// A run that is a row of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// The run.
    pub run: usize,
    /// The table of the form.
    pub table: usize,
    /// The row, by leaf.
    pub row: usize,
    /// How it was recognised.
    pub ground: Ground,
}

/// The rows found, and how well they fit the form.
pub(super) struct Alignment {
    /// The rows in the order of the document.
    pub rows: Vec<Row>,
    /// How well all fits; the form with the highest is the one used.
    pub score: f32,
}

/// Finds the rows of a form among the runs.
pub(super) fn align(pieces: &[Piece], runs: &[Run], form: &Form, lexicon: &Lexicon) -> Alignment {
    let runs = &runs[..runs.len().min(RUNS)];
    let states: Vec<(usize, usize)> = lexicon
        .tables
        .iter()
        .enumerate()
        .filter(|(_, words)| words.fixed)
        .flat_map(|(table, words)| (0..words.rows.len()).map(move |row| (table, row)))
        .collect();
    let scores: Vec<BTreeMap<usize, (f32, Ground)>> =
        (0..runs.len()).map(|run| weigh(pieces, runs, run, &states, form, lexicon)).collect();
    walk(&states, &scores)
}

/// The best way through the runs. A place on the way is the row met last; most runs of a document are no row.
fn walk(states: &[(usize, usize)], scores: &[BTreeMap<usize, (f32, Ground)>]) -> Alignment {
    let start = states.len();
    let mut best = vec![f32::MIN; states.len() + 1];
    best[start] = 0.0;
    let mut steps: Vec<BTreeMap<usize, (usize, Ground)>> = Vec::with_capacity(scores.len());
    for choices in scores {
        let mut next = best.clone();
        let mut taken = BTreeMap::new();
        for (state, (score, ground)) in choices {
            // What is told by its place alone comes behind what was met.
            let behind = |last: usize| *ground != Ground::Position || last == start || last < *state;
            let met = best.iter().enumerate().filter(|(_, so_far)| **so_far > f32::MIN);
            for (last, so_far) in met.filter(|(last, _)| behind(*last)) {
                let total = so_far + score + step(last, *state, start, states);
                if total > next[*state] {
                    next[*state] = total;
                    taken.insert(*state, (last, *ground));
                }
            }
        }
        best = next;
        steps.push(taken);
    }
    let (mut at, mut score) = (start, 0.0);
    for (state, total) in best.iter().enumerate() {
        if *total > score {
            (at, score) = (state, *total);
        }
    }
    let mut rows = Vec::new();
    for (run, taken) in steps.iter().enumerate().rev() {
        if let Some((last, ground)) = taken.get(&at) {
            let (table, row) = states[at];
            rows.push(Row { run, table, row, ground: *ground });
            at = *last;
        }
    }
    rows.reverse();
    Alignment { rows, score }
}

/// How likely one row follows another.
fn step(last: usize, next: usize, start: usize, states: &[(usize, usize)]) -> f32 {
    if last == start {
        return -(next as f32 * 0.3).min(2.0) + if next == 0 { 1.0 } else { 0.0 };
    }
    match next as isize - last as isize {
        1 => 1.0,
        0 => -14.0,
        skip if skip > 1 => {
            // A new table may begin with any of its rows; skipping inside one is less likely.
            let inside = if states[last].0 == states[next].0 { 0.3 } else { 0.1 };
            -((skip - 1) as f32 * inside).min(2.0)
        }
        _ => -6.0,
    }
}

/// What a run is worth as each of the rows it could be.
fn weigh(
    pieces: &[Piece],
    runs: &[Run],
    number: usize,
    states: &[(usize, usize)],
    form: &Form,
    lexicon: &Lexicon,
) -> BTreeMap<usize, (f32, Ground)> {
    let run = &runs[number];
    let mut scores = BTreeMap::new();
    let figures = run.cells.iter().filter(|at| pieces[**at].figure.is_some()).count();
    if figures == 0 && is_head(pieces, run, lexicon) {
        return scores;
    }
    let around = Around::of(pieces, runs, number);
    let exact_last = around.before.last().is_some_and(|(whole, _)| lexicon.names_row(whole));
    // A run of its own label is no other row, unless that may be meant for the next, which has none.
    let next_has_none = runs.get(number + 1).is_some_and(|next| next.labels.is_empty());
    let named = |(whole, bare): &(String, String)| lexicon.names_row(whole) || lexicon.names_row(bare);
    let settled = around.before.last().is_some_and(named) && !around.over && !next_has_none;
    let other = if exact_last { None } else { around.other(lexicon) };
    for (state, (table, row)) in states.iter().enumerate() {
        let words = &lexicon.tables[*table];
        let width = form.tables[*table].columns.leaves.len();
        let fit = fit(pieces, run, width);
        let labelled = if words.stub {
            words.rows[*row]
                .iter()
                .filter_map(|word| around.evidence(word, exact_last))
                .max_by(|a, b| a.0.total_cmp(&b.0))
        } else if around.labels.len() * 5 < width {
            // Too few words for a head; reading one is dear.
            None
        } else {
            let header = Header::read(pieces, &around.labels, words, &form.tables[*table]);
            (header.share >= 0.4 && fit > 0.0 || header.share >= 0.7 && fit > -2.0 && figures > 1)
                .then_some((header.share, Ground::Label))
        };
        match labelled {
            Some((evidence, ground)) => {
                // A row of blanks is one only if its own label says so.
                let named = figures > 0 || evidence >= 0.9;
                let colliding = figures == 0 && run.cells.len() < width;
                if named && !(colliding && (fit <= -2.0 || around.is_column_word(words))) {
                    scores.insert(state, (10.0 * evidence + fit, ground));
                }
            }
            None if figures > 0
                && fit >= 2.0
                && (width > 1 || pieces[run.cells[0]].in_grid)
                && !(words.stub && settled)
                && !other.is_some_and(|label| is_unlike(label, &words.rows[*row])) =>
            {
                scores.insert(state, (fit - 3.0, Ground::Position));
            }
            None => {}
        }
    }
    scores
}

/// Whether a label is at least half another than those of a row.
fn is_unlike(label: &str, row: &[String]) -> bool {
    row.iter().all(|word| distance(label, word) * 2 >= label.chars().count())
}

/// How well the number of cells fits a table.
fn fit(pieces: &[Piece], run: &Run, width: usize) -> f32 {
    let cells = run.cells.len();
    let filled = run.cells.iter().filter(|at| !pieces[**at].is_blank()).count();
    if cells == width {
        3.0
    } else if cells > width && filled <= width {
        2.0
    } else if filled <= width {
        -1.0
    } else if width == 1 {
        // A flattened span may repeat its figure.
        let same = run.cells.windows(2).all(|pair| pieces[pair[0]].text == pieces[pair[1]].text);
        if same { 1.0 } else { -3.0 }
    } else if filled <= width + 2 {
        -1.5
    } else {
        -4.0
    }
}

/// Whether a run without figures is a row of the head: its last label and one before it name columns.
fn is_head(pieces: &[Piece], run: &Run, lexicon: &Lexicon) -> bool {
    let row = run.cells.first().map(|at| pieces[*at].row);
    let own: Vec<&Piece> = run
        .labels
        .iter()
        .map(|at| &pieces[*at])
        .filter(|piece| piece.is_label() && (!piece.in_grid || Some(piece.row) == row))
        .collect();
    let own = &own[own.len().saturating_sub(6)..];
    lexicon.tables.iter().any(|words| {
        let names = |piece: &&Piece| {
            words.columns.iter().flatten().any(|word| *word == piece.key || *word == piece.bare)
        };
        own.last().is_some_and(names) && own.iter().filter(|piece| names(piece)).count() >= 2
    })
}

/// The words around a run.
struct Around {
    /// Keys before it, with and without brackets, the nearest last.
    before: Vec<(String, String)>,
    /// Keys after it, up to the next figures.
    after: Vec<String>,
    /// All labels since the figures before, for the head of a table.
    labels: Vec<usize>,
    /// Whether rows of figures stand between these words and the run.
    over: bool,
}

/// How many pieces before a run may hold its label.
const NEAR: usize = 20;
/// How many rows may stand between a label and its own.
const ROWS: usize = 3;

impl Around {
    fn of(pieces: &[Piece], runs: &[Run], number: usize) -> Self {
        let run = &runs[number];
        let label = |at: &&usize| pieces[**at].is_label();
        // Prose between cuts the labels off.
        let start = run.labels.iter().rposition(|at| pieces[*at].prose).map_or(0, |at| at + 1);
        let own: Vec<usize> = run.labels[start..].iter().filter(label).copied().collect();
        // Labels taken apart from their rows stand above all of these: the last is that of the last row.
        let above =
            (1..=number.min(ROWS)).map(|back| &runs[number - back].labels).find(|labels| !labels.is_empty());
        let over = run.labels.is_empty() && above.is_some();
        let words = match above.filter(|_| over) {
            Some(labels) => labels.iter().filter(label).copied().collect(),
            None => own.clone(),
        };
        let near = words.len().saturating_sub(NEAR);
        let before =
            words[near..].iter().map(|at| (pieces[*at].key.clone(), pieces[*at].bare.clone())).collect();
        let in_grid = run.cells.first().is_some_and(|at| pieces[*at].in_grid);
        let after = match runs.get(number + 1) {
            Some(next) if !in_grid => next.labels.iter().take(6).map(|at| pieces[*at].key.clone()).collect(),
            _ => Vec::new(),
        };
        let mut labels = own;
        let mut back = number;
        while back > 0 && start == 0 {
            back -= 1;
            if runs[back].cells.iter().any(|at| pieces[*at].figure.is_some()) || labels.len() > 80 {
                break;
            }
            let mut more: Vec<usize> = runs[back].labels.iter().filter(label).copied().collect();
            more.append(&mut labels);
            labels = more;
        }
        Self { before, after, labels, over }
    }

    /// The label of the run, if it has one of its own that has nothing to do with the form.
    fn other(&self, lexicon: &Lexicon) -> Option<&String> {
        const LABEL: usize = 4;
        let (whole, bare) = self.before.last().filter(|_| !self.over)?;
        let label = if bare.is_empty() { whole } else { bare };
        let has_nothing = lexicon.is_strange(label) && !lexicon.holds_row(label);
        (label.chars().count() >= LABEL && has_nothing).then_some(label)
    }

    fn is_column_word(&self, words: &super::lexicon::TableWords) -> bool {
        self.before.last().is_some_and(|(whole, _)| words.names_column(whole))
    }

    /// How surely the words around say that this is the row of the label.
    fn evidence(&self, word: &str, exact_last: bool) -> Option<(f32, Ground)> {
        const OVER: f32 = 0.15;
        let (evidence, ground) = self.said(word, exact_last)?;
        Some(if self.over { (evidence - OVER, Ground::Position) } else { (evidence, ground) })
    }

    fn said(&self, word: &str, exact_last: bool) -> Option<(f32, Ground)> {
        let length = word.chars().count();
        let (last, rest) = self.before.split_last()?;
        if last.0 == word || last.1 == word {
            return Some((1.0, Ground::Label));
        }
        if exact_last {
            // Some other row is named right here; only its own label further off could still be meant.
            return None;
        }
        if self.joined(word).is_some() {
            return Some((0.97, Ground::Pieces));
        }
        if length >= 4 && last.0.len() > word.len() && last.0.ends_with(word) {
            return Some((0.95, Ground::Pieces));
        }
        if length >= 5
            && let Some(skips) = self.assembled(word)
        {
            return Some((0.93 - 0.03 * skips as f32, Ground::Pieces));
        }
        if let Some(slips) = self.slips(word) {
            return Some((0.9 - 0.5 * slips as f32 / length as f32, Ground::Repaired));
        }
        let further = rest.iter().rev().position(|(whole, bare)| whole == word || bare == word);
        further.filter(|_| length >= 3).map(|steps| (0.75 - 0.04 * steps as f32, Ground::Pieces))
    }

    /// Whether the last pieces put together are the word.
    fn joined(&self, word: &str) -> Option<usize> {
        let mut joined = String::new();
        for (number, (key, _)) in self.before.iter().rev().take(14).enumerate() {
            joined.insert_str(0, key);
            if joined == word {
                return Some(number + 1);
            }
            if joined.len() > word.len() {
                return None;
            }
        }
        None
    }

    /// The fewest pieces skipped when the word is put together from pieces before and after the figures.
    fn assembled(&self, word: &str) -> Option<usize> {
        let before: Vec<&str> = self.before.iter().rev().map(|(key, _)| key.as_str()).collect();
        let mut best = None;
        for choice in 0..1usize << self.after.len().min(6) {
            let chosen = self
                .after
                .iter()
                .enumerate()
                .filter(|(at, _)| choice >> at & 1 == 1)
                .map(|(_, key)| key.as_str());
            let tail: String = chosen.collect();
            let Some(head) = word.strip_suffix(tail.as_str()) else { continue };
            if head.is_empty() && self.before.iter().any(|(key, _)| !key.is_empty()) {
                continue;
            }
            let passed = (usize::BITS - choice.leading_zeros()) as usize - choice.count_ones() as usize;
            if let Some(skips) = backwards(head, &before, 4) {
                best = Some(best.map_or(skips + passed, |least: usize| least.min(skips + passed)));
            }
        }
        best.filter(|skips| *skips <= 5)
    }

    /// How many slips the last pieces are from the word, if these are forgiven.
    fn slips(&self, word: &str) -> Option<usize> {
        let length = word.chars().count();
        let mut candidates: Vec<String> =
            self.before.last().map(|(whole, bare)| vec![whole.clone(), bare.clone()])?;
        let mut joined = candidates[0].clone();
        for (key, _) in self.before.iter().rev().skip(1).take(2) {
            joined.insert_str(0, key);
            candidates.push(joined.clone());
        }
        let allowed = |key: &String| forgiven(key.chars().count().min(length));
        candidates
            .iter()
            .filter(|key| !key.is_empty() && key.chars().count().abs_diff(length) <= allowed(key))
            .filter_map(|key| Some(distance(key, word)).filter(|slips| *slips > 0 && *slips <= allowed(key)))
            .min()
    }
}

/// How many pieces are skipped when the head of a word is put together from pieces, the nearest first.
fn backwards(head: &str, pieces: &[&str], skips: usize) -> Option<usize> {
    if head.is_empty() {
        return Some(0);
    }
    let (piece, rest) = pieces.split_first()?;
    let taken = Some(*piece)
        .filter(|piece| !piece.is_empty())
        .and_then(|piece| head.strip_suffix(piece))
        .and_then(|head| backwards(head, rest, skips));
    if taken.is_some() || skips == 0 {
        return taken;
    }
    backwards(head, rest, skips - 1).map(|skipped| skipped + 1)
}
