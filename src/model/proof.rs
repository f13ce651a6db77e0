//! Every sum and rule of a report worked out: both sides, and whether they agree.
//!
//! The checks turn what fails into findings; the pages show all of it.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::report::Report;
use super::sheet::{Cell, Sheet, State};
use crate::form::{
    At, Figures, Lineage, Lines, Operator, Outcome, Reference, Rule, Table, Term, Test, Turn, evaluate,
    sides, terms,
};
use crate::language::Localised;

/// Why two sides must agree.
#[derive(Clone, Copy, Debug)]
pub enum Ground<'f> {
    /// A column is the sum of others, in every row.
    RowSum,
    /// A row is the sum of others, in every column.
    ColumnSum,
    /// A rule of the form.
    Rule(&'f Rule),
}

/// One sum or rule, in one line of a table, worked out.
#[derive(Clone, Debug)]
pub struct Proof<'f> {
    /// Why they must agree.
    pub ground: Ground<'f>,
    /// The cell it is about: table and cell, by number.
    pub cell: (usize, usize),
    /// The id of the line it was worked out in.
    pub line: Option<String>,
    /// The left side; of a sum, the sum as written.
    pub left: Option<Decimal>,
    /// The right side; of a sum, its parts added up.
    pub right: Option<Decimal>,
    /// How they are compared.
    pub operator: Operator,
    /// Whether they agree.
    pub holds: bool,
}

/// A report with the one of the year before, as rules look cells up in them.
#[derive(Clone, Copy)]
pub struct Figure<'r> {
    /// The report.
    pub report: &'r Report,
    /// The report of the year before, and where its cells stand.
    pub previous: Option<(&'r Report, &'r Lineage)>,
}

impl Figures for Figure<'_> {
    fn table(&self, table: usize) -> &Table {
        &self.report.sheets()[table].table
    }

    fn figure(&self, previous: bool, table: usize, row: usize, column: usize) -> Option<Decimal> {
        if !previous {
            return self.report.sheets()[table].figure(row, column);
        }
        let (sheet, cells) = self.origin(table, row, column)?;
        let figure = |cell: &usize| {
            let (row, column) = sheet.table.crossing(*cell);
            sheet.figure(row, column)
        };
        cells.iter().map(figure).sum()
    }

    fn is_blank(&self, previous: bool, table: usize, row: usize, column: usize) -> bool {
        let blank = |sheet: &Sheet, cell: usize| sheet.cells()[cell].state == State::Blank;
        match previous {
            false => {
                let sheet = self.report.sheets().get(table);
                sheet.is_none_or(|sheet| blank(sheet, sheet.table.cell(row, column)))
            }
            true => {
                let origin = self.origin(table, row, column);
                origin.is_none_or(|(sheet, cells)| cells.iter().all(|cell| blank(sheet, *cell)))
            }
        }
    }
}

