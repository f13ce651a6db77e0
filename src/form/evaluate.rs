//! An expression and a way to look cells up give a value.

use rust_decimal::Decimal;

use super::axis::Axis;
use super::formula::{Expression, Function, Lines, Operator, Reference, Test};
use super::table::Table;

/// A way to look cells up.
pub trait Figures {
    /// The blank tables of the report, in the order of the form.
    fn table(&self, table: usize) -> &Table;
    /// A figure: its value, or `None` where the rule cannot apply (no report of the year
    /// before, a cell that should have been filled in, a text).
    fn figure(&self, previous: bool, table: usize, row: usize, column: usize) -> Option<Decimal>;
    /// Whether a cell is empty.
    fn is_blank(&self, previous: bool, table: usize, row: usize, column: usize) -> bool;
}

/// The line whose turn it is; an id, since open tables number their rows apart.
#[derive(Clone, Copy, Debug, Default)]
pub struct At<'a> {
    /// The row, by id.
    pub row: Option<&'a str>,
    /// The column, by id.
    pub column: Option<&'a str>,
}

/// What a test came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Whether it holds; `None` where it does not apply.
    pub holds: Option<bool>,
    /// The value of the left side, of a test that is one comparison.
    pub left: Option<Decimal>,
    /// The value of the right side.
    pub right: Option<Decimal>,
}

/// Whether a test holds. `tolerance` is how far apart equal sides may be.
pub fn evaluate(test: &Test, at: At<'_>, tolerance: Decimal, figures: &dyn Figures) -> Outcome {
    let holds = |test: &Test| evaluate(test, at, tolerance, figures).holds;
    match test {
        Test::Compare(left, operator, right) => {
            let (left, right) = (value(left, at, figures), value(right, at, figures));
            let holds = left.zip(right).map(|(l, r)| compare(l, *operator, r, tolerance));
            Outcome { holds, left, right }
        }
        Test::All(tests) => {
            let all: Option<Vec<bool>> = tests.iter().map(holds).collect();
            Outcome { holds: all.map(|all| all.into_iter().all(|one| one)), ..Outcome::default() }
        }
        Test::Any(tests) => {
            let any: Option<Vec<bool>> = tests.iter().map(holds).collect();
            Outcome { holds: any.map(|any| any.into_iter().any(|one| one)), ..Outcome::default() }
        }
        Test::If(condition, then) => match holds(condition) {
            Some(true) => evaluate(then, at, tolerance, figures),
            Some(false) => Outcome { holds: Some(true), ..Outcome::default() },
            None => Outcome::default(),
        },
        Test::IsBlank(cell) => {
            let blank = cells(cell, at, figures).map(|cells| {
                cells
                    .into_iter()
                    .all(|(row, column)| figures.is_blank(cell.previous, cell.table, row, column))
            });
            Outcome { holds: blank, ..Outcome::default() }
        }
    }
}

fn compare(left: Decimal, operator: Operator, right: Decimal, tolerance: Decimal) -> bool {
    let near = left.checked_sub(right).is_some_and(|apart| apart.abs() <= tolerance);
    match operator {
        Operator::Equal => near,
        Operator::Unequal => !near,
        Operator::AtMost => left <= right || near,
        Operator::AtLeast => left >= right || near,
        Operator::Less => left < right,
        Operator::More => left > right,
    }
}

fn value(expression: &Expression, at: At<'_>, figures: &dyn Figures) -> Option<Decimal> {
    match expression {
        Expression::Number(number) => Some(*number),
        Expression::Cell(cell) => {
            let mut value = None;
            let _ = visit(cell, at, figures, &mut |row, column| {
                value = figures.figure(cell.previous, cell.table, row, column);
                None
            });
            value
        }
        Expression::Of(function, references) => {
            let mut values = Vec::with_capacity(8);
            for reference in references {
                visit(reference, at, figures, &mut |row, column| {
                    let value = figures.figure(reference.previous, reference.table, row, column)?;
                    values.push(value);
                    Some(())
                })?;
            }
            apply(*function, &values)
        }
        Expression::Pair(left, sign, right) => {
            let (left, right) = (value(left, at, figures)?, value(right, at, figures)?);
            match sign {
                '+' => left.checked_add(right),
                '-' => left.checked_sub(right),
                '*' => left.checked_mul(right),
                _ => left.checked_div(right),
            }
        }
    }
}

