//! A piece of the original read as a cell of the form: its number, in the unit that the form wants.

use rust_decimal::Decimal;

use crate::form::{Kind, Table};
use crate::import::block::Place;
use crate::import::figure;

use super::piece::Piece;
use super::reading::{CellReading, Doubt, Reading};

/// What a piece says as a cell of the form, under a head that may name a unit for its figures.
pub(super) fn read_cell(
    piece: Option<&Piece>,
    place: Place,
    table: &Table,
    (row, column): (usize, usize),
    head: Option<&str>,
) -> CellReading {
    let kind = table.kind_of(row, column);
    let mut cell = CellReading { reading: Reading::Blank, place, doubts: Vec::new() };
    let Some(piece) = piece.filter(|piece| !piece.is_blank()) else {
        // It says what the cell above says, as a label does that goes on; here it is none.
        let above = piece.map(|piece| piece.repeated.clone()).filter(|text| !text.is_empty());
        cell.doubts.extend(above.map(Doubt::Unreadable));
        return cell;
    };
    let text = piece.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some(found) = piece.figure.clone().or_else(|| figure::read(&text)) else {
        if kind == Kind::Text {
            cell.reading = Reading::Text(text);
        } else {
            cell.doubts.push(Doubt::Unreadable(text));
        }
        return cell;
    };
    let Some(mut number) = found.number else {
        match found.guessed {
            true => cell.doubts.push(Doubt::Guessed(text)),
            false => cell.reading = Reading::NotApplicable,
        }
        return cell;
    };
    if kind == Kind::Text {
        cell.reading = Reading::Text(text);
        return cell;
    }
    let wanted = table.unit_of(row, column).map(|unit| unit.original().to_owned()).unwrap_or_default();
    let own = found.remark.as_deref().map(unit_of).filter(|unit| worth(unit).is_some());
    if let (None, Some(head), Kind::Amount) = (own, head, kind)
        && let Some(factor) = conversion(head, &wanted)
        && !number.is_zero()
    {
        number = (number * factor).normalize();
        cell.doubts.push(Doubt::Converted(format!("{text}（{head}）")));
    }
    if let Some(remark) = found.remark {
        let unit = unit_of(&remark);
        match conversion(&unit, &wanted) {
            Some(factor) if kind == Kind::Amount => {
                number = (number * factor).normalize();
                cell.doubts.push(Doubt::Converted(remark));
            }
            _ if !unit.is_empty() && unit == wanted && remark.ends_with(&unit) => {}
            _ => cell.doubts.push(Doubt::Remark(remark)),
        }
    }
    if found.worded {
        cell.doubts.push(Doubt::Worded(text.clone()));
    }
    if found.guessed {
        cell.doubts.push(Doubt::Guessed(text));
    }
    if !kind.admits(number) {
        cell.doubts.push(Doubt::Kind);
    } else if kind != Kind::Amount {
        // A workbook writes three as 3.0.
        number = number.normalize();
    }
    cell.reading = Reading::Number(number);
    cell
}

/// The unit behind a number.
fn unit_of(text: &str) -> String {
    let text = crate::import::label::widths(text);
    let rest =
        text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | ' '));
    rest.split(['(', '[', ' ']).next().unwrap_or_default().to_owned()
}

/// The unit of money that a head names for its figures, such as `（单位：元）`.
pub(super) fn unit_in_head(text: &str) -> Option<String> {
    let text = crate::import::label::widths(text);
    let unit = text.split_once("单位")?.1.trim_start_matches([':', ' ']);
    let unit = unit.split([')', ']', ' ', ',']).next()?;
    worth(unit).map(|_| unit.to_owned())
}

/// How much a unit of money is worth.
fn worth(unit: &str) -> Option<Decimal> {
    match unit {
        "元" => Some(Decimal::ONE),
        "万元" | "万" => Some(Decimal::new(10_000, 0)),
        "亿元" => Some(Decimal::new(100_000_000, 0)),
        _ => None,
    }
}

/// By what a number in one unit of money is to be multiplied to be in another.
fn conversion(from: &str, to: &str) -> Option<Decimal> {
    let (from, to) = (worth(from)?, worth(to)?);
    (from != to).then(|| from / to)
}