impl Figure<'_> {
    /// The cells of the year before that a cell continues, by number, and their sheet.
    pub fn origin(&self, table: usize, row: usize, column: usize) -> Option<(&Sheet, Cow<'_, [usize]>)> {
        let (previous, lineage) = self.previous?;
        let here = &self.report.sheets()[table].table;
        if here.open.is_some() {
            let number = previous.form.as_ref()?.table_number(&here.id)?;
            let sheet = previous.sheets().get(number)?;
            let row = sheet.table.rows.leaf_number(&here.rows.leaf(row).id)?;
            let column = sheet.table.columns.leaf_number(&here.columns.leaf(column).id)?;
            return Some((sheet, vec![sheet.table.cell(row, column)].into()));
        }
        let origin = lineage.origin(table, here.cell(row, column))?;
        Some((previous.sheets().get(origin.table)?, Cow::Borrowed(&origin.cells)))
    }

    /// The label of the line that a sum or rule was worked out in.
    pub fn line_label(&self, proof: &Proof<'_>) -> Localised {
        let (number, cell) = proof.cell;
        let table = self.table(number);
        let (row, column) = table.crossing(cell);
        let by_column = match (proof.ground, proof.line.as_deref()) {
            (Ground::RowSum, _) => !table.stub,
            (Ground::ColumnSum, _) => true,
            (Ground::Rule(_), Some(line)) => *table.columns.leaf(column).id == *line,
            (Ground::Rule(_), None) => false,
        };
        let line = if by_column { table.columns.leaf(column) } else { table.rows.leaf(row) };
        line.label.clone()
    }

    /// A sum or rule as cells with signs that must add up to zero; `None` when it is no
    /// such equation.
    pub fn terms(&self, proof: &Proof<'_>) -> Option<Vec<Term>> {
        match proof.ground {
            Ground::Rule(rule) => terms(&rule.test, at(rule, proof.line.as_deref()), self),
            _ => {
                let [mut terms, parts] = self.sides(proof)?;
                terms.extend(parts.into_iter().map(|(cell, sign)| (cell, -sign)));
                Some(terms)
            }
        }
    }

    /// Both sides of a sum or rule as cells with signs; `None` when a side is no such sum.
    pub fn sides(&self, proof: &Proof<'_>) -> Option<[Vec<Term>; 2]> {
        let (number, cell) = proof.cell;
        let table = self.table(number);
        let (row, column) = table.crossing(cell);
        let term = |row: usize, column: usize| ((false, number, row, column), Decimal::ONE);
        let parts: Vec<Term> = match proof.ground {
            Ground::RowSum => {
                table.columns.leaf(column).sum.iter().flatten().map(|part| term(row, *part)).collect()
            }
            Ground::ColumnSum => {
                table.rows.leaf(row).sum.iter().flatten().map(|part| term(*part, column)).collect()
            }
            Ground::Rule(rule) => return sides(&rule.test, at(rule, proof.line.as_deref()), self),
        };
        Some([vec![term(row, column)], parts])
    }

    /// Both sides in figures, `12 + 1 = 13` and `14 = 10 + 4`: a side of several cells shows
    /// them. Empty where a rule is no comparison.
    pub fn in_figures(&self, proof: &Proof<'_>) -> Option<[String; 2]> {
        let (left, right) = (proof.left?, proof.right?);
        let [before, after] = self.sides(proof).unwrap_or_default().map(|terms| self.added_up(&terms));
        let left = before.map_or(left.to_string(), |parts| format!("{parts} = {left}"));
        let right = after.map_or(right.to_string(), |parts| format!("{right} = {parts}"));
        Some([left, right])
    }

    /// Cells with their signs in figures, `37 + 4 - 1`; `None` for one cell. Of a long sum
    /// the parts that are 0 are left out.
    fn added_up(&self, terms: &[Term]) -> Option<String> {
        const SHORT: usize = 3;
        let figures: Option<Vec<(Decimal, Decimal)>> = terms
            .iter()
            .map(|((previous, table, row, column), sign)| {
                Some((self.figure(*previous, *table, *row, *column)?, *sign))
            })
            .collect();
        let mut figures = figures?;
        if figures.len() > SHORT {
            figures.retain(|(value, _)| !value.is_zero());
        }
        if figures.len() < 2 {
            return None;
        }
        let mut out = String::new();
        for (value, sign) in figures {
            out.push_str(match (out.is_empty(), sign.is_sign_negative()) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            });
            out.push_str(&value.to_string());
        }
        Some(out)
    }
}

/// Works out every sum that is written and every rule that applies, in the order of the form.
pub fn prove<'r>(figures: &Figure<'r>, mut emit: impl FnMut(Proof<'r>)) {
    let Some(form) = figures.report.form.as_deref() else { return };
    for number in 0..form.tables.len() {
        sums(figures, number, &mut emit);
        for rule in &form.tables[number].rules {
            prove_rule(figures, rule, Some(number), &mut emit);
        }
    }
    for rule in &form.rules {
        prove_rule(figures, rule, None, &mut emit);
    }
}

