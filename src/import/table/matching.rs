//! Text laid on a form: by labels first, by place where they are lost, with the form's own sums and rules as the
//! judge. A reading that is more than plain says so.

use crate::form::{Address, Form, Table};
use crate::import::block::{Block, Place};
use crate::import::label::key;

use super::align::{self, Ground, Row};
use super::cell::{read_cell, unit_in_head};
use super::columns::Usual;
use super::cut::cut;
use super::fill::{Laid, Laying, Ruling};
use super::glued;
use super::header::Header;
use super::judge::judge;
use super::lexicon::Lexicon;
use super::piece::Piece;
use super::reading::{CellReading, Doubt, Reading, TableReading, say};
use super::run::{self, Run};
use super::transpose::turn;

/// A document laid on a form.
pub struct Matched {
    /// The tables, in the form's order.
    pub tables: Vec<TableReading>,
    /// How well the form fits.
    pub score: f32,
    /// For each block: whether it went into a table.
    pub taken: Vec<bool>,
    /// Texts inside the tables that are no part of the form, with their places and the table they stand in.
    pub extra: Vec<(String, Place, usize)>,
    /// The table that each taken block belongs to.
    pub table_of: Vec<Option<usize>>,
    /// Where a figure was left over beside a row.
    pub(super) stray: Option<Place>,
}

/// Lays blocks on a form.
pub fn lay(blocks: &[Block], form: &Form) -> Matched {
    Pieces::of(blocks).lay(form, &Lexicon::new(form))
}

/// Blocks cut into pieces, to be laid on several forms.
pub(in crate::import) struct Pieces<'b> {
    blocks: &'b [Block],
    pieces: Vec<Piece>,
    /// The keys of all pieces, one a line.
    keys: String,
}

impl<'b> Pieces<'b> {
    /// The pieces of these blocks.
    pub(in crate::import) fn of(blocks: &'b [Block]) -> Self {
        let pieces = cut(blocks);
        let keys = pieces.iter().flat_map(|piece| [piece.key.as_str(), "\n"]).collect();
        Self { blocks, pieces, keys }
    }

    /// Lays them on a form whose words are ready.
    pub(in crate::import) fn lay(&self, form: &Form, lexicon: &Lexicon) -> Matched {
        let turned = turn(self.blocks, lexicon).map(|blocks| cut(&blocks));
        let pieces = turned.as_ref().unwrap_or(&self.pieces);
        let mut matched = lay_pieces(pieces, self.blocks.len(), form, lexicon);
        // The labels tell the form of tables without a figure too.
        matched.score += lexicon.met(&self.keys) as f32;
        matched
    }
}

fn lay_pieces(pieces: &[Piece], blocks: usize, form: &Form, lexicon: &Lexicon) -> Matched {
    let split = glued::split(pieces, form, lexicon);
    let pieces = split.as_deref().unwrap_or(pieces);
    let mut matched = Matched {
        tables: form
            .tables
            .iter()
            .map(|table| TableReading {
                cells: vec![None; table.size()],
                rows: vec![false; table.rows.leaves.len()],
            })
            .collect(),
        score: 0.0,
        taken: vec![false; blocks],
        extra: Vec::new(),
        table_of: vec![None; blocks],
        stray: None,
    };
    let addressed = lay_addresses(pieces, form, &mut matched);
    if !addressed {
        let runs = run::runs(pieces, lexicon);
        let widths: Vec<usize> = form.tables.iter().map(|table| table.columns.leaves.len()).collect();
        let runs = run::split(run::tighten(runs, pieces, &widths), pieces, &widths);
        let alignment = align::align(pieces, &runs, form, lexicon);
        matched.score = alignment.score;
        let laying = Layer { pieces, runs: &runs, form, lexicon };
        laying.lay(&alignment.rows, &mut matched);
    }
    judge(form, &mut matched.tables);
    matched
}

