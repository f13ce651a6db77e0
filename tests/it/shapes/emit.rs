//! Tables written out in each shape.

use std::fmt::Write;

use super::layout::{self, columns_of};
use super::{Chance, Mess, Printed, Shape, page};

/// Writes a table in a shape.
#[expect(clippy::too_many_lines, reason = "one arm per shape")]
pub(super) fn emit(out: &mut String, rows: &[Vec<Printed>], shape: Shape, mess: Mess, chance: &mut Chance) {
    match shape {
        Shape::HtmlWord | Shape::HtmlJunk | Shape::HtmlSpans => page::table(out, rows, shape, chance),
        Shape::PdfLayout | Shape::PdfTight => {
            for line in layout::lines(rows, mess, chance) {
                let words: Vec<&str> = line.split_whitespace().collect();
                let _ = writeln!(out, "{}", if shape == Shape::PdfTight { words.join(" ") } else { line });
            }
            out.push('\n');
        }
        Shape::InnerText => inner_text(out, rows, chance),
        Shape::BoxDrawn => boxed(out, &flat(rows, Shape::HtmlPadded), chance),
        Shape::PathLabels => {
            for row in paths(&flat(rows, Shape::HtmlRepeated)) {
                let _ = writeln!(out, "{}", row.join("\t"));
            }
            out.push('\n');
        }
        Shape::Html | Shape::HtmlUnclosed | Shape::MarkdownPage | Shape::HtmlGlued => {
            out.push_str("<table border=\"1\" cellspacing=\"0\">");
            for row in rows {
                out.push_str("<tr>");
                for cell in row {
                    let _ = write!(
                        out,
                        "<td rowspan=\"{}\" colspan=\"{}\">{}",
                        cell.rows,
                        cell.columns,
                        cell.text.replace('\n', "<br>")
                    );
                    if shape != Shape::HtmlUnclosed {
                        out.push_str("</td>");
                    }
                }
                out.push_str(if shape != Shape::HtmlUnclosed { "</tr>\n" } else { "\n" });
            }
            out.push_str("</table>\n");
        }
        Shape::HtmlPadded | Shape::HtmlRepeated | Shape::HtmlDropped => {
            out.push_str("<table border=1>\n");
            for row in flat(rows, shape) {
                out.push_str("<tr>");
                for cell in row {
                    let _ = write!(out, "<td>{}</td>", cell.replace('\n', "<br>"));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</table>\n");
        }
        Shape::Markdown | Shape::MarkdownDropped | Shape::MarkdownRepeated => {
            let flat = flat(
                rows,
                match shape {
                    Shape::Markdown => Shape::HtmlPadded,
                    Shape::MarkdownDropped => Shape::HtmlDropped,
                    _ => Shape::HtmlRepeated,
                },
            );
            for (number, row) in flat.iter().enumerate() {
                let cells: Vec<String> = row.iter().map(|cell| cell.replace('\n', "<br>")).collect();
                let _ = writeln!(out, "| {} |", cells.join(" | "));
                if number == 0 {
                    let _ = writeln!(out, "|{}", "---|".repeat(row.len()));
                }
            }
            out.push('\n');
        }
        Shape::Tabs | Shape::TabsRepeated | Shape::Csv => {
            let spans = if shape == Shape::TabsRepeated { Shape::HtmlRepeated } else { Shape::HtmlPadded };
            for row in flat(rows, spans) {
                let cells: Vec<String> = row.iter().map(|cell| cell.replace('\n', "")).collect();
                if shape != Shape::Csv {
                    let _ = writeln!(out, "{}", cells.join("\t"));
                } else {
                    let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{cell}\"")).collect();
                    let _ = writeln!(out, "{}", quoted.join(","));
                }
            }
            out.push('\n');
        }
        Shape::CellPerLine => {
            for (number, row) in rows.iter().enumerate() {
                for cell in row {
                    for part in cell.text.split('\n').filter(|part| !part.trim().is_empty()) {
                        let _ = write!(out, "{part}\n\n");
                    }
                }
                if mess.pages && number % 9 == 8 {
                    let _ = write!(out, "- {} -\n\n", number / 9 + 2);
                }
            }
        }
        Shape::PipesAfter | Shape::PipesBefore => {
            for row in rows {
                if shape == Shape::PipesBefore {
                    out.push_str("|\n");
                }
                let mut padding = 0;
                for cell in row {
                    let text = cell.text.replace('\n', "\n\n");
                    let _ = writeln!(out, "{}{}|", text, if text.is_empty() { "" } else { " " });
                    padding += cell.columns - 1;
                }
                if padding > 0 {
                    let _ = writeln!(out, "{}", "|".repeat(padding));
                }
            }
        }
        Shape::RowPipes | Shape::RowPipesBoth => row_pipes(out, rows, shape == Shape::RowPipesBoth),
        Shape::PipesTight => {
            let width = rows.iter().map(|row| row.iter().map(|cell| cell.columns).sum()).max().unwrap_or(0);
            for row in rows {
                let filled = row.iter().filter(|cell| !cell.text.is_empty());
                let texts: Vec<String> = filled.map(|cell| cell.text.replace('\n', " ")).collect();
                let _ =
                    writeln!(out, "{} |\n{}", texts.join(" |\n"), "|".repeat(width - texts.len().min(width)));
            }
        }
        Shape::PipeLines => {
            for cell in rows.iter().flatten() {
                let _ = writeln!(out, "{}{}|", cell.text, if cell.text.is_empty() { "" } else { "\n" });
            }
        }
        Shape::OneLine => {
            let words = rows.iter().flatten().map(|cell| cell.text.replace('\n', " "));
            let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
            let _ = write!(out, "具体情况如下。 {} 以上数据均经核对。\n\n", words.join(" "));
        }
        Shape::PdfText => pdf_text(out, rows, mess, chance),
        Shape::PdfUpright => {
            let labels = |row: &&Vec<Printed>| row.iter().all(|cell| !is_figure(&cell.text));
            let head: Vec<&Vec<Printed>> = rows.iter().take_while(labels).collect();
            let body = head.len();
            for row in head {
                upright(out, row);
            }
            pdf_text(out, &rows[body..], mess, chance);
        }
        Shape::RowBars => {
            for row in rows {
                let cells: Vec<String> = row.iter().map(|cell| cell.text.clone()).collect();
                let _ = writeln!(out, "{} |", cells.join(" | "));
            }
            out.push('\n');
        }
        Shape::RowBarsPadded => {
            for row in flat(rows, Shape::HtmlPadded) {
                let _ = writeln!(out, "{} |", row.join(" | ").replace('\n', " "));
            }
            out.push('\n');
        }
        Shape::PipesAhead => {
            for row in rows {
                let mut padding = 0;
                for cell in row {
                    let _ = write!(out, "| \n {}  ", cell.text.replace('\n', " \n "));
                    padding += cell.columns - 1;
                }
                let _ = writeln!(out, "| {}", "|".repeat(padding));
            }
            out.push('\n');
        }
        Shape::RowWords => {
            for row in rows {
                let words: Vec<String> = row.iter().map(|cell| cell.text.replace(['\n', ' '], "")).collect();
                let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
                let _ = writeln!(out, "{}", words.join(" "));
            }
            out.push('\n');
        }
        Shape::Boxes => {
            out.push_str("<div class=\"table\">");
            for row in flat(rows, Shape::HtmlPadded) {
                out.push_str("<div class=\"row\">");
                for cell in row {
                    let _ = write!(out, "<div class=\"cell\">{}</div>", cell.replace('\n', "<br>"));
                }
                out.push_str("</div>\n");
            }
            out.push_str("</div>\n");
        }
        Shape::HtmlPasted => {
            out.push_str("<table width=\"100%\"><tbody><tr><td><table class=MsoNormalTable style='border-collapse:collapse;mso-table-layout-alt:fixed'>");
            for row in rows {
                out.push_str("<tr style='mso-yfti-irow:0;page-break-inside:avoid'>");
                for cell in row {
                    let text = cell.text.replace('\n', "</span></p><p class=MsoNormal><span>");
                    let _ = write!(out, "<td width=64 rowspan={} colspan={}>", cell.rows, cell.columns);
                    let _ = write!(
                        out,
                        "<p class=MsoNormal align=center style='text-align:center'><span lang=EN-US style='mso-bidi-font-size:10.5pt'>{text}</span><span><o:p>&nbsp;</o:p></span></p></td>"
                    );
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</tbody></table></td></tr></table>\n");
        }
        Shape::HtmlSplit => {
            for (number, row) in flat(rows, Shape::HtmlPadded).into_iter().enumerate() {
                if number % 9 == 0 {
                    out.push_str(if number == 0 { "<table>" } else { "</table><p></p><table>" });
                }
                let cells: Vec<String> = row.iter().map(|cell| format!("<td>{cell}</td>")).collect();
                let _ = writeln!(out, "<tr>{}</tr>", cells.concat());
            }
            out.push_str("</table>\n");
        }
        Shape::Pre => {
            let flat = flat(rows, Shape::HtmlPadded);
            let columns = flat.iter().map(Vec::len).max().unwrap_or(0);
            let span = |column: usize| {
                flat.iter().filter_map(|row| row.get(column)).map(|cell| columns_of(cell)).max()
            };
            let widths: Vec<usize> = (0..columns).map(|column| span(column).unwrap_or(0) + 3).collect();
            out.push_str("<pre>\n");
            for row in flat {
                for (cell, width) in row.iter().zip(&widths) {
                    let cell = cell.replace('\n', "");
                    out.push_str(&cell);
                    out.push_str(&" ".repeat(width.saturating_sub(columns_of(&cell))));
                }
                out.push('\n');
            }
            out.push_str("</pre>\n");
        }
        Shape::Transposed => {
            let flat = flat(rows, Shape::HtmlPadded);
            let columns = flat.iter().map(Vec::len).max().unwrap_or(0);
            out.push_str("<table>\n");
            for column in 0..columns {
                out.push_str("<tr>");
                for row in &flat {
                    let _ = write!(out, "<td>{}</td>", row.get(column).map_or("", String::as_str));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</table>\n");
        }
    }
}

/// What a browser gives for a table that is copied: a tab between the cells of a row, empty lines around paragraphs.
fn inner_text(out: &mut String, rows: &[Vec<Printed>], chance: &mut Chance) {
    let paragraphs = chance.percent(60);
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| match (paragraphs, cell.text.is_empty()) {
                (false, _) => cell.text.replace('\n', ""),
                (true, true) if chance.percent(50) => String::new(),
                (true, true) => "\n\n\u{a0}\n\n".to_owned(),
                (true, false) => format!("\n\n{}\n\n", cell.text.replace('\n', "\n\n")),
            })
            .collect();
        let _ = writeln!(out, "{}", cells.join("\t"));
    }
    out.push('\n');
}

/// Rows with rules of characters around them: below each, with long texts in lines, or only below the head.
fn boxed(out: &mut String, rows: &[Vec<String>], chance: &mut Chance) {
    const MOST: usize = 14;
    let (each, drawn) = (chance.percent(60), chance.percent(50));
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let own =
        |column: usize| rows.iter().filter_map(move |row| row.get(column)).map(|cell| columns_of(cell)).max();
    let widths: Vec<usize> = (0..count)
        .map(|column| own(column).unwrap_or(0).max(1).min(if each { MOST } else { usize::MAX }))
        .collect();
    let (bar, dash, cross) = if drawn { ("│", "─", "┼") } else { ("|", "-", "+") };
    let rule: Vec<String> =
        widths.iter().map(|width| dash.repeat(if drawn { width / 2 + 1 } else { width + 2 })).collect();
    let rule = format!("{cross}{}{cross}", rule.join(cross));
    let _ = writeln!(out, "{rule}");
    for (number, row) in rows.iter().enumerate() {
        let wrapped: Vec<Vec<String>> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| cut(&cell.replace('\n', ""), if each { *width } else { usize::MAX }))
            .collect();
        for line in 0..wrapped.iter().map(Vec::len).max().unwrap_or(1) {
            out.push_str(bar);
            for (cell, width) in wrapped.iter().zip(&widths) {
                let text = cell.get(line).map_or("", String::as_str);
                let _ = write!(out, " {text}{} {bar}", " ".repeat(width.saturating_sub(columns_of(text))));
            }
            out.push('\n');
        }
        if each || number == 0 || number + 1 == rows.len() {
            let _ = writeln!(out, "{rule}");
        }
    }
    out.push('\n');
}

/// A text in pieces of a width.
fn cut(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for c in text.chars() {
        if lines.last().is_some_and(|line| columns_of(line) + 2 > width) && columns_of(text) > width {
            lines.push(String::new());
        }
        lines.last_mut().into_iter().for_each(|line| line.push(c));
    }
    lines
}

/// Rows with one label that names all groups it belongs to, and heads of one row.
fn paths(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let joined = |texts: Vec<&String>| {
        let mut parts: Vec<String> = texts.into_iter().map(|text| text.replace('\n', "")).collect();
        parts.dedup();
        parts.retain(|part| !part.is_empty());
        parts.join("-")
    };
    let stub = |row: &Vec<String>| {
        let label = |text: &&String| !is_figure(text) || text.is_empty();
        row.iter().take(3).take_while(label).count()
    };
    let labels = rows
        .iter()
        .filter(|row| row.iter().any(|cell| !cell.is_empty() && is_figure(cell)))
        .map(stub)
        .min()
        .unwrap_or(1);
    let mut out: Vec<Vec<String>> = Vec::new();
    let mut head: Vec<&Vec<String>> = Vec::new();
    for row in rows {
        let caption = row.iter().all(|cell| *cell == row[0]);
        if row.iter().any(|cell| !cell.is_empty() && is_figure(cell)) {
            if !head.is_empty() {
                let across = labels..row.len();
                let columns = across.map(|at| joined(head.iter().filter_map(|row| row.get(at)).collect()));
                out.push(std::iter::once(String::new()).chain(columns).collect());
                head.clear();
            }
            let label = joined(row.iter().take(labels).collect());
            out.push(std::iter::once(label).chain(row.iter().skip(labels).cloned()).collect());
        } else if caption {
            out.push(vec![row[0].clone()]);
        } else {
            head.push(row);
        }
    }
    out
}

/// Rows with a pipe behind each cell, spans made up for at the end; the last row of a table ends without.
fn row_pipes(out: &mut String, rows: &[Vec<Printed>], both: bool) {
    let width = rows.iter().map(|row| row.iter().map(|cell| cell.columns).sum::<usize>()).max().unwrap_or(0);
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| cell.text.replace('\n', " ")).collect();
        let padding = "|".repeat(width.saturating_sub(cells.len()));
        let line = format!("{}{} | {padding}", if both { "| " } else { "" }, cells.join(" | "));
        let last = number + 1 == rows.len();
        let _ = writeln!(out, "{}", if last { line.trim_end_matches([' ', '|']) } else { line.trim_end() });
    }
    out.push('\n');
}

