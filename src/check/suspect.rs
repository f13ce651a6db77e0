//! Finds the one figure that, changed, would mend several failing sums at once: a digit
//! typed wrong breaks the sum of its row and a rule of its column by the same amount.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::form::{Figures, Term};
use crate::model::{Figure, Proof, prove};

/// A figure that is probably wrong.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Suspect {
    /// Table and cell, by number.
    pub cell: (usize, usize),
    /// What it is.
    pub is: Decimal,
    /// What it would have to be.
    pub fix: Decimal,
}

/// For each failing proof, the suspect behind it, if there is exactly one.
pub(super) fn suspects(figures: &Figure<'_>, failing: &[Proof<'_>]) -> Vec<Option<Suspect>> {
    if failing.len() < 2 {
        return vec![None; failing.len()];
    }
    let equations: Vec<_> = failing.iter().map(|proof| figures.terms(proof).unwrap_or_default()).collect();
    let mut innocent = Vec::new();
    prove(figures, |proof| {
        if proof.holds {
            let terms = figures.terms(&proof).unwrap_or_default();
            innocent.extend(terms.iter().filter_map(|term| here(figures, term)));
        }
    });
    let mut wanted: BTreeMap<(usize, usize), Vec<(usize, Decimal)>> = BTreeMap::new();
    for (number, equation) in equations.iter().enumerate() {
        let Some(off) = residual(figures, equation) else { continue };
        for term in equation {
            if let Some(cell) = here(figures, term) {
                wanted.entry(cell).or_default().push((number, -off * term.1));
            }
        }
    }
    wanted.retain(|cell, changes| {
        changes.len() >= 2 && changes.iter().all(|(_, by)| *by == changes[0].1) && !innocent.contains(cell)
    });
    (0..failing.len()).map(|number| best(figures, &wanted, number)).collect()
}

/// The suspect that mends most failing proofs, this one among them.
fn best(
    figures: &Figure<'_>,
    wanted: &BTreeMap<(usize, usize), Vec<(usize, Decimal)>>,
    number: usize,
) -> Option<Suspect> {
    let mends = |changes: &[(usize, Decimal)]| changes.iter().any(|(n, _)| *n == number);
    let mut candidates: Vec<_> = wanted.iter().filter(|(_, changes)| mends(changes)).collect();
    candidates.sort_by_key(|(_, changes)| std::cmp::Reverse(changes.len()));
    let (cell, changes) = *candidates.first()?;
    if candidates.get(1).is_some_and(|(_, other)| other.len() == changes.len()) {
        return None;
    }
    let sheet = &figures.report.sheets()[cell.0];
    let (row, column) = sheet.table.crossing(cell.1);
    let is = sheet.figure(row, column)?;
    let fix = is + changes[0].1;
    sheet.table.kind_of(row, column).admits(fix).then_some(Suspect { cell: *cell, is, fix })
}

/// The cell of a term, if it is one of this report.
fn here(figures: &Figure<'_>, ((previous, table, row, column), _): &Term) -> Option<(usize, usize)> {
    (!previous).then(|| (*table, figures.table(*table).cell(*row, *column)))
}

/// By how much an equation is off.
fn residual(figures: &Figure<'_>, equation: &[Term]) -> Option<Decimal> {
    let value = |((previous, table, row, column), sign): &Term| {
        figures.figure(*previous, *table, *row, *column).map(|value| value * sign)
    };
    equation.iter().map(value).sum()
}
