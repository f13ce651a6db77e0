//! Tables drawn with characters: rules of dashes and crosses around the cells. The rules are taken away, and a row
//! whose texts are broken over lines becomes one line of cells between pipes.

use super::numbered::Numbered;

/// Rows of a table, each between two rules, that tell that every row has its own; a rule below the head alone makes two.
const SEPARATE: usize = 3;

/// The lines without rules.
pub(super) fn erase<'t>(lines: Vec<Numbered<'t>>) -> Vec<Numbered<'t>> {
    if !lines.iter().any(|line| is_rule(&line.text)) {
        return lines;
    }
    let mut erased: Vec<Numbered<'t>> = Vec::with_capacity(lines.len());
    // The rows of the table being read, rule by rule.
    let mut table: Vec<Vec<Numbered<'t>>> = Vec::new();
    for line in lines {
        if is_rule(&line.text) {
            table.push(Vec::new());
            continue;
        }
        let text = line.text.replace(['│', '┃', '║', '▏', '｜'], "|");
        match table.last_mut().filter(|_| text.trim_start().starts_with('|')) {
            Some(row) => row.push(Numbered { number: line.number, text: text.into() }),
            None => {
                close(&mut table, &mut erased);
                erased.push(line);
            }
        }
    }
    close(&mut table, &mut erased);
    erased
}

/// Whether a line is a rule: long strokes and at least one crossing, and nothing else.
fn is_rule(line: &str) -> bool {
    let is_stroke = |c: char| matches!(c, '-' | '=' | '─' | '━' | '═');
    let is_crossing =
        |c: char| c == '+' || ('┌'..='╬').contains(&c) && !is_stroke(c) && !matches!(c, '│' | '║');
    let line = line.trim();
    line.chars().all(|c| is_stroke(c) || is_crossing(c) || matches!(c, '|' | '│' | '║' | ' '))
        && line.chars().filter(|c| is_stroke(*c)).count() >= 3
        && line.chars().any(is_crossing)
}

fn close<'t>(table: &mut Vec<Vec<Numbered<'t>>>, erased: &mut Vec<Numbered<'t>>) {
    let separate = table.iter().filter(|row| !row.is_empty()).count() >= SEPARATE;
    for row in table.drain(..) {
        if separate && row.len() > 1 {
            erased.push(joined(&row));
        } else {
            erased.extend(row);
        }
    }
}

/// The lines of a row as one.
fn joined<'t>(row: &[Numbered<'t>]) -> Numbered<'t> {
    let mut cells: Vec<String> = Vec::new();
    for line in row {
        let inner = line.text.trim().trim_start_matches('|');
        let inner = inner.strip_suffix('|').unwrap_or(inner);
        for (at, part) in inner.split('|').map(str::trim).enumerate() {
            if cells.len() <= at {
                cells.push(String::new());
            }
            let apart = cells[at].is_ascii() && part.is_ascii() && !cells[at].is_empty() && !part.is_empty();
            cells[at].push_str(if apart { " " } else { "" });
            cells[at].push_str(part);
        }
    }
    Numbered { number: row[0].number, text: format!("| {} |", cells.join(" | ")).into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::original::text::numbered::numbered;

    fn check(text: &str, expected: &[&str]) {
        let lines: Vec<String> =
            erase(numbered(text, 1)).into_iter().map(|line| line.text.trim_end().to_owned()).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn rows_between_rules_become_lines() {
        let drawn = "前文\n┌──┬─┐\n│规│1│\n│章│ │\n├──┼─┤\n│许│2│\n│可│ │\n├──┼─┤\n│罚│3│\n└──┴─┘\n后文";
        check(drawn, &["前文", "| 规章 | 1 |", "| 许可 | 2 |", "|罚|3|", "后文"]);
        check(
            "+--+--+\n| a | b |\n+---+--+\n| 1 | 2 |\n| 3 | 4 |\n+--+--+",
            &["| a | b |", "| 1 | 2 |", "| 3 | 4 |"],
        );
        check("| a | b |\n|---|---|\n| 1 | 2 |", &["| a | b |", "|---|---|", "| 1 | 2 |"]);
        check("一\n---\n2 + 3", &["一", "---", "2 + 3"]);
    }
}
