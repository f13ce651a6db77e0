//! What a cell may hold, and how it is written.

use rust_decimal::Decimal;

/// What the cells of a line or table may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number, not negative.
    Count,
    /// A whole number with a sign: more or fewer than the year before.
    Change,
    /// An exact decimal, not negative, kept as written.
    Amount,
    /// Days: a decimal, not negative.
    Days,
    /// Percent: a decimal from 0 to 100.
    Percent,
    /// Any text.
    Text,
}

impl Kind {
    /// All kinds with the words that name them in a form.
    pub const ALL: [(&'static str, Self); 6] = [
        ("count", Self::Count),
        ("change", Self::Change),
        ("amount", Self::Amount),
        ("days", Self::Days),
        ("percent", Self::Percent),
        ("text", Self::Text),
    ];

    /// The word that names it in a form.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("text", |(word, _)| word)
    }

    /// Whether a number is one of this kind.
    pub fn admits(self, number: Decimal) -> bool {
        match self {
            Self::Count => is_whole(number) && !number.is_sign_negative(),
            Self::Change => is_whole(number),
            Self::Amount | Self::Days => !number.is_sign_negative() || number.is_zero(),
            Self::Percent => number >= Decimal::ZERO && number <= Decimal::ONE_HUNDRED,
            Self::Text => true,
        }
    }
}

fn is_whole(number: Decimal) -> bool {
    number.scale() == 0 || number.fract().is_zero()
}

/// The marks of a cell that does not apply; the first is the one we write.
pub const NOT_APPLICABLE: [&str; 7] = ["/", "-", "—", "／", "－", "无", "N/A"];

/// What an empty cell counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// Nothing happened: 0 in sums and rules.
    Zero,
    /// It should have been filled in: a finding, and no rule applies to it.
    Missing,
    /// It does not apply: no rule applies to it.
    NotApplicable,
}

impl Blank {
    /// All, with the words that name them in a form.
    pub const ALL: [(&'static str, Self); 3] =
        [("zero", Self::Zero), ("missing", Self::Missing), ("not-applicable", Self::NotApplicable)];
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Blank,
    /// `/`, `-` or `无`: it does not apply.
    NotApplicable,
    /// A number, with the decimals it was written with.
    Number(Decimal),
    /// A text.
    Text(String),
}

/// How a value was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As it should be.
    Plain,
    /// Understood, but with full-width digits, separators or spaces.
    Loose,
}

/// Reads a value of a kind as written in a cell; `None` when it is no such value.
///
/// Full-width digits, thousands separators and spaces are understood and reported as
/// [`Spelling::Loose`].
pub fn parse_value(text: &str, kind: Kind) -> Option<(Value, Spelling)> {
    let trimmed = text.trim();
    // Almost every cell holds a count.
    if let Some(number) = parse_count(trimmed).filter(|_| kind != Kind::Text) {
        return Some((Value::Number(number.into()), Spelling::Plain));
    }
    match trimmed {
        "" => return Some((Value::Blank, Spelling::Plain)),
        mark if NOT_APPLICABLE.contains(&mark) => return Some((Value::NotApplicable, Spelling::Plain)),
        _ => {}
    }
    if kind == Kind::Text {
        return Some((Value::Text(trimmed.to_owned()), Spelling::Plain));
    }
    if let Some(number) = parse_number(trimmed) {
        return Some((Value::Number(number), Spelling::Plain));
    }
    let narrow: String = trimmed.chars().filter_map(narrow).collect();
    parse_number(&narrow).map(|number| (Value::Number(number), Spelling::Loose))
}

/// A whole number in ASCII digits that is not too long to be added up as it is read.
fn parse_count(text: &str) -> Option<u64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.bytes()
        .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0')))
}

fn parse_number(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit());
    plain.then(|| Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text)).ok()).flatten()
}

/// A full-width character as the usual one; separators and spaces fall away.
fn narrow(c: char) -> Option<char> {
    match c {
        ',' | '，' | ' ' | '\u{3000}' | '\u{a0}' => None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
        '−' | '–' => Some('-'),
        _ => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, kind: Kind, written: &str) {
        let read = match parse_value(text, kind) {
            None => "none".into(),
            Some((Value::Blank, _)) => "blank".into(),
            Some((Value::NotApplicable, _)) => "n/a".into(),
            Some((Value::Number(n), Spelling::Plain)) => n.to_string(),
            Some((Value::Number(n), Spelling::Loose)) => format!("~{n}"),
            Some((Value::Text(text), _)) => format!("text {text}"),
        };
        assert_eq!(read, written, "{text:?}");
    }

    #[test]
    fn cells_as_people_write_them() {
        check("12", Kind::Count, "12");
        check("59237.2449", Kind::Amount, "59237.2449");
        check("12.50", Kind::Amount, "12.50");
        check("３，１１９", Kind::Count, "~3119");
        check("1,234", Kind::Count, "~1234");
        check("-8", Kind::Change, "-8");
        check(" / ", Kind::Count, "n/a");
        check("", Kind::Count, "blank");
        check("22（其中修订16件）", Kind::Count, "none");
        check("251000元", Kind::Text, "text 251000元");
        check("1e5", Kind::Count, "none");
    }
}