/// The rows with spans flattened.
fn flat(rows: &[Vec<Printed>], shape: Shape) -> Vec<Vec<String>> {
    let mut flat: Vec<Vec<String>> = Vec::new();
    // For each column: what covers it from above, and for how many rows more.
    let mut covered: Vec<(usize, String)> = Vec::new();
    for row in rows {
        let mut cells = Vec::new();
        let mut column = 0;
        let mut printed = row.iter();
        loop {
            if let Some((left, text)) = covered.get_mut(column).filter(|(left, _)| *left > 0) {
                *left -= 1;
                match shape {
                    Shape::HtmlRepeated => cells.push(text.clone()),
                    Shape::HtmlDropped => {}
                    _ => cells.push(String::new()),
                }
                column += 1;
                continue;
            }
            let Some(cell) = printed.next() else { break };
            for offset in 0..cell.columns {
                if covered.len() <= column {
                    covered.resize(column + 1, (0, String::new()));
                }
                covered[column] = (cell.rows - 1, cell.text.clone());
                match shape {
                    _ if offset == 0 => cells.push(cell.text.clone()),
                    Shape::HtmlRepeated => cells.push(cell.text.clone()),
                    Shape::HtmlDropped => {}
                    _ => cells.push(String::new()),
                }
                column += 1;
            }
        }
        flat.push(cells);
    }
    flat
}

