//! The rules and sums of a form in the language of spreadsheets.
//!
//! What has no value there is an error here too (`NA()`, a division by nothing), which the
//! whole formula turns into an empty text: the rule does not apply. That way the two
//! languages agree on every operator.

use rust_decimal::Decimal;
use rust_xlsxwriter::utility::row_col_to_cell;

use crate::form::{At, Blank, Expression, Figures, Function, Kind, Operator, Reference, Table, Test, cells};

/// The mark of a rule that holds.
pub(super) const GOOD: &str = "✓";
/// The mark of a rule that does not.
pub(super) const BAD: &str = "✗";
/// The mark of a rule that should hold and does not.
pub(super) const WARN: &str = "▲";

/// Decimals that are compared; spreadsheets calculate in binary fractions.
const DIGITS: u32 = 9;

/// The parts of a sum, if the cell is one: along the row, else down the column.
pub(super) fn parts(table: &Table, row: usize, column: usize) -> Vec<Vec<(usize, usize)>> {
    let along = table.columns.leaf(column).sum.iter();
    let along = along.map(|parts| parts.iter().map(|part| (row, *part)).collect());
    let down = table.rows.leaf(row).sum.iter().filter(|_| table.adds_up(column));
    along.chain(down.map(|parts| parts.iter().map(|part| (*part, column)).collect())).collect()
}

/// Cells as a list of ranges: `B5,D5:F5`.
pub(super) fn ranges(cells: &[(u32, u16)]) -> String {
    let mut ranges: Vec<[(u32, u16); 2]> = Vec::new();
    for &(row, column) in cells {
        if let Some([first, last]) = ranges.last_mut() {
            let along = first.0 == row && last.0 == row && last.1 + 1 == column;
            let down = first.1 == column && last.1 == column && last.0 + 1 == row;
            if along || down {
                *last = (row, column);
                continue;
            }
        }
        ranges.push([(row, column); 2]);
    }
    let name = |&[first, last]: &[(u32, u16); 2]| match first == last {
        true => row_col_to_cell(first.0, first.1),
        false => format!("{}:{}", row_col_to_cell(first.0, first.1), row_col_to_cell(last.0, last.1)),
    };
    ranges.iter().map(name).collect::<Vec<_>>().join(",")
}

/// Says rules in the language of spreadsheets.
pub(super) struct Speaker<'s> {
    /// The tables, and the figures of the year before.
    pub figures: &'s dyn Figures,
    /// The name of a cell, seen from where the rule stands.
    pub place: &'s dyn Fn(usize, usize, usize) -> Option<String>,
    /// The line whose turn it is.
    pub at: At<'s>,
    /// How far apart equal sides may be.
    pub tolerance: Decimal,
}

/// A value as a formula, and whether it is a whole number for certain.
struct Said {
    formula: String,
    whole: bool,
}

impl Said {
    /// The value as it is to be compared and shown.
    fn shown(&self) -> String {
        if self.whole { self.formula.clone() } else { format!("ROUND({},{DIGITS})", self.formula) }
    }
}