/// Reads cells that carry their own address; our pages do.
fn lay_addresses(pieces: &[Piece], form: &Form, matched: &mut Matched) -> bool {
    let mut any = false;
    for piece in pieces {
        let Some(address) = piece.address.as_ref().and_then(|text| text.parse::<Address>().ok()) else {
            continue;
        };
        let Some(number) = form.table_number(&address.table) else { continue };
        let table = &form.tables[number];
        let (Some(row), Some(column)) =
            (table.rows.leaf_number(&address.row), table.columns.leaf_number(&address.column))
        else {
            // A row of another agency's components, say: never left out in silence.
            if !piece.is_blank() {
                matched.extra.push((format!("{address} = {}", piece.text), piece.place, number));
            }
            continue;
        };
        any = true;
        let cell = read_cell(Some(piece), piece.place, table, (row, column), None);
        matched.tables[number].cells[table.cell(row, column)] = Some(cell);
        matched.tables[number].rows[row] = true;
        matched.taken[piece.block] = true;
        matched.table_of[piece.block] = Some(number);
        matched.score += 10.0;
    }
    any
}

/// The columns of a table as the original has them.
struct Head {
    /// The leaves in the order of the original.
    columns: Vec<usize>,
    /// Those that its head does not name.
    missing: Vec<usize>,
    /// Those named with a slip.
    repaired: Vec<usize>,
    /// The unit of money that it names.
    unit: Option<String>,
    usual: Usual,
    /// Figures of a whole row that belong to none, so that labels and figures may be out of step.
    adrift: Option<String>,
}

/// What a document is laid with.
pub(super) struct Layer<'a> {
    pub(super) pieces: &'a [Piece],
    pub(super) runs: &'a [Run],
    pub(super) form: &'a Form,
    pub(super) lexicon: &'a Lexicon,
}

