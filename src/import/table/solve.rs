//! Rows that can be read in several ways, narrowed down by what the columns must add up to: a reading stays only if
//! the other rows have readings with which every sum and rule of the form can hold.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::form::{At, Figures, Operator, Table, Test, Turn, evaluate};

use super::judge::named_lines;

/// Different partial sums that are followed in one column; beyond that it says nothing.
const SUMS: usize = 2_000;
/// How often what one column told is tried on the others.
const ROUNDS: usize = 6;

/// A row, and for each way of reading it the numbers by column; `None` is a cell whose number is not known.
pub(super) struct Choices {
    /// The row of the form, by leaf.
    pub row: usize,
    /// The numbers of each reading, in the order of the columns.
    pub readings: Vec<Vec<Option<Decimal>>>,
    /// Which readings are still possible.
    pub open: Vec<bool>,
}

impl Choices {
    /// A row of which every reading is possible.
    pub(super) fn new(row: usize, readings: Vec<Vec<Option<Decimal>>>) -> Self {
        let open = vec![true; readings.len()];
        Self { row, readings, open }
    }

    /// The different numbers that the row can have in a column; `None` if one is not known.
    fn numbers(&self, column: usize) -> Option<BTreeSet<Decimal>> {
        let open = self.readings.iter().zip(&self.open).filter(|(_, open)| **open);
        open.map(|(reading, _)| reading.get(column).copied().flatten()).collect()
    }
}

/// What the rows of a column come to nothing with, each times its factor.
struct Equation {
    terms: Vec<(usize, Decimal)>,
    /// The columns it is limited to, by leaf.
    only: Option<Vec<usize>>,
    /// The rows without which it says nothing: those that are sums themselves. Where a text breaks off before its
    /// totals, these are not nothing.
    sums: Vec<usize>,
}

/// Closes the readings with which some sum or rule over the rows cannot hold. `columns` are leaves.
pub(super) fn narrow(table: &Table, number: usize, columns: &[usize], rows: &mut [Choices]) {
    let equations = equations(table, number);
    for _ in 0..ROUNDS {
        let mut changed = false;
        for equation in &equations {
            for (at, leaf) in columns.iter().enumerate() {
                if equation.only.as_ref().is_none_or(|only| only.contains(leaf)) {
                    changed |= filter(equation, at, rows);
                }
            }
        }
        if !changed {
            return;
        }
    }
}

/// Closes the readings with which an equation cannot hold in a column; whether there were any.
fn filter(equation: &Equation, column: usize, rows: &mut [Choices]) -> bool {
    if equation.sums.iter().any(|sum| rows.iter().all(|choices| choices.row != *sum)) {
        return false;
    }
    // Other rows that the original does not have count as nothing.
    let terms: Vec<(usize, Decimal)> = equation
        .terms
        .iter()
        .filter_map(|(row, factor)| Some((rows.iter().position(|choices| choices.row == *row)?, *factor)))
        .collect();
    let numbers: Option<Vec<BTreeSet<Decimal>>> = terms
        .iter()
        .map(|(at, factor)| Some(rows[*at].numbers(column)?.into_iter().map(|n| n * factor).collect()))
        .collect();
    let Some(numbers) = numbers.filter(|numbers| numbers.iter().any(|set| set.len() > 1)) else {
        return false;
    };
    let Some(possible) = possible(&numbers) else { return false };
    // Where nothing fits, the original itself is wrong, or read wrongly; then the column tells nothing.
    if possible.iter().any(BTreeSet::is_empty) {
        return false;
    }
    let mut changed = false;
    for ((at, factor), possible) in terms.into_iter().zip(possible) {
        let choices = &mut rows[at];
        for (reading, open) in choices.readings.iter().zip(&mut choices.open) {
            let fits = reading[column].is_some_and(|number| possible.contains(&(number * factor)));
            changed |= *open && !fits;
            *open = *open && fits;
        }
    }
    changed
}

