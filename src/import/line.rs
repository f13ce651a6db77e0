//! What a line of text is, whatever it stands in: a sentence, the number of a page.

use super::figure;
use super::label::widths;

/// Whether a text is a sentence rather than a label. Figures do not count: a row of many is long too. Nor does what a
/// label explains in brackets.
pub(super) fn is_prose(text: &str) -> bool {
    const LABEL: usize = 30;
    let label = text.find(['(', '（']).map(|at| text[..at].trim());
    let explained = text.trim_end().ends_with([')', '）']);
    let text = label
        .filter(|label| explained && !label.is_empty() && label.chars().count() <= LABEL)
        .unwrap_or(text);
    let words = text.split_whitespace().filter(|word| figure::read(word).is_none());
    text.contains(['。', '；', ';']) || words.map(|word| word.chars().count()).sum::<usize>() > 70
}

/// Whether a line is nothing but the number of a page.
pub(super) fn is_page_number(line: &str) -> bool {
    let set_apart = line.contains(" / ");
    let line: String = widths(line).chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let number = |text: &str| !text.is_empty() && text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
    let dashes = ['-', '—', '–', '―', '−', '·', '~', '第'];
    let inner = line.trim_matches(dashes);
    if number(inner) && line.starts_with(dashes) && line.ends_with(&dashes[..7]) {
        return true;
    }
    let page = line.strip_prefix('第').and_then(|rest| rest.split_once('页'));
    if let Some((page, rest)) = page {
        let total = rest.trim_matches(['共', ',', '/', '，', '(', ')']).trim_end_matches('页');
        return number(page) && (total.is_empty() || number(total));
    }
    // The page of how many, as `3 / 12`; `1/2` may well be what a cell says.
    if let Some((page, total)) = line.split_once('/').filter(|_| set_apart)
        && let (true, Ok(page), Ok(total)) =
            (number(page) && number(total), page.parse::<u16>(), total.parse::<u16>())
    {
        return (1..=total).contains(&page) && total > 1;
    }
    if let Some(page) = line.strip_prefix("p.") {
        return number(page);
    }
    let Some(rest) = line.strip_prefix("page") else { return false };
    // A book of pages has its title behind the number.
    let titled = rest.split_once('-').is_some_and(|(page, title)| number(page) && !title.is_empty());
    let (page, total) = rest.split_once("of").unwrap_or((rest, "1"));
    titled || number(page) && number(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_the_number_of_a_page() {
        for line in [
            "- 4 -",
            "— 4 —",
            "第4页",
            "第 4 页 共 12 页",
            "4 / 12",
            "P. 9",
            "Page 3 of 7",
            "Page 4 - 示例局年报",
        ] {
            assert!(is_page_number(line), "{line}");
        }
        for line in ["4", "1/2", "0 / 0", "9 / 3", "-4", "4件", "第4项", "P", "2022 / 12"] {
            assert!(!is_page_number(line), "{line}");
        }
    }
}