impl Speaker<'_> {
    /// The formula that shows whether a test holds: a mark, with both sides where it does
    /// not; an empty text where it does not apply. `None` for what cannot be said, such as a
    /// figure of a year before that is not known.
    pub(super) fn check(&self, test: &Test, mark: &str) -> Option<String> {
        let holds = self.test(test)?;
        let fails = self.fails(test, mark)?;
        Some(format!("=IFERROR(IF({holds},\"{GOOD}\",{fails}),\"\")"))
    }

    /// The text for a test that fails.
    fn fails(&self, test: &Test, mark: &str) -> Option<String> {
        match test {
            Test::Compare(left, operator, right) => {
                let (left, right) = (self.value(left)?.shown(), self.value(right)?.shown());
                let sign = operator.opposite().sign();
                Some(format!("\"{mark} \"&{left}&\" {sign} \"&{right}"))
            }
            Test::If(_, then) => self.fails(then, mark),
            _ => Some(format!("\"{mark}\"")),
        }
    }

    fn test(&self, test: &Test) -> Option<String> {
        let all = |tests: &[Test]| tests.iter().map(|test| self.test(test)).collect::<Option<Vec<_>>>();
        Some(match test {
            Test::Compare(left, operator, right) => {
                self.compare(&self.value(left)?, *operator, &self.value(right)?)
            }
            Test::All(tests) => format!("AND({})", all(tests)?.join(",")),
            Test::Any(tests) => format!("OR({})", all(tests)?.join(",")),
            Test::If(condition, then) => format!("IF({},{},TRUE)", self.test(condition)?, self.test(then)?),
            Test::IsBlank(reference) => {
                let mut tests = Vec::new();
                for (row, column) in cells(reference, self.at, self.figures)? {
                    tests.push(if reference.previous {
                        let blank = self.figures.is_blank(true, reference.table, row, column);
                        if blank { "TRUE" } else { "FALSE" }.to_owned()
                    } else {
                        format!("{}=\"\"", (self.place)(reference.table, row, column)?)
                    });
                }
                format!("AND({})", tests.join(","))
            }
        })
    }

    fn compare(&self, left: &Said, operator: Operator, right: &Said) -> String {
        let (whole, tolerance) = (left.whole && right.whole, self.tolerance);
        let (left, right) = (&left.formula, &right.formula);
        let sign = match operator {
            Operator::Equal => "=",
            Operator::Unequal => "<>",
            Operator::AtMost => "<=",
            Operator::AtLeast => ">=",
            Operator::Less => "<",
            Operator::More => ">",
        };
        if whole && tolerance.is_zero() {
            return format!("{left}{sign}{right}");
        }
        let apart = format!("ROUND({left}-{right},{DIGITS})");
        match operator {
            Operator::Equal => format!("ABS({apart})<={tolerance}"),
            Operator::Unequal => format!("ABS({apart})>{tolerance}"),
            Operator::AtMost => format!("{apart}<={tolerance}"),
            Operator::AtLeast => format!("{apart}>=-{tolerance}"),
            Operator::Less | Operator::More => format!("{apart}{sign}0"),
        }
    }

    fn value(&self, expression: &Expression) -> Option<Said> {
        match expression {
            Expression::Number(number) => Some(literal(*number)),
            Expression::Cell(reference) => {
                let (row, column) = *cells(reference, self.at, self.figures)?.first()?;
                self.cell(reference, row, column)
            }
            Expression::Of(function, references) => self.of(*function, references),
            Expression::Pair(left, sign, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                let whole = left.whole && right.whole && *sign != '/';
                Some(Said { formula: format!("({}{sign}{})", left.formula, right.formula), whole })
            }
        }
    }

    /// A function over cells; blanks count as the form says, not as spreadsheets do.
    fn of(&self, function: Function, references: &[Reference]) -> Option<Said> {
        let mut values = Vec::new();
        for reference in references {
            for (row, column) in cells(reference, self.at, self.figures)? {
                values.push(self.cell(reference, row, column)?);
            }
        }
        if values.is_empty() {
            return None;
        }
        let whole = values.iter().all(|value| value.whole);
        let count = values.len();
        let list = values.into_iter().map(|value| value.formula).collect::<Vec<_>>().join(",");
        Some(match function {
            Function::Sum => Said { formula: format!("SUM({list})"), whole },
            Function::Min => Said { formula: format!("MIN({list})"), whole },
            Function::Max => Said { formula: format!("MAX({list})"), whole },
            Function::Avg => Said { formula: format!("(SUM({list})/{count})"), whole: false },
        })
    }

    /// One cell as a number: of the year before as it was, of this year as it will be.
    fn cell(&self, reference: &Reference, row: usize, column: usize) -> Option<Said> {
        if reference.previous {
            return self.figures.figure(true, reference.table, row, column).map(literal);
        }
        let name = (self.place)(reference.table, row, column)?;
        let table = self.figures.table(reference.table);
        let kind = table.kind_of(row, column);
        let whole = matches!(kind, Kind::Count | Kind::Change);
        let formula = match (kind, table.blank_of(row, column)) {
            (Kind::Text, _) => return None,
            (_, Blank::Zero) => format!("N({name})"),
            (_, Blank::Missing | Blank::NotApplicable) => format!("IF(ISNUMBER({name}),{name},NA())"),
        };
        Some(Said { formula, whole })
    }
}

fn literal(number: Decimal) -> Said {
    let whole = number.fract().is_zero();
    let formula = if number.is_sign_negative() { format!("({number})") } else { number.to_string() };
    Said { formula, whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_become_ranges() {
        assert_eq!(ranges(&[(4, 1), (4, 2), (4, 3), (4, 5)]), "B5:D5,F5");
        assert_eq!(ranges(&[(4, 1), (5, 1), (7, 1)]), "B5:B6,B8");
        assert_eq!(ranges(&[(4, 1)]), "B5");
        assert_eq!(ranges(&[(4, 1), (4, 2), (5, 2)]), "B5:C5,C6");
    }
}
