//! The little language of rules: text to expression.
//!
//! ```text
//! rule   = test { ("and" | "or") test } | "if" rule "then" rule
//! test   = expr ("=" | "!=" | "<=" | ">=" | "<" | ">") expr | ref "is" "blank" | "(" rule ")"
//! expr   = term { ("+" | "-") term }
//! term   = factor { ("*" | "/") factor }
//! factor = number | ref | ("sum" | "min" | "max" | "avg") "(" ref { "," ref } ")" | "(" expr ")"
//! ref    = [ "previous." ] ( line | table "[" line "," line "]" )
//! line   = "*" | id { "." id } [ ".*" ]
//! ```

use std::ops::Range;
use std::sync::Arc;

use rust_decimal::Decimal;

/// What must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Two sides compared.
    Compare(Expression, Operator, Expression),
    /// All must hold.
    All(Vec<Test>),
    /// One must hold.
    Any(Vec<Test>),
    /// If the first holds, so must the second.
    If(Box<Test>, Box<Test>),
    /// A cell is empty.
    IsBlank(Reference),
}

impl Test {
    /// All references, in the order written.
    pub fn references(&self) -> Vec<&Reference> {
        let mut out = Vec::new();
        self.collect(&mut out);
        out
    }

    fn collect<'t>(&'t self, out: &mut Vec<&'t Reference>) {
        match self {
            Self::Compare(left, _, right) => [left, right].into_iter().for_each(|side| side.collect(out)),
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.collect(out)),
            Self::If(condition, then) => [condition, then].into_iter().for_each(|test| test.collect(out)),
            Self::IsBlank(reference) => out.push(reference),
        }
    }
}

/// How two sides are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `<`
    Less,
    /// `>`
    More,
}

impl Operator {
    /// All, with their signs; longer signs first.
    pub const ALL: [(&'static str, Self); 6] = [
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("!=", Self::Unequal),
        ("=", Self::Equal),
        ("<", Self::Less),
        (">", Self::More),
    ];

    /// Its sign as printed.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "≠",
            Self::AtMost => "≤",
            Self::AtLeast => "≥",
            Self::Less => "<",
            Self::More => ">",
        }
    }

    /// What is true of two sides when this is not.
    pub fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
            Self::AtMost => Self::More,
            Self::AtLeast => Self::Less,
            Self::Less => Self::AtLeast,
            Self::More => Self::AtMost,
        }
    }
}

/// A value made of cells.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A number as written.
    Number(Decimal),
    /// One cell.
    Cell(Reference),
    /// `sum`, `min`, `max` or `avg` of cells.
    Of(Function, Vec<Reference>),
    /// `+`, `-`, `*` or `/` between two.
    Pair(Box<Expression>, char, Box<Expression>),
}

impl Expression {
    fn collect<'t>(&'t self, out: &mut Vec<&'t Reference>) {
        match self {
            Self::Number(_) => {}
            Self::Cell(reference) => out.push(reference),
            Self::Of(_, references) => out.extend(references),
            Self::Pair(left, _, right) => [left, right].into_iter().for_each(|side| side.collect(out)),
        }
    }
}

/// A function over cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// All added up.
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The mean.
    Avg,
}

/// Cells meant by a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// In the report of the year before.
    pub previous: bool,
    /// The table, by number.
    pub table: usize,
    /// The rows.
    pub row: Lines,
    /// The columns.
    pub column: Lines,
}

/// Lines meant by a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Lines {
    /// The line whose turn it is.
    Turn,
    /// A line of an open axis, by id.
    Named(Arc<str>),
    /// One leaf, by number.
    Leaf(usize),
    /// Several leaves, by number.
    Leaves(Vec<usize>),
}

/// Why a formula cannot be read: the bytes of it and a word of the catalogue.
pub(super) type Mistake = (Range<usize>, &'static str);

/// A name as written, not yet looked up.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Name<'a> {
    /// In the year before.
    pub previous: bool,
    /// The table, when a full address is written.
    pub table: Option<&'a str>,
    /// The one line, or the row of a full address.
    pub first: &'a str,
    /// The column of a full address.
    pub second: Option<&'a str>,
    /// Whether it may stand for several cells, as in `sum(...)`.
    pub many: bool,
}

