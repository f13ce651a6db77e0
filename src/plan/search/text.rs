//! The text of a narrative, out of its HTML.

/// Writes the text of HTML: what stands in blocks of its own stands in lines of its own.
pub(in crate::plan) fn push_text(html: &str, out: &mut String) {
    let mut rest = html;
    while let Some(at) = next_mark(rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let here = &rest[at..];
        let taken = match here.as_bytes()[0] {
            b'<' => push_tag(here, out),
            b'&' => push_entity(here, out),
            _ => {
                if !out.is_empty() && !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
                1
            }
        };
        rest = &here[taken..];
    }
    out.push_str(rest);
}

/// Where the next byte is that does not stand for itself. Such bytes are small, and most of a
/// Chinese text are not: eight are looked at in one.
fn next_mark(text: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let has_small = |word: u64| word.wrapping_sub(ONES * 0x40) & !word & (ONES << 7) != 0;
    let is_mark = |byte: &u8| matches!(byte, b'<' | b'&' | b'\n' | b'\t' | b'\r' | b' ');
    let (words, rest) = text.as_chunks::<8>();
    for (word, at) in words.iter().zip((0..).step_by(8)) {
        if has_small(u64::from_ne_bytes(*word))
            && let Some(mark) = word.iter().position(is_mark)
        {
            return Some(at + mark);
        }
    }
    Some(text.len() - rest.len() + rest.iter().position(is_mark)?)
}

/// Passes a tag over; one that ends a block ends the line.
fn push_tag(html: &str, out: &mut String) -> usize {
    const WITHIN: [&str; 10] = ["a", "em", "strong", "code", "del", "sup", "sub", "span", "input", "img"];
    let end = html.find('>').map_or(html.len(), |end| end + 1);
    let name = html[1..end].trim_start_matches('/');
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    if !WITHIN.contains(&name) {
        end_line(out);
    }
    end
}

/// Ends a line, unless nothing stands in it.
fn end_line(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

/// Writes the character an entity stands for.
fn push_entity(html: &str, out: &mut String) -> usize {
    let known = html[1..].split_once(';').filter(|(name, _)| name.len() <= 8);
    let decoded = known.and_then(|(name, _)| match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(number) => u32::from_str_radix(number, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32)
        }
    });
    match decoded.zip(known) {
        Some((c, (name, _))) => {
            out.push(c);
            name.len() + 2
        }
        None => {
            out.push('&');
            1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        let mut text = String::new();
        push_text(html, &mut text);
        assert_eq!(text, expected);
    }

    #[test]
    fn blocks_stand_in_lines() {
        check(
            "<p>新收<strong>3</strong>件。</p>\n<ul>\n<li>一</li>\n<li>二</li>\n</ul>\n",
            "新收3件。\n一\n二\n",
        );
        check("<table><tr><td>甲</td><td>乙</td></tr></table>", "甲\n乙\n");
        check("a  b<br />\nc", "a b\nc");
    }

    #[test]
    fn a_mark_is_found_wherever_it_stands() {
        for before in 0..20 {
            for (mark, plain) in [("<", "公"), ("&", "a"), (" ", "0")] {
                let text = [&plain.repeat(before), mark, "后"].concat();
                assert_eq!(next_mark(text.as_bytes()), Some(plain.len() * before));
                assert_eq!(next_mark(plain.repeat(before).as_bytes()), None);
            }
        }
    }

    #[test]
    fn entities_are_characters() {
        check("&lt;script&gt; &amp;amp; &#x4e2d;&#39;&bogus; & 5", "<script> &amp; 中'&bogus; & 5");
    }
}
