//! The figures of a new report that last year's report settles: where a rule says that a
//! cell must equal something of the year before, that is what it is filled with.

use rust_decimal::Decimal;

use super::proof::{Figure, prove};
use super::report::Report;
use crate::form::{Expression, Lineage, Operator, Reference, Test};
use crate::model::Ground;

/// The cells (table, cell) that the report of the year before settles, with their values.
/// `report` is the new report, still blank.
pub fn carried(report: &Report, previous: &Report, lineage: &Lineage) -> Vec<((usize, usize), Decimal)> {
    let figures = Figure { report, previous: Some((previous, lineage)) };
    let mut carried = Vec::new();
    prove(&figures, |proof| {
        let Ground::Rule(rule) = proof.ground else { return };
        let Test::Compare(Expression::Cell(here), Operator::Equal, right) = &rule.test else { return };
        if let (false, true, Some(value)) = (here.previous, is_past(right), proof.right) {
            carried.push((proof.cell, value));
        }
    });
    carried
}

/// Whether an expression is about the year before only.
fn is_past(expression: &Expression) -> bool {
    let past = |reference: &Reference| reference.previous;
    match expression {
        Expression::Number(_) => false,
        Expression::Cell(reference) => past(reference),
        Expression::Of(_, references) => references.iter().all(past),
        Expression::Pair(left, _, right) => is_past(left) && is_past(right),
    }
}