impl Layer<'_> {
    fn lay(&self, rows: &[Row], matched: &mut Matched) {
        let rows = &self.with_repeated(rows)[..];
        let mut used = vec![false; self.pieces.len()];
        for number in 0..self.form.tables.len() {
            let own: Vec<Row> = rows.iter().copied().filter(|row| row.table == number).collect();
            if own.is_empty() {
                continue;
            }
            let from = self.start_of(rows, &own[0]);
            self.table(number, &own, from, matched, &mut used);
        }
        self.worded(matched);
        self.missing(rows, matched);
        self.leftovers(rows, &used, matched);
    }

    /// The rows, and those inside a table that are named as one of them is.
    fn with_repeated(&self, rows: &[Row]) -> Vec<Row> {
        let mut all = rows.to_vec();
        for pair in rows.windows(2).filter(|pair| pair[0].table == pair[1].table) {
            let words = &self.lexicon.tables[pair[0].table];
            for run in (pair[0].run + 1..pair[1].run).filter(|_| words.stub) {
                let Some(name) = self.name_of(&self.runs[run]) else { continue };
                let is_named = |row: &&Row| row.table == pair[0].table && words.rows[row.row].contains(&name);
                if let [only] = rows.iter().filter(is_named).collect::<Vec<_>>()[..] {
                    all.push(Row { run, ..*only });
                }
            }
        }
        // The same row right behind itself: of two offices, say.
        for row in rows.iter().filter(|row| self.lexicon.tables[row.table].stub) {
            let is_next = |run: &usize| !rows.iter().any(|row| row.run == *run) && self.is_named(*run, row);
            let again = (row.run + 1..self.runs.len()).take_while(is_next);
            all.extend(again.map(|run| Row { run, ..*row }));
        }
        all.sort_by_key(|row| row.run);
        all.dedup_by_key(|row| row.run);
        all.iter().filter(|row| !self.is_mention(row, &all)).copied().collect()
    }

    /// Whether what was taken for a row is no more than a sentence that names it: a figure or two, while another row of
    /// that label is whole, or has more and is named exactly.
    fn is_mention(&self, row: &Row, all: &[Row]) -> bool {
        let width = self.form.tables[row.table].columns.leaves.len();
        let cells = |row: &Row| &self.runs[row.run].cells;
        let labels = &self.lexicon.tables[row.table].rows[row.row];
        let named = |row: &Row| self.name_of(&self.runs[row.run]).is_some_and(|name| labels.contains(&name));
        let few = cells(row).len() * 3 <= width && !cells(row).iter().any(|at| self.pieces[*at].in_grid);
        let same = |other: &&Row| (other.table, other.row) == (row.table, row.row) && other.run != row.run;
        let better = |other: &Row| {
            let more = cells(other).len() > cells(row).len();
            cells(other).len() >= width || more && named(other) && !named(row)
        };
        few && all.iter().filter(same).any(better)
    }

    /// Whether the last label of a run is that of a row, with or without a remark in brackets, or its row in the grid
    /// begins with the same label as the one above.
    fn is_named(&self, run: usize, row: &Row) -> bool {
        let labels = &self.lexicon.tables[row.table].rows[row.row];
        let run = &self.runs[run];
        let bare = run.labels.last().map(|at| &self.pieces[*at].bare);
        let begins = || {
            let first = run.cells.first().copied().unwrap_or_default();
            let own = |at: &usize| self.pieces[*at].row == self.pieces[first].row;
            (0..first).rev().take_while(own).any(|at| labels.contains(&key(&self.pieces[at].repeated)))
        };
        self.name_of(run).is_some_and(|name| labels.contains(&name))
            || bare.is_some_and(|bare| labels.contains(bare))
            || begins()
    }

    /// The key of the label right before the figures of a run, also of one that repeats that of the row above.
    fn name_of(&self, run: &Run) -> Option<String> {
        let first = run.cells.iter().position(|at| self.pieces[*at].figure.is_some())?;
        let before = run.cells[..first].iter().rev();
        let repeated = before.map(|at| key(&self.pieces[*at].repeated)).find(|key| !key.is_empty());
        let label = || run.labels.last().map(|at| self.pieces[*at].key.clone());
        repeated.or_else(label)
    }

    /// The first piece after the figures of the table before.
    fn start_of(&self, rows: &[Row], first: &Row) -> usize {
        let before = rows.iter().rev().find(|row| row.run < first.run);
        before.and_then(|row| self.runs[row.run].cells.last()).map_or(0, |at| at + 1)
    }

    fn table(&self, number: usize, rows: &[Row], from: usize, matched: &mut Matched, used: &mut [bool]) {
        let (table, words) = (&self.form.tables[number], &self.lexicon.tables[number]);
        let first = &self.runs[rows[0].run];
        let end = first.cells.first().copied().unwrap_or(from);
        let mut head = self.head(from, end, words);
        // The label of the first row is not part of the head.
        if words.stub && rows[0].ground == Ground::Label {
            head.retain(|at| Some(at) != first.labels.last());
        }
        let header = Header::read(self.pieces, &head, words, table);
        matched.score += 6.0 * header.share;
        let start = (from..end).rev().find(|at| self.pieces[*at].prose).map_or(from, |at| at + 1);
        self.take_head(start..end, number, matched, used);
        let own: Vec<&Run> = rows.iter().map(|row| &self.runs[row.run]).collect();
        let (columns, missing) = self.columns(&header, table, &own);
        let under: Option<Vec<(f32, f32)>> = columns
            .iter()
            .map(|column| header.extents.iter().find(|(leaf, _)| leaf == column).map(|(_, extent)| *extent))
            .collect();
        let usual = Usual::of(self.pieces, &own, columns.len(), under.unwrap_or_default());
        let adrift = self.adrift(rows, columns.len(), words);
        let unit = head.iter().rev().find_map(|at| unit_in_head(&self.pieces[*at].text));
        let head = Head { columns, missing, repaired: header.repaired, unit, usual, adrift };
        let step = step(self.pieces);
        let ruling = Ruling { pieces: self.pieces, columns: &head.columns, table, usual: &head.usual, step };
        let lay = |row: &Row| {
            let cells = &self.runs[row.run].cells;
            if self.is_cut(cells) {
                return ruling.lay_cut(cells);
            }
            ruling.lay_padded(cells).unwrap_or_else(|| ruling.lay(cells))
        };
        let mut laid: Vec<(usize, Laid)> = rows.iter().map(|row| (row.row, lay(row))).collect();
        ruling.narrow(number, &mut laid);
        for (row, (_, laid)) in rows.iter().zip(&laid) {
            self.row(row, laid, &head, matched);
            self.take_row(row, laid, matched, used);
        }
    }

    /// Whether the original ends with these cells.
    fn is_cut(&self, cells: &[usize]) -> bool {
        cells.last().is_some_and(|last| self.pieces[last + 1..].iter().all(Piece::is_blank))
    }

    /// Figures among those of a table, or right around them, that belong to no row: those of a whole row although no
    /// label that is strange to the form stands before them, or any right behind the head. Where a page is taken apart,
    /// figures may come before their label.
    fn adrift(&self, rows: &[Row], width: usize, words: &super::lexicon::TableWords) -> Option<String> {
        let (first, last) = (rows.first()?.run, rows.last()?.run);
        let own = |run: &usize| rows.iter().any(|row| row.run == *run);
        let figure = |at: &usize| !self.pieces[*at].in_grid && self.pieces[*at].figure.is_some();
        let label = |run: &Run| run.labels.last().map(|at| &self.pieces[*at]);
        let whole = |run: &Run| {
            let is_line = |key: &String| words.row_lines.iter().flatten().any(|line| line == key);
            let strange = |label: &Piece| is_line(&label.key) || !words.knows(&label.key);
            run.cells.len() == width && width > 1 && !label(run).is_some_and(strange)
        };
        let behind_head = |run: &Run| label(run).is_some_and(|label| words.names_column(&label.key));
        let around = first.saturating_sub(1)..=(last + 1).min(self.runs.len() - 1);
        let adrift = |at: &usize| {
            let run = &self.runs[*at];
            let is_one = whole(run) || *at < first && behind_head(run);
            is_one && run.cells.iter().all(figure) && !self.is_date(run)
        };
        let run = around.filter(|run| words.stub && !own(run)).find(adrift)?;
        let texts = self.runs[run].cells.iter().map(|at| self.pieces[*at].text.as_str());
        Some(texts.collect::<Vec<_>>().join(" "))
    }

    /// Puts the cells of a row in, each with what is to be told of it.
    fn row(&self, row: &Row, laid: &Laid, head: &Head, matched: &mut Matched) {
        let (table, run) = (&self.form.tables[row.table], &self.runs[row.run]);
        let first = laid.cells.iter().flatten().next().or(run.cells.first());
        let place = first.map_or(Place::Paragraph(0), |at| self.pieces[*at].place);
        let label = run.labels.last().map(|at| self.pieces[*at].text.replace('\n', "")).unwrap_or_default();
        let between = self.word_between(row);
        let read = &mut matched.tables[row.table];
        for (at, column) in head.columns.iter().enumerate() {
            let piece = laid.cells[at].map(|at| &self.pieces[at]);
            let place = piece.map_or(place, |piece| piece.place);
            let mut cell = read_cell(piece, place, table, (row.row, *column), head.unit.as_deref());
            self.doubts(&mut cell, row, laid, at, (&label, between));
            cell.doubts.extend(head.adrift.iter().cloned().map(Doubt::Adrift));
            if head.missing.contains(column) {
                cell.doubts.push(Doubt::ColumnByPosition);
            } else if head.repaired.contains(column) && cell.reading != Reading::Blank {
                cell.doubts.push(Doubt::ColumnRepaired);
            }
            put(read, table.cell(row.row, *column), cell);
        }
        for column in (0..table.columns.leaves.len()).filter(|column| !head.columns.contains(column)) {
            let cell = CellReading { reading: Reading::Blank, place, doubts: vec![Doubt::ColumnMissing] };
            put(read, table.cell(row.row, column), cell);
        }
        read.rows[row.row] = true;
    }

    /// Notes which pieces and blocks a row takes, and what it leaves.
    fn take_row(&self, row: &Row, laid: &Laid, matched: &mut Matched, used: &mut [bool]) {
        let (words, run) = (&self.lexicon.tables[row.table], &self.runs[row.run]);
        // What stands before running text is of no table.
        let prose = run.labels.iter().rposition(|at| self.pieces[*at].prose);
        let labels = &run.labels[prose.map_or(0, |at| at + 1)..];
        for at in run.cells.iter().chain(labels) {
            let piece = &self.pieces[*at];
            let known = piece.is_label() && words.knows(&piece.key);
            used[*at] = used[*at] || known || !piece.is_label() && run.cells.contains(at);
        }
        // What a cell says that is no figure is told there.
        laid.cells.iter().flatten().for_each(|at| used[*at] = true);
        // Where cells are missing a row may have been taken for another.
        let missing = laid.others.len() > 1 || matches!(laid.laying, Laying::Sums | Laying::Geometry);
        if let Some(at) = run.cells.first().filter(|at| missing && !self.pieces[**at].in_grid) {
            matched.stray.get_or_insert(self.pieces[*at].place);
        }
        for at in &laid.stray {
            used[*at] = self.pieces[*at].is_blank();
            if self.pieces[*at].figure.is_some() {
                matched.stray.get_or_insert(self.pieces[*at].place);
            }
        }
        for at in &run.cells {
            matched.taken[self.pieces[*at].block] = true;
            matched.table_of[self.pieces[*at].block] = Some(row.table);
        }
        for at in labels.iter().filter(|at| used[**at]) {
            matched.taken[self.pieces[*at].block] = true;
            matched.table_of[self.pieces[*at].block].get_or_insert(row.table);
        }
    }

    /// Takes the words of the form above the figures of a table, and the blanks between them.
    fn take_head(
        &self,
        range: std::ops::Range<usize>,
        number: usize,
        matched: &mut Matched,
        used: &mut [bool],
    ) {
        let known = |piece: &Piece| piece.is_blank() || piece.is_label() && self.lexicon.knows(&piece.text);
        for (piece, used) in
            self.pieces[range.clone()].iter().zip(&mut used[range]).filter(|(piece, _)| known(piece))
        {
            *used = true;
            matched.taken[piece.block] = true;
            matched.table_of[piece.block].get_or_insert(number);
        }
    }

    /// The labels between two places that can be the head of a table: those after the last prose.
    fn head(&self, from: usize, end: usize, words: &super::lexicon::TableWords) -> Vec<usize> {
        let start = (from..end).rev().find(|at| self.pieces[*at].prose).map_or(from, |at| at + 1);
        let head: Vec<usize> = (start..end).filter(|at| self.pieces[*at].is_label()).collect();
        // Far above there are the chapters before; the head begins with the first word of the table.
        let begin = head.iter().rposition(|at| words.furniture.contains(&self.pieces[*at].key));
        let begin = begin.filter(|at| head.len() - at >= words.columns.len().min(2)).unwrap_or(0);
        let long = head.len().saturating_sub(90);
        head[begin.max(long).min(head.len())..].to_vec()
    }

    /// The columns in the order of the original: those of its head, or all of the form if the rows have as many.
    fn columns(&self, header: &Header, table: &Table, rows: &[&Run]) -> (Vec<usize>, Vec<usize>) {
        let (completed, missing) = header.completed(table);
        if missing.is_empty() || header.order.is_empty() {
            return (completed, missing);
        }
        let having = |width: usize| {
            rows.iter()
                .filter(|run| {
                    let filled = run.cells.iter().filter(|at| !self.pieces[**at].is_blank()).count();
                    run.cells.len() == width || filled == width
                })
                .count()
        };
        if having(header.order.len()) > having(completed.len()) {
            // A word that is not understood may be that of the column, and figures out of a table may have lost a
            // blank.
            let in_grid = rows.iter().flat_map(|run| &run.cells).all(|at| self.pieces[*at].in_grid);
            let told = if header.strange || !in_grid { header.order.clone() } else { Vec::new() };
            return (header.order.clone(), told);
        }
        (completed, missing)
    }

    /// What to tell of a cell beyond what it says itself, given the label of its row and a word between that and the
    /// figures.
    fn doubts(
        &self,
        cell: &mut CellReading,
        row: &Row,
        laid: &Laid,
        column: usize,
        (label, between): (&str, Option<&str>),
    ) {
        if laid.others.len() > 1 {
            let open: Vec<String> = laid.others.iter().map(|reading| self.say(reading[column])).collect();
            let mut distinct = open.clone();
            distinct.sort_unstable();
            distinct.dedup();
            if distinct.len() > 1 {
                cell.reading = Reading::Blank;
                distinct.truncate(4);
                cell.doubts = vec![Doubt::Open(distinct)];
                return;
            }
        }
        // A row of nothing but blanks says nothing, wherever it belongs.
        if laid.cells.iter().flatten().all(|at| self.pieces[*at].is_blank()) && laid.stray.is_empty() {
            return;
        }
        match row.ground {
            Ground::Repaired if cell.reading == Reading::Blank => {}
            Ground::Label | Ground::Pieces => {}
            Ground::Repaired => cell.doubts.push(Doubt::RowRepaired(label.to_owned())),
            Ground::Position => cell.doubts.push(Doubt::RowByPosition),
        }
        cell.doubts.extend(between.map(|word| Doubt::Stray(word.to_owned())));
        match laid.laying {
            Laying::Plain => {}
            Laying::Geometry => cell.doubts.push(Doubt::ByGeometry),
            Laying::Sums => cell.doubts.push(Doubt::BySums),
            Laying::Cut => cell.doubts.push(Doubt::CutOff),
            Laying::Repeated => cell.doubts.push(Doubt::Repeated),
            Laying::Stray => {
                let stray =
                    laid.stray.iter().map(|at| self.pieces[*at].text.as_str()).collect::<Vec<_>>().join(" ");
                cell.doubts.push(Doubt::Stray(stray));
            }
        }
    }

    /// A word between the label of a row and its figures, where there is no grid: one that is strange to the form may be
    /// what stands in a cell, so that the figures belong to other columns; behind that of a column another table begins.
    fn word_between(&self, row: &Row) -> Option<&str> {
        let (run, words) = (&self.runs[row.run], &self.lexicon.tables[row.table]);
        let (last, before) = run.labels.split_last()?;
        let word = &self.pieces[*last];
        let in_grid = run.cells.iter().any(|at| self.pieces[*at].in_grid);
        let is_column = || {
            words.stub
                && !words.rows[row.row].contains(&word.key)
                && self.lexicon.tables.iter().any(|words| words.names_column(&word.key))
        };
        let apart = !before.is_empty() && !in_grid;
        (apart && (self.lexicon.is_strange(&word.text) || is_column())).then_some(&word.text)
    }

    fn say(&self, cell: Option<usize>) -> String {
        cell.map(|at| self.pieces[at].text.trim().to_owned()).unwrap_or_default()
    }
}

