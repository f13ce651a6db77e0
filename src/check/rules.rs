//! Sums that do not add up and rules that do not hold.

use rust_decimal::Decimal;

use super::suspect::{Suspect, suspects};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::form::{Figures, Term};
use crate::language::Localised;
use crate::model::{Figure, Ground, Proof, State, prove};

/// Finds every sum and rule of a report that fails. Where one changed figure would mend
/// several of them, that figure is where the findings point.
pub(super) fn check(figures: &Figure<'_>, found: &mut Diagnostics) {
    let mut failing = Vec::new();
    prove(figures, |proof| {
        if !proof.holds {
            failing.push(proof);
        }
    });
    let failing = causes(figures, failing);
    if failing.is_empty() {
        return;
    }
    let suspects = suspects(figures, &failing);
    for (proof, suspect) in failing.iter().zip(suspects) {
        found.push(finding(figures, proof, suspect));
    }
}

/// Leaves out rules that fail in derived sums only, where the same rule fails among the
/// parts already: that is one mistake, not two.
fn causes<'r>(figures: &Figure<'r>, failing: Vec<Proof<'r>>) -> Vec<Proof<'r>> {
    let derived = |proof: &Proof<'_>| {
        let state = |((previous, table, row, column), _): &Term| {
            let sheet = &figures.report.sheets()[*table];
            (!previous).then(|| sheet.cells()[sheet.table.cell(*row, *column)].state)
        };
        let (table, cell) = proof.cell;
        let states: Vec<_> = match figures.sides(proof) {
            Some(sides) => sides.iter().flatten().filter_map(state).collect(),
            None => vec![figures.report.sheets()[table].cells()[cell].state],
        };
        states.contains(&State::Derived)
            && states.iter().all(|state| [State::Derived, State::Blank].contains(state))
    };
    let rule = |proof: &Proof<'r>| match proof.ground {
        Ground::Rule(rule) => Some(&rule.id),
        _ => None,
    };
    let follows: Vec<bool> = failing.iter().map(derived).collect();
    let cause = |proof: &Proof<'r>| {
        let others = failing.iter().zip(&follows);
        others
            .into_iter()
            .any(|(other, follows)| !follows && rule(other).is_some() && rule(other) == rule(proof))
    };
    let keep: Vec<bool> =
        failing.iter().zip(&follows).map(|(proof, follows)| !follows || !cause(proof)).collect();
    failing.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(proof, _)| proof).collect()
}

fn finding(figures: &Figure<'_>, proof: &Proof<'_>, suspect: Option<Suspect>) -> Diagnostic {
    let (table, cell) = proof.cell;
    let sheet = &figures.report.sheets()[table];
    let number = |value: Option<Decimal>| value.map(|v| v.to_string()).unwrap_or_default();
    let mut diagnostic = match proof.ground {
        Ground::RowSum | Ground::ColumnSum => Diagnostic::new("sheet/sum")
            .fact("label", sheet.label(cell))
            .fact("given", number(proof.left))
            .fact("sum", number(proof.right))
            .fact("parts", parts(figures, proof)),
        Ground::Rule(rule) => Diagnostic::with_severity(format!("rule/{}", rule.id).into(), rule.level)
            .fact("says", rule.says.clone())
            .fact("title", sheet.table.title.clone())
            .fact("where", figures.line_label(proof))
            .fact("left", number(proof.left))
            .fact("right", number(proof.right))
            .fact("formula", &*rule.formula),
    };
    if let (Ground::Rule(_), Some(sides)) = (proof.ground, sides(figures, proof)) {
        diagnostic = diagnostic.fact("sides", sides);
    }
    diagnostic = diagnostic.fact("anchor", sheet.table.address(cell));
    let (table, cell) = suspect.as_ref().map_or(proof.cell, |suspect| suspect.cell);
    let sheet = &figures.report.sheets()[table];
    if let Some(suspect) = suspect {
        diagnostic = diagnostic
            .fact("suspect", sheet.label(cell))
            .fact("is", suspect.is.to_string())
            .fact("fix", suspect.fix.to_string());
    }
    let file = figures.report.tables_file();
    diagnostic.cell(sheet.table.address(cell)).at(sheet.place(&file, cell))
}

/// The parts of a sum in words, those that are 0 left out: `自然人 8 + 商业企业 2`.
fn parts(figures: &Figure<'_>, proof: &Proof<'_>) -> Localised {
    let (number, _) = proof.cell;
    let table = figures.table(number);
    let terms = figures.terms(proof).unwrap_or_default();
    let parts: Vec<_> = terms[1..]
        .iter()
        .filter_map(|((_, _, row, column), _)| {
            let value = figures.report.sheets()[number].figure(*row, *column)?;
            (!value.is_zero()).then_some((*row, *column, value))
        })
        .collect();
    let mut words = Localised::default();
    for (language, _) in table.title.all() {
        let word = |(row, column, value): &(usize, usize, Decimal)| {
            let line = match proof.ground {
                Ground::RowSum => table.columns.leaf(*column),
                _ => table.rows.leaf(*row),
            };
            format!("{} {value}", line.label.get(language))
        };
        let text = parts.iter().map(word).collect::<Vec<_>>().join(" + ");
        words.push(language, if text.is_empty() { "0".to_owned() } else { text });
    }
    words
}

/// Both sides in figures: `12 + 1 = 13 ≠ 14 = 10 + 4`.
fn sides(figures: &Figure<'_>, proof: &Proof<'_>) -> Option<String> {
    let [left, right] = figures.in_figures(proof)?;
    Some(format!("{left} {} {right}", proof.operator.opposite().sign()))
}
