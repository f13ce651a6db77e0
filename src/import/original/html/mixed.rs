//! Text with tables as HTML between its lines: programs that read pictures write Markdown so, and pages are saved so in
//! which only the tables kept their tags.

/// A part of such a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    /// Plain lines.
    Lines(&'t str),
    /// A table with its tags.
    Table(&'t str),
}

impl<'t> Part<'t> {
    /// What it is made of.
    pub(super) fn text(self) -> &'t str {
        match self {
            Self::Lines(text) | Self::Table(text) => text,
        }
    }
}

/// Tags that may stand around a table in a text without being lost.
const AROUND: [&str; 5] = ["html", "body", "center", "br", "img"];

/// Whether a text is plain but for its tables.
pub(in crate::import::original) fn is_mixed(text: &str) -> bool {
    let parts = parts(text);
    let plain = |part: &Part<'_>| match part {
        Part::Lines(lines) => tags(lines).all(|(_, name)| AROUND.contains(&name.trim_start_matches('/'))),
        Part::Table(_) => true,
    };
    let lines = |part: &Part<'_>| matches!(part, Part::Lines(lines) if bare(lines).trim().contains('\n'));
    matches!(parts.last(), Some(Part::Lines(_)))
        && parts.iter().any(|part| matches!(part, Part::Table(_)))
        && parts.iter().any(lines)
        && parts.iter().all(plain)
}

/// The lines and tables of a text in order; a table inside another is part of it.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0usize);
    for (at, name) in tags(text).filter(|(_, name)| matches!(name.as_str(), "table" | "/table")) {
        if name == "table" {
            if depth == 0 {
                parts.push(Part::Lines(&text[start..at]));
                start = at;
            }
            depth += 1;
        } else if depth > 0 {
            depth -= 1;
            if depth == 0 {
                let end = text[at..].find('>').map_or(text.len(), |end| at + end + 1);
                parts.push(Part::Table(&text[start..end]));
                start = end;
            }
        }
    }
    let rest = &text[start..];
    parts.push(if depth > 0 { Part::Table(rest) } else { Part::Lines(rest) });
    parts
}

/// The lines without the tags that stand around tables.
pub(super) fn bare(lines: &str) -> String {
    let mut bare = String::with_capacity(lines.len());
    let mut at = 0;
    for (tag, name) in tags(lines).filter(|(_, name)| name != "img") {
        bare.push_str(&lines[at.min(tag)..tag]);
        at = lines[tag..].find('>').map_or(lines.len(), |end| tag + end + 1);
        bare.push_str(if name == "br" { "\n" } else { "" });
    }
    bare + &lines[at.min(lines.len())..]
}

/// Where tags begin, with their names in small letters, those of closing tags behind a stroke.
fn tags(text: &str) -> impl Iterator<Item = (usize, String)> + '_ {
    text.match_indices('<').filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        let closing = rest.starts_with('/');
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let name: String = rest.chars().take(12).take_while(char::is_ascii_alphanumeric).collect();
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
        begins.then(|| (at, format!("{}{}", if closing { "/" } else { "" }, name.to_ascii_lowercase())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_between_lines() {
        let text = "# 题\n\n文\n<table><tr><td><table></table></td></tr></table>\n尾";
        let table = "<table><tr><td><table></table></td></tr></table>";
        assert_eq!(parts(text), [Part::Lines("# 题\n\n文\n"), Part::Table(table), Part::Lines("\n尾")]);
        assert!(is_mixed(text));
        assert!(is_mixed("甲\n乙\n<html><body><table><tr><td>1</td></tr></table></body></html>\n丙"));
        assert!(!is_mixed("<p>甲\n乙</p><table><tr><td>1</td></tr></table>"));
        assert!(!is_mixed("<table><tr><td>1</td></tr></table>"));
    }
}