/// How many lines below each other cells on lines of their own usually stand: one, or two with an empty line between.
fn step(pieces: &[Piece]) -> usize {
    let line = |piece: &Piece| match piece.place {
        Place::Line(line) if !piece.prose => Some(line),
        _ => None,
    };
    let gaps = pieces.windows(2).filter_map(|pair| Some(line(&pair[1])?.saturating_sub(line(&pair[0])?)));
    let (below, apart) = gaps.fold((0, 0), |(below, apart), gap| match gap {
        1 => (below + 1, apart),
        2 => (below, apart + 1),
        _ => (below, apart),
    });
    if below > apart { 1 } else { 2 }
}

/// Puts a cell in; a second row of the same label that says something else makes it open.
fn put(table: &mut TableReading, number: usize, cell: CellReading) {
    let place = &mut table.cells[number];
    match place {
        Some(first) if first.reading != cell.reading => {
            let words = (say(&first.reading), say(&cell.reading));
            let open = first.doubts.iter_mut().find_map(|doubt| match doubt {
                Doubt::Open(readings) => Some(readings),
                _ => None,
            });
            if let Some(readings) = open {
                readings.push(words.1);
            } else if first.reading == Reading::Blank {
                *place = Some(CellReading { doubts: vec![Doubt::Twice(words.0)], ..cell });
            } else if cell.reading == Reading::Blank {
                first.doubts.push(Doubt::Twice(words.1));
            } else {
                first.reading = Reading::Blank;
                first.doubts = vec![Doubt::Open(vec![words.0, words.1])];
            }
        }
        Some(_) => {}
        None => *place = Some(cell),
    }
}
