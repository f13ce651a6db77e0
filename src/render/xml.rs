//! Texts as XML, for the parts of office files.

/// A text as XML: escaped, without the characters that XML has no way to write.
pub(super) fn escape(text: &str) -> String {
    let is_writable = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let clean: String = text.chars().filter(is_writable).collect();
    quick_xml::escape::escape(clean).into_owned()
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn texts_cannot_break_out() {
        assert_eq!(escape("<w:t> & \u{1}\u{b}“a\""), "&lt;w:t&gt; &amp; “a&quot;");
    }
}