fn sums<'r>(figures: &Figure<'r>, number: usize, emit: &mut dyn FnMut(Proof<'r>)) {
    let sheet = &figures.report.sheets()[number];
    let table = &sheet.table;
    let mut check = |ground, cell: usize, parts: &mut dyn Iterator<Item = Cell>| {
        let written = sheet.cells()[cell];
        if written.state != State::Number {
            return;
        }
        let (left, right) = (written.value(), Cell::sum(parts));
        if right.is_none() {
            return;
        }
        let holds = left == right;
        emit(Proof {
            ground,
            cell: (number, cell),
            line: None,
            left,
            right,
            operator: Operator::Equal,
            holds,
        });
    };
    let value = |row, column| sheet.cells()[table.cell(row, column)];
    for row in 0..table.rows.leaves.len() {
        for column in 0..table.columns.leaves.len() {
            if let Some(parts) = &table.columns.leaf(column).sum {
                check(
                    Ground::RowSum,
                    table.cell(row, column),
                    &mut parts.iter().map(|part| value(row, *part)),
                );
            }
        }
    }
    for row in 0..table.rows.leaves.len() {
        let Some(parts) = &table.rows.leaf(row).sum else { continue };
        for column in (0..table.columns.leaves.len()).filter(|column| table.adds_up(*column)) {
            check(
                Ground::ColumnSum,
                table.cell(row, column),
                &mut parts.iter().map(|part| value(*part, column)),
            );
        }
    }
}

/// The line whose turn it is, for a rule.
pub fn at<'l>(rule: &Rule, line: Option<&'l str>) -> At<'l> {
    match rule.turn {
        Turn::Columns => At { row: None, column: line },
        Turn::Rows => At { row: line, column: None },
        Turn::Once => At { row: line, column: line },
    }
}

fn prove_rule<'r>(
    figures: &Figure<'r>,
    rule: &'r Rule,
    inside: Option<usize>,
    emit: &mut dyn FnMut(Proof<'r>),
) {
    for line in turns(figures, rule, inside) {
        let at = at(rule, line.as_deref());
        let Outcome { holds, left, right } = evaluate(&rule.test, at, rule.tolerance, figures);
        let Some(holds) = holds else { continue };
        let (cell, operator) = (anchor(&rule.test, at, figures), operator(&rule.test));
        emit(Proof { ground: Ground::Rule(rule), cell, line, left, right, operator, holds });
    }
}

/// The lines a rule goes through, by id; `inside` is the table it belongs to.
pub fn turns(figures: &dyn Figures, rule: &Rule, inside: Option<usize>) -> Vec<Option<String>> {
    let axis = match (rule.turn, inside) {
        (Turn::Columns, Some(table)) => &figures.table(table).columns,
        (Turn::Rows, Some(table)) => &figures.table(table).rows,
        _ => match starred(&rule.test) {
            Some(reference) if reference.row == Lines::Turn => &figures.table(reference.table).rows,
            Some(reference) => &figures.table(reference.table).columns,
            None => return vec![None],
        },
    };
    let wanted = |leaf: &usize| rule.only.as_ref().is_none_or(|only| only.contains(leaf));
    let leaves = (0..axis.leaves.len()).filter(wanted);
    leaves.map(|leaf| Some(axis.leaf(leaf).id.to_string())).collect()
}

/// The first reference of a test to a line named `*`.
fn starred(test: &Test) -> Option<&Reference> {
    test.references().into_iter().find(|r| r.row == Lines::Turn || r.column == Lines::Turn)
}

/// The cell a rule is about: the first it names of this report.
fn anchor(test: &Test, at: At<'_>, figures: &Figure<'_>) -> (usize, usize) {
    let first = test.references().into_iter().find(|reference| !reference.previous);
    let Some(reference) = first else { return (0, 0) };
    let table = figures.table(reference.table);
    let leaf = |lines: &Lines, turn: Option<&str>, axis: &crate::form::Axis| match lines {
        Lines::Turn => turn.and_then(|id| axis.leaf_number(id)),
        Lines::Named(id) => axis.leaf_number(id),
        Lines::Leaf(leaf) => Some(*leaf),
        Lines::Leaves(leaves) => leaves.first().copied(),
    };
    let row = leaf(&reference.row, at.row, &table.rows).unwrap_or(0);
    let column = leaf(&reference.column, at.column, &table.columns).unwrap_or(0);
    (reference.table, table.cell(row, column))
}

fn operator(test: &Test) -> Operator {
    match test {
        Test::Compare(_, operator, _) => *operator,
        Test::If(_, then) => operator(then),
        _ => Operator::Equal,
    }
}