/// Parses a formula; `resolve` looks each name up.
pub(super) fn parse(
    text: &str,
    resolve: &dyn Fn(&Name<'_>) -> Result<Reference, &'static str>,
) -> Result<Test, Mistake> {
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens, at: 0, resolve };
    let test = parser.rule()?;
    match parser.peek() {
        None => Ok(test),
        Some((range, _)) => Err((range, "formula-rest")),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token<'a> {
    Name(&'a str),
    Number(Decimal),
    Sign(&'a str),
}

fn tokens(text: &str) -> Result<Vec<(Range<usize>, Token<'_>)>, Mistake> {
    const SIGNS: [&str; 14] = ["<=", ">=", "!=", "=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]"];
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = |good: &dyn Fn(char) -> bool| rest.find(|c| !good(c)).unwrap_or(rest.len());
        if c.is_whitespace() {
            at += c.len_utf8();
        } else if c.is_ascii_digit() {
            let end = at + length(&|c| c.is_ascii_digit() || c == '.');
            let number = Decimal::from_str_exact(&text[at..end]).map_err(|_| (at..end, "formula-number"))?;
            tokens.push((at..end, Token::Number(number)));
            at = end;
        } else if c.is_ascii_alphabetic() {
            let mut end = at + length(&|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
            if text[..end].ends_with('.') && text[end..].starts_with('*') {
                end += 1;
            }
            tokens.push((at..end, Token::Name(&text[at..end])));
            at = end;
        } else if let Some(sign) = SIGNS.iter().chain(&[","]).find(|sign| rest.starts_with(**sign)) {
            tokens.push((at..at + sign.len(), Token::Sign(sign)));
            at += sign.len();
        } else {
            return Err((at..at + c.len_utf8(), "formula-sign"));
        }
    }
    Ok(tokens)
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<(Range<usize>, Token<'a>)>,
    at: usize,
    resolve: &'a dyn Fn(&Name<'_>) -> Result<Reference, &'static str>,
}

/// Formulas nested deeper than this are not read.
const DEPTH_LIMIT: usize = 400;

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<(Range<usize>, Token<'a>)> {
        self.tokens.get(self.at).cloned()
    }

    fn end(&self) -> Range<usize> {
        self.text.len()..self.text.len()
    }

    fn takes(&mut self, wanted: &Token<'_>) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|(_, token)| token == wanted);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> bool {
        self.takes(&Token::Name(word))
    }

    fn sign(&mut self, sign: &str) -> bool {
        self.takes(&Token::Sign(sign))
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), Mistake> {
        if self.sign(sign) {
            return Ok(());
        }
        Err((self.peek().map_or(self.end(), |(range, _)| range), "formula-bracket"))
    }

    fn rule(&mut self) -> Result<Test, Mistake> {
        if self.tokens.len() > DEPTH_LIMIT {
            return Err((0..self.text.len(), "formula-long"));
        }
        if self.word("if") {
            let condition = self.rule()?;
            if !self.word("then") {
                return Err((self.peek().map_or(self.end(), |(range, _)| range), "formula-then"));
            }
            return Ok(Test::If(Box::new(condition), Box::new(self.rule()?)));
        }
        let mut any = vec![self.all()?];
        while self.word("or") {
            any.push(self.all()?);
        }
        Ok(if any.len() == 1 { any.remove(0) } else { Test::Any(any) })
    }

    fn all(&mut self) -> Result<Test, Mistake> {
        let mut all = vec![self.test()?];
        while self.word("and") {
            all.push(self.test()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Test::All(all) })
    }

    fn test(&mut self) -> Result<Test, Mistake> {
        let start = self.at;
        match self.comparison() {
            Ok(test) => Ok(test),
            // An opening bracket may also hold a whole rule.
            Err(mistake) => {
                let reached = self.at;
                self.at = start;
                if !self.sign("(") {
                    return Err(mistake);
                }
                let rule = self.rule().and_then(|rule| self.expect(")").map(|()| rule));
                rule.map_err(|other| if self.at > reached { other } else { mistake })
            }
        }
    }

    fn comparison(&mut self) -> Result<Test, Mistake> {
        let left = self.expression()?;
        if self.word("is") {
            return match (left, self.word("blank")) {
                (Expression::Cell(reference), true) => Ok(Test::IsBlank(reference)),
                _ => Err((self.peek().map_or(self.end(), |(range, _)| range), "formula-blank")),
            };
        }
        for (sign, operator) in Operator::ALL {
            if self.sign(sign) {
                return Ok(Test::Compare(left, operator, self.expression()?));
            }
        }
        Err((self.peek().map_or(self.end(), |(range, _)| range), "formula-compare"))
    }

    fn expression(&mut self) -> Result<Expression, Mistake> {
        let mut left = self.term()?;
        loop {
            let sign = if self.sign("+") {
                '+'
            } else if self.sign("-") {
                '-'
            } else {
                return Ok(left);
            };
            left = Expression::Pair(Box::new(left), sign, Box::new(self.term()?));
        }
    }

    fn term(&mut self) -> Result<Expression, Mistake> {
        let mut left = self.factor()?;
        loop {
            let sign = if self.sign("*") {
                '*'
            } else if self.sign("/") {
                '/'
            } else {
                return Ok(left);
            };
            left = Expression::Pair(Box::new(left), sign, Box::new(self.factor()?));
        }
    }

    fn factor(&mut self) -> Result<Expression, Mistake> {
        let functions =
            [("sum", Function::Sum), ("min", Function::Min), ("max", Function::Max), ("avg", Function::Avg)];
        for (name, function) in functions {
            let is_call = self.tokens.get(self.at + 1).is_some_and(|(_, t)| *t == Token::Sign("("));
            if is_call && self.word(name) {
                self.expect("(")?;
                let mut references = vec![self.reference(true)?];
                while self.sign(",") {
                    references.push(self.reference(true)?);
                }
                self.expect(")")?;
                return Ok(Expression::Of(function, references));
            }
        }
        match self.peek() {
            Some((_, Token::Number(number))) => {
                self.at += 1;
                Ok(Expression::Number(number))
            }
            Some((_, Token::Name(_))) => Ok(Expression::Cell(self.reference(false)?)),
            Some((_, Token::Sign("("))) => {
                self.at += 1;
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(inner)
            }
            other => Err((other.map_or(self.end(), |(range, _)| range), "formula-value")),
        }
    }

    fn reference(&mut self, many: bool) -> Result<Reference, Mistake> {
        let Some((start, Token::Name(written))) = self.peek() else {
            return Err((self.peek().map_or(self.end(), |(range, _)| range), "formula-value"));
        };
        self.at += 1;
        let (previous, name) = match written.strip_prefix("previous.") {
            Some(name) => (true, name),
            None => (false, written),
        };
        let mut found = Name { previous, table: None, first: name, second: None, many };
        let mut range = start;
        if self.sign("[") {
            let first = self.line()?;
            self.expect(",")?;
            let second = self.line()?;
            let end = self.peek().map_or(self.end(), |(range, _)| range);
            self.expect("]")?;
            found = Name { table: Some(name), first, second: Some(second), ..found };
            range.end = end.end;
        }
        (self.resolve)(&found).map_err(|word| (range, word))
    }

    fn line(&mut self) -> Result<&'a str, Mistake> {
        let line = match self.peek() {
            Some((_, Token::Name(name))) => name,
            Some((_, Token::Sign("*"))) => "*",
            other => return Err((other.map_or(self.end(), |(range, _)| range), "formula-value")),
        };
        self.at += 1;
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Resolves `rN` to row N of table 0 in the column whose turn it is.
    fn resolve(name: &Name<'_>) -> Result<Reference, &'static str> {
        let row = name.first.strip_prefix('r').and_then(|n| n.parse().ok()).ok_or("formula-line")?;
        Ok(Reference { previous: name.previous, table: 0, row: Lines::Leaf(row), column: Lines::Turn })
    }

    fn check(formula: &str, expected: &str) {
        let read = match parse(formula, &resolve) {
            Ok(test) => show(&test),
            Err((range, word)) => format!("{word} at {}..{}", range.start, range.end),
        };
        assert_eq!(read, expected, "{formula}");
    }

    fn show(test: &Test) -> String {
        let list = |tests: &[Test]| tests.iter().map(show).collect::<Vec<_>>();
        match test {
            Test::Compare(left, operator, right) => {
                format!("{} {} {}", expression(left), operator.sign(), expression(right))
            }
            Test::All(tests) => format!("({})", list(tests).join(" & ")),
            Test::Any(tests) => format!("({})", list(tests).join(" | ")),
            Test::If(condition, then) => format!("{} -> {}", show(condition), show(then)),
            Test::IsBlank(cell) => format!("{} blank", reference(cell)),
        }
    }

    fn expression(value: &Expression) -> String {
        match value {
            Expression::Number(number) => number.to_string(),
            Expression::Cell(cell) => reference(cell),
            Expression::Of(function, cells) => {
                format!("{function:?}({})", cells.iter().map(reference).collect::<Vec<_>>().join(","))
            }
            Expression::Pair(left, sign, right) => {
                format!("({}{sign}{})", expression(left), expression(right))
            }
        }
    }

    fn reference(cell: &Reference) -> String {
        let Lines::Leaf(row) = cell.row else { return "?".into() };
        format!("{}r{row}", if cell.previous { "previous." } else { "" })
    }

    #[test]
    fn rules_of_the_language() {
        check("r1 + r2 = r3 + r4", "(r1+r2) = (r3+r4)");
        check("r1 = previous.r2", "r1 = previous.r2");
        check("r1 - r2 * 2 >= 0.5", "(r1-(r2*2)) ≥ 0.5");
        check("r1 <= r2 and r2 <= r3 or r4 is blank", "((r1 ≤ r2 & r2 ≤ r3) | r4 blank)");
        check("if r1 > 0 then (r2 > 0 or r3 > 0)", "r1 > 0 -> (r2 > 0 | r3 > 0)");
        check("sum(r1, r2) != max(r3)", "Sum(r1,r2) ≠ Max(r3)");
        check("(r1 + r2) * 2 = r3", "((r1+r2)*2) = r3");
    }

    #[test]
    fn mistakes_are_placed() {
        check("r1 + = r2", "formula-value at 5..6");
        check("r1 + r2", "formula-compare at 7..7");
        check("r1 = grand_total", "formula-line at 5..16");
        check("r1 = r2 r3", "formula-rest at 8..10");
        check("r1 ~ r2", "formula-sign at 3..4");
        check("if r1 > 0", "formula-then at 9..9");
        check("(r1 = r2", "formula-bracket at 8..8");
    }
}
