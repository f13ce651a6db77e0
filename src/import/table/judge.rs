//! The sums and rules of the form as the judge of what was read.

use rust_decimal::Decimal;

use crate::form::{At, Figures, Form, Outcome, Rule, Table, Turn, evaluate};

use super::reading::{CellReading, Doubt, Reading, TableReading};

/// The readings as figures that rules can look up. A row that the original does not have has no figures.
struct Readings<'a> {
    form: &'a Form,
    tables: &'a [TableReading],
}

impl Readings<'_> {
    fn number(&self, table: usize, row: usize, column: usize) -> Option<Decimal> {
        let cell = self.tables[table].cells[self.form.tables[table].cell(row, column)].as_ref()?;
        match &cell.reading {
            Reading::Number(number) => Some(*number),
            Reading::Blank if cell.doubts.iter().any(Doubt::is_grave) => None,
            // A total left empty is what its parts make.
            Reading::Blank => match &self.form.tables[table].columns.leaf(column).sum {
                Some(parts) => parts.iter().map(|part| self.number(table, row, *part)).sum(),
                None => Some(Decimal::ZERO),
            },
            Reading::NotApplicable => Some(Decimal::ZERO),
            Reading::Text(_) => None,
        }
    }

    fn is_inapplicable(&self, table: usize, row: usize, column: usize) -> bool {
        let cell = &self.tables[table].cells[self.form.tables[table].cell(row, column)];
        matches!(cell, Some(CellReading { reading: Reading::NotApplicable, .. }))
    }

    fn is_given(&self, table: usize, row: usize, column: usize) -> bool {
        let cell = &self.tables[table].cells[self.form.tables[table].cell(row, column)];
        matches!(cell, Some(CellReading { reading: Reading::Number(_), .. }))
    }
}

impl Figures for Readings<'_> {
    fn table(&self, table: usize) -> &Table {
        &self.form.tables[table]
    }

    fn figure(&self, previous: bool, table: usize, row: usize, column: usize) -> Option<Decimal> {
        if previous { None } else { self.number(table, row, column) }
    }

    fn is_blank(&self, previous: bool, table: usize, row: usize, column: usize) -> bool {
        previous || !self.is_given(table, row, column)
    }
}

/// Lets the sums and rules of the form judge what was read. Where both sides are given and disagree, every figure
/// of them is in doubt, for any may be the one that was misread.
pub(super) fn judge(form: &Form, tables: &mut [TableReading]) {
    let mut doubtful: Vec<(usize, usize, Decimal, Decimal)> = Vec::new();
    let readings = Readings { form, tables };
    for (number, table) in form.tables.iter().enumerate() {
        if !readings.tables[number].is_found() || table.open.is_some() {
            continue;
        }
        let (rows, columns) = (table.rows.leaves.len(), table.columns.leaves.len());
        for row in 0..rows {
            for column in 0..columns {
                if !readings.is_given(number, row, column) {
                    continue;
                }
                let Some(given) = readings.number(number, row, column) else { continue };
                if let Some(parts) = &table.columns.leaf(column).sum {
                    let cells: Vec<(usize, usize)> = parts.iter().map(|part| (row, *part)).collect();
                    disagreement(&readings, number, given, (row, column), &cells, &mut doubtful);
                }
                if let Some(parts) = &table.rows.leaf(row).sum {
                    let cells: Vec<(usize, usize)> = parts.iter().map(|part| (*part, column)).collect();
                    disagreement(&readings, number, given, (row, column), &cells, &mut doubtful);
                }
            }
        }
        for rule in &table.rules {
            broken(&readings, number, table, rule, &mut doubtful);
        }
    }
    for (table, cell, left, right) in doubtful {
        if let Some(cell) = &mut tables[table].cells[cell]
            && !cell.doubts.iter().any(|doubt| matches!(doubt, Doubt::Disagrees(..)))
        {
            cell.doubts.push(Doubt::Disagrees(left, right));
        }
    }
}

fn disagreement(
    readings: &Readings<'_>,
    number: usize,
    given: Decimal,
    sum: (usize, usize),
    parts: &[(usize, usize)],
    doubtful: &mut Vec<(usize, usize, Decimal, Decimal)>,
) {
    let numbers: Option<Vec<Decimal>> =
        parts.iter().map(|(row, column)| readings.number(number, *row, *column)).collect();
    let Some(numbers) = numbers else { return };
    let total: Decimal = numbers.iter().sum();
    if total == given {
        return;
    }
    let table = &readings.form.tables[number];
    for (row, column) in parts.iter().chain([&sum]) {
        // In a row that does not add up, a blank may be where a figure belongs.
        let blank = *row == sum.0 || readings.is_inapplicable(number, *row, *column);
        if blank || readings.is_given(number, *row, *column) {
            doubtful.push((number, table.cell(*row, *column), given, total));
        }
    }
}

/// Whether a rule is broken in some line; if so the cells of that line that it names are in doubt.
fn broken(
    readings: &Readings<'_>,
    number: usize,
    table: &Table,
    rule: &Rule,
    doubtful: &mut Vec<(usize, usize, Decimal, Decimal)>,
) {
    let turn = match rule.turn {
        Turn::Columns => &table.columns,
        Turn::Rows => &table.rows,
        Turn::Once => return,
    };
    for leaf in 0..turn.leaves.len() {
        if rule.only.as_ref().is_some_and(|only| !only.contains(&leaf)) {
            continue;
        }
        let id = &*turn.leaf(leaf).id;
        let at = match rule.turn {
            Turn::Columns => At { column: Some(id), row: None },
            _ => At { row: Some(id), column: None },
        };
        let Outcome { holds: Some(false), left: Some(left), right: Some(right) } =
            evaluate(&rule.test, at, rule.tolerance, readings)
        else {
            continue;
        };
        // A total left empty is derived later; the rule says nothing about it now.
        let named = named_lines(
            &rule.formula,
            if matches!(rule.turn, Turn::Columns) { &table.rows } else { &table.columns },
        );
        let cells: Vec<(usize, usize)> = named
            .iter()
            .map(|line| if matches!(rule.turn, Turn::Columns) { (*line, leaf) } else { (leaf, *line) })
            .collect();
        let sums = |(row, column): &(usize, usize)| {
            table.rows.leaf(*row).sum.is_some() || table.columns.leaf(*column).sum.is_some()
        };
        if cells.iter().any(|cell| sums(cell) && !readings.is_given(number, cell.0, cell.1)) {
            continue;
        }
        for (row, column) in cells {
            if readings.is_given(number, row, column) {
                doubtful.push((number, table.cell(row, column), left, right));
            }
        }
    }
}

/// The leaves that a formula names.
pub(super) fn named_lines(formula: &str, axis: &crate::form::Axis) -> Vec<usize> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    formula.split(|c| !is_name(c)).filter_map(|name| axis.leaf_number(name)).collect()
}
