//! Tables as word processors and content management systems leave them in web pages.

use std::fmt::Write;

use super::{Chance, Printed, Shape};

/// Writes a table as one of the shapes of pages.
pub(super) fn table(out: &mut String, rows: &[Vec<Printed>], shape: Shape, chance: &mut Chance) {
    out.push_str(match shape {
        Shape::HtmlWord => {
            "<div align=center><table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse;border:none'>"
        }
        _ => "<table border=\"1\"><colgroup><col width=\"9%\"></colgroup><tbody>",
    });
    let width = rows.iter().map(|row| row.iter().map(|cell| cell.columns).sum::<usize>()).max().unwrap_or(0);
    let labels = |row: &[Printed]| row.iter().filter(|cell| is_label(&cell.text)).count();
    for row in rows {
        out.push_str("<tr style='mso-yfti-irow:0'>");
        let figures = row.len() - labels(row);
        // Boundaries between figures stand a little aside now and then.
        let aside = shape == Shape::HtmlWord && figures > 2 && chance.percent(30);
        for (number, cell) in row.iter().enumerate() {
            let (mut rows, mut columns) = (cell.rows, cell.columns);
            match shape {
                Shape::HtmlWord => {
                    columns *= FINE;
                    let inner = number + figures > row.len() - figures + labels(row);
                    if aside && inner && number + 1 < row.len() {
                        columns = if number % 2 == 0 { columns + 1 } else { columns - 1 };
                    } else if aside && number + 1 == row.len() && (figures - 1) % 2 == 1 {
                        columns -= 1;
                    }
                }
                Shape::HtmlSpans if rows > 2 && chance.percent(50) => {
                    rows = if chance.percent(50) { rows + 1 } else { rows - 1 };
                }
                _ => {}
            }
            let _ = write!(
                out,
                "<td width=64 rowspan={rows} colspan={columns}>{}</td>",
                inside(&cell.text, shape, chance)
            );
        }
        out.push_str("</tr>\n");
    }
    if shape == Shape::HtmlWord {
        let cells = "<td width=20 style='border:none'></td>".repeat(width * FINE);
        let _ = write!(out, "<![if !supportMisalignedColumns]><tr height=0>{cells}</tr><![endif]>");
        out.push_str("</table></div>\n");
    } else {
        out.push_str("</tbody></table>\n");
    }
}

/// Tables of different widths as one: the last cell of each row reaches to the edge.
pub(super) fn glue(mut rows: Vec<Vec<Printed>>) -> Vec<Vec<Printed>> {
    let mut covered: Vec<usize> = Vec::new();
    for row in &mut rows {
        let above: usize = covered.iter().map(|left| usize::from(*left > 0)).sum();
        let own: usize = row.iter().map(|cell| cell.columns).sum();
        if let Some(cell) = row.last_mut() {
            cell.columns += super::WIDEST.saturating_sub(above + own);
        }
        covered.iter_mut().for_each(|left| *left = left.saturating_sub(1));
        covered.extend(
            row.iter().filter(|cell| cell.rows > 1).flat_map(|cell| vec![cell.rows - 1; cell.columns]),
        );
    }
    rows
}

/// How many columns of the page a column of the table has.
const FINE: usize = 3;

fn is_label(text: &str) -> bool {
    text.chars().any(|c| c.is_alphabetic() && !c.is_ascii() && c != '件' && c != '减')
}

/// What stands between the tags of a cell.
fn inside(text: &str, shape: Shape, chance: &mut Chance) -> String {
    if shape == Shape::HtmlJunk {
        return junk(text, chance);
    }
    let lines: Vec<String> = text.split('\n').map(|line| {
        format!("<p class=MsoNormal align=center style='text-align:center'><span lang=EN-US style='font-family:宋体'>{line}<o:p></o:p></span></p>")
    }).collect();
    if text.is_empty() { "<p class=MsoNormal><o:p>&nbsp;</o:p></p>".to_owned() } else { lines.join("\n") }
}

/// A cell with what editors leave behind: blanks of no width, digits in tags of their own, letters under each other.
fn junk(text: &str, chance: &mut Chance) -> String {
    if text.is_empty() {
        return ["&nbsp;", "\u{200b}", "　", "<br>", "<p></p>", "<span>\n</span>", "&#65279;", "<!-- 0 -->"]
            [chance.below(8)]
        .to_owned();
    }
    let text = text.replace('\n', "<br/>");
    match chance.below(6) {
        0 => format!("&nbsp;&nbsp;{text}&nbsp;"),
        1 => format!("\u{feff}{text}\u{200b}"),
        2 if text.len() > 1 && text.bytes().all(|b| b.is_ascii_digit()) => {
            format!(
                "<p><span>{}</span><span style=\"letter-spacing:0\">{}</span></p>",
                &text[..1],
                &text[1..]
            )
        }
        3 if is_label(&text)
            && !text.contains(|c: char| c.is_ascii_digit())
            && text.chars().count() < 9
            && !text.contains('<') =>
        {
            text.chars().map(|c| format!("<p align=\"center\">{c}</p>")).collect()
        }
        4 => format!("<font face=\"宋体\"><b>\n      {text}\n    </b></font>"),
        _ => format!("<p style=\"text-indent:0pt\">{text}</p>"),
    }
}
