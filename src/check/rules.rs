//! Sums that do not add up and rules that do not hold.

use rust_decimal::Decimal;

use super::suspect::{Suspect, suspects};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::form::Figures;
use crate::language::Localised;
use crate::model::{Figure, Ground, Proof, prove};

/// Finds every sum and rule of a report that fails. Where one changed figure would mend
/// several of them, that figure is where the findings point.
pub(super) fn check(figures: &Figure<'_>, found: &mut Diagnostics) {
    let mut failing = Vec::new();
    prove(figures, |proof| {
        if !proof.holds {
            failing.push(proof);
        }
    });
    if failing.is_empty() {
        return;
    }
    let suspects = suspects(figures, &failing);
    for (proof, suspect) in failing.iter().zip(suspects) {
        found.push(finding(figures, proof, suspect));
    }
}

fn finding(figures: &Figure<'_>, proof: &Proof<'_>, suspect: Option<Suspect>) -> Diagnostic {
    let (table, cell) = proof.cell;
    let sheet = &figures.report.sheets[table];
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
            .fact("where", line_label(figures, proof))
            .fact("left", number(proof.left))
            .fact("right", number(proof.right))
            .fact("sides", sides(figures, proof))
            .fact("formula", &*rule.formula),
    };
    diagnostic = diagnostic.fact("anchor", sheet.table.address(cell));
    let (table, cell) = suspect.as_ref().map_or(proof.cell, |suspect| suspect.cell);
    let sheet = &figures.report.sheets[table];
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
            let value = figures.report.sheets[number].figure(*row, *column)?;
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

/// The label of the line in which a rule fails.
fn line_label(figures: &Figure<'_>, proof: &Proof<'_>) -> Localised {
    let (table, cell) = proof.cell;
    let table = figures.table(table);
    let (row, column) = table.crossing(cell);
    let line = proof.line.as_deref();
    let in_column = line.is_some_and(|id| *table.columns.leaf(column).id == *id);
    if in_column { table.columns.leaf(column).label.clone() } else { table.rows.leaf(row).label.clone() }
}

/// Both sides in figures: `12 + 1 = 13 ≠ 14 = 10 + 4`.
fn sides(figures: &Figure<'_>, proof: &Proof<'_>) -> String {
    let (Some(left), Some(right)) = (proof.left, proof.right) else { return String::new() };
    let sign = if proof.operator.sign() == "=" {
        "≠".to_owned()
    } else {
        format!("{} ✕", proof.operator.sign())
    };
    let Some(terms) = figures.terms(proof) else { return format!("{left} {sign} {right}") };
    let side = |wanted: bool| {
        let values = terms.iter().filter(|(_, factor)| factor.is_sign_positive() == wanted);
        let values = values.filter_map(|((previous, table, row, column), _)| {
            figures.figure(*previous, *table, *row, *column).map(|value| value.to_string())
        });
        values.collect::<Vec<_>>()
    };
    let sum = |values: Vec<String>, total: Decimal, first: bool| match (values.len(), first) {
        (0 | 1, _) => total.to_string(),
        (_, true) => format!("{} = {total}", values.join(" + ")),
        (_, false) => format!("{total} = {}", values.join(" + ")),
    };
    format!("{} {sign} {}", sum(side(true), left, true), sum(side(false), right, false))
}