/// Of each set the numbers that make nothing with one number of every other set; `None` if there are too many sums.
fn possible(numbers: &[BTreeSet<Decimal>]) -> Option<Vec<BTreeSet<Decimal>>> {
    let add = |sums: &BTreeSet<Decimal>, set: &BTreeSet<Decimal>| -> Option<BTreeSet<Decimal>> {
        let mut more = BTreeSet::new();
        for sum in sums {
            more.extend(set.iter().map(|number| sum + number));
            if more.len() > SUMS {
                return None;
            }
        }
        Some(more)
    };
    let mut before = vec![BTreeSet::from([Decimal::ZERO])];
    let mut after = before.clone();
    for set in numbers {
        before.push(add(before.last()?, set)?);
    }
    for set in numbers.iter().rev() {
        after.push(add(after.last()?, set)?);
    }
    let count = numbers.len();
    let fits = |at: usize, number: &Decimal| {
        before[at].iter().any(|sum| after[count - 1 - at].contains(&-(sum + number)))
    };
    let kept = |(at, set): (usize, &BTreeSet<Decimal>)| set.iter().copied().filter(|n| fits(at, n)).collect();
    Some(numbers.iter().enumerate().map(kept).collect())
}

/// What the sums of the rows say, and the rules of the table that are equations over them.
fn equations(table: &Table, number: usize) -> Vec<Equation> {
    let sums = (0..table.rows.leaves.len()).filter_map(|row| {
        let parts = table.rows.leaf(row).sum.as_ref()?;
        let parts = parts.iter().map(|part| (*part, Decimal::ONE));
        let terms = parts.chain([(row, Decimal::NEGATIVE_ONE)]).collect();
        Some(Equation { terms, only: None, sums: vec![row] })
    });
    let rules = table.rules.iter().filter(|rule| matches!(rule.turn, Turn::Columns)).filter_map(|rule| {
        let Test::Compare(_, Operator::Equal, _) = rule.test else { return None };
        let column = rule.only.as_ref().and_then(|only| only.first().copied()).unwrap_or(0);
        let at = At { row: None, column: Some(&table.columns.leaf(column).id) };
        let difference = |row: Option<usize>| -> Option<Decimal> {
            let probe = Probe { table, number, row };
            let outcome = evaluate(&rule.test, at, Decimal::ZERO, &probe);
            Some(outcome.left? - outcome.right?)
        };
        // A rule that is not nothing for nothing, or names a table beside, is no equation over these rows.
        if difference(None)? != Decimal::ZERO {
            return None;
        }
        let mut rows = named_lines(&rule.formula, &table.rows);
        rows.sort_unstable();
        rows.dedup();
        let sums = rows.iter().copied().filter(|row| table.rows.leaf(*row).sum.is_some()).collect();
        let terms: Option<Vec<_>> = rows.into_iter().map(|row| Some((row, difference(Some(row))?))).collect();
        Some(Equation { terms: terms?, only: rule.only.clone(), sums })
    });
    sums.chain(rules).filter(|equation| equation.terms.len() > 1).collect()
}

/// A table with nothing in it but a one in a single row: what a rule makes of it is the factor of the row.
struct Probe<'a> {
    table: &'a Table,
    number: usize,
    row: Option<usize>,
}

impl Figures for Probe<'_> {
    fn table(&self, _: usize) -> &Table {
        self.table
    }

    fn figure(&self, previous: bool, table: usize, row: usize, _: usize) -> Option<Decimal> {
        let own = !previous && table == self.number;
        own.then(|| if Some(row) == self.row { Decimal::ONE } else { Decimal::ZERO })
    }

    fn is_blank(&self, _: bool, _: usize, _: usize, _: usize) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(list: &[i64]) -> BTreeSet<Decimal> {
        list.iter().map(|number| Decimal::from(*number)).collect()
    }

    #[test]
    fn only_what_can_make_nothing_stays() {
        let sets = [numbers(&[0, 3]), numbers(&[0, 5]), numbers(&[-3])];
        assert_eq!(possible(&sets), Some(vec![numbers(&[3]), numbers(&[0]), numbers(&[-3])]));
        let sets = [numbers(&[0, 2]), numbers(&[0, 2]), numbers(&[-2])];
        assert_eq!(possible(&sets), Some(sets.to_vec()));
    }
}