fn apply(function: Function, values: &[Decimal]) -> Option<Decimal> {
    let sum = || values.iter().try_fold(Decimal::ZERO, |sum, value| sum.checked_add(*value));
    match function {
        Function::Sum => sum(),
        Function::Min => values.iter().min().copied(),
        Function::Max => values.iter().max().copied(),
        Function::Avg => sum()?.checked_div(Decimal::from(values.len())),
    }
}

/// The rows and columns a reference means; `None` where a line does not exist.
pub fn cells(reference: &Reference, at: At<'_>, figures: &dyn Figures) -> Option<Vec<(usize, usize)>> {
    let mut cells = Vec::new();
    visit(reference, at, figures, &mut |row, column| {
        cells.push((row, column));
        Some(())
    })?;
    Some(cells)
}

/// Goes through the cells a reference means, by row and column, until `each` has enough.
/// `None` then, or where a line does not exist.
fn visit(
    reference: &Reference,
    at: At<'_>,
    figures: &dyn Figures,
    each: &mut dyn FnMut(usize, usize) -> Option<()>,
) -> Option<()> {
    let table = figures.table(reference.table);
    let (mut row, mut column) = ([0], [0]);
    let rows = leaves(&reference.row, at.row, &table.rows, &mut row)?;
    let columns = leaves(&reference.column, at.column, &table.columns, &mut column)?;
    rows.iter()
        .flat_map(|row| columns.iter().map(move |column| (*row, *column)))
        .try_for_each(|(row, column)| each(row, column))
}

/// The leaves of an axis that are meant; a single one is put into `one`.
fn leaves<'l>(
    lines: &'l Lines,
    turn: Option<&str>,
    axis: &Axis,
    one: &'l mut [usize; 1],
) -> Option<&'l [usize]> {
    one[0] = match lines {
        Lines::Turn => axis.leaf_number(turn?)?,
        Lines::Named(id) => axis.leaf_number(id)?,
        Lines::Leaf(leaf) => *leaf,
        Lines::Leaves(leaves) => return Some(leaves),
    };
    Some(one)
}

/// One summand of a side: the cell (previous, table, row, column) and its sign.
pub type Term = ((bool, usize, usize, usize), Decimal);

/// A test as one sum that must be zero, left side minus right side, where it is an equation
/// of sums; `None` where it is anything else.
pub fn terms(test: &Test, at: At<'_>, figures: &dyn Figures) -> Option<Vec<Term>> {
    let Test::Compare(_, Operator::Equal, _) = test else { return None };
    let [mut terms, right] = sides(test, at, figures)?;
    terms.extend(right.into_iter().map(|(cell, sign)| (cell, -sign)));
    Some(terms)
}

/// The two sides of a comparison, each as a sum of cells; `None` where a side is anything
/// else.
pub fn sides(test: &Test, at: At<'_>, figures: &dyn Figures) -> Option<[Vec<Term>; 2]> {
    let Test::Compare(left, _, right) = test else { return None };
    let side = |expression| {
        let mut terms = Vec::new();
        add_terms(expression, Decimal::ONE, at, figures, &mut terms)?;
        Some(terms)
    };
    Some([side(left)?, side(right)?])
}

fn add_terms(
    expression: &Expression,
    sign: Decimal,
    at: At<'_>,
    figures: &dyn Figures,
    terms: &mut Vec<Term>,
) -> Option<()> {
    let mut add = |reference: &Reference| {
        for (row, column) in cells(reference, at, figures)? {
            terms.push(((reference.previous, reference.table, row, column), sign));
        }
        Some(())
    };
    match expression {
        Expression::Cell(cell) => add(cell),
        Expression::Of(Function::Sum, references) => references.iter().try_for_each(add),
        Expression::Pair(left, '+', right) => {
            add_terms(left, sign, at, figures, terms)?;
            add_terms(right, sign, at, figures, terms)
        }
        Expression::Pair(left, '-', right) => {
            add_terms(left, sign, at, figures, terms)?;
            add_terms(right, -sign, at, figures, terms)
        }
        _ => None,
    }
}