/// Text as it comes out of a PDF: labels wrapped in narrow columns, figures on one line, pages numbered.
fn pdf_text(out: &mut String, rows: &[Vec<Printed>], mess: Mess, chance: &mut Chance) {
    let mut printed = 0;
    for row in rows {
        let labels: Vec<&Printed> = row.iter().filter(|cell| !is_figure(&cell.text)).collect();
        let figures: Vec<&str> =
            row.iter().filter(|cell| is_figure(&cell.text)).map(|cell| cell.text.trim()).collect();
        if figures.is_empty() {
            let words: Vec<String> = labels.iter().map(|cell| cell.text.replace('\n', "")).collect();
            let _ = writeln!(out, "{}", words.join(" "));
            continue;
        }
        let label = labels.last().map(|cell| cell.text.clone()).unwrap_or_default();
        for group in labels.iter().rev().skip(1).rev() {
            let _ = writeln!(out, "{}", group.text);
        }
        let characters: Vec<char> = label.chars().collect();
        if characters.len() > 12 && chance.percent(60) {
            let cut = 6 + chance.below(characters.len() - 8);
            let (first, second) = characters.split_at(cut);
            let (first, second): (String, String) = (first.iter().collect(), second.iter().collect());
            if chance.percent(50) {
                let _ = writeln!(out, "{first} {}\n{second}", figures.join(" "));
            } else {
                let _ = writeln!(out, "{first}\n{second} {}", figures.join(" "));
            }
        } else {
            let _ = writeln!(out, "{label} {}", figures.join(" "));
        }
        printed += 1;
        if mess.pages && printed % 8 == 0 {
            let _ = match chance.below(3) {
                0 => writeln!(out, "- {} -", printed / 8 + 1),
                1 => writeln!(out, "{}", printed / 8 + 1),
                _ => writeln!(out, "第 {} 页 共 9 页", printed / 8 + 1),
            };
        }
    }
    out.push('\n');
}

/// The cells of a row of the head downward, two characters of each at a time.
fn upright(out: &mut String, row: &[Printed]) {
    let texts: Vec<Vec<char>> =
        row.iter().map(|cell| cell.text.chars().filter(|c| *c != '\n').collect()).collect();
    let most = texts.iter().map(Vec::len).max().unwrap_or(0);
    for at in (0..most).step_by(2) {
        let parts = texts.iter().map(|text| text.iter().skip(at).take(2).collect::<String>());
        let _ = writeln!(out, "{}", parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "));
    }
}

fn is_figure(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text.starts_with(|c: char| {
            c.is_numeric() && !"一二三四五六七八九十".contains(c) && !text.contains(['.', '．', '、'])
                || "-/—／无减?".contains(c)
        })
        || text.parse::<f64>().is_ok()
        || text
            .chars()
            .map(|c| if ('０'..='９').contains(&c) { '0' } else { c })
            .collect::<String>()
            .replace(',', "")
            .parse::<f64>()
            .is_ok()
}
