//! Headings compared: without number, marks, spaces and width.

/// A heading without its number, marks, spaces and width, for comparing.
pub fn plain_heading(heading: &str) -> String {
    let heading = heading.trim();
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十百IVXivx（）()第 ".contains(c);
    let end = heading.find(['、', '.', '．', '）', ')', ' ']);
    let number = end.filter(|&end| end > 0 && heading[..end].chars().all(numeral));
    let after = number.map_or(heading, |end| {
        let mark = heading[end..].chars().next().map_or(0, char::len_utf8);
        &heading[end + mark..]
    });
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    after.chars().map(narrow).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::plain_heading as plain;

    #[test]
    fn headings_are_compared_without_number_and_marks() {
        for heading in ["一、总体情况", "总体情况", "（一）总体情况", "1. 总体情况", "一、 总体情况："]
        {
            assert_eq!(plain(heading), "总体情况", "{heading}");
        }
        assert_eq!(plain("II. Making a FOIA Request"), "makingafoiarequest");
    }
}
