//! Bytes to text: UTF-8, UTF-16 and the Chinese encodings. What a file says of itself counts only if it holds.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// A decoded text.
pub(super) struct Decoded {
    /// The text, without a byte order mark, lines ended by `\n`.
    pub text: String,
    /// The encoding it was in.
    pub encoding: &'static str,
    /// Whether some bytes could not be decoded.
    pub lossy: bool,
}

/// Decodes a text file or web page.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    let encoding = guess(bytes);
    let (text, encoding, lossy) = encoding.decode(bytes);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Decoded { text, encoding: encoding.name(), lossy }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    if let Some(encoding) = wide(bytes) {
        return encoding;
    }
    // A page cut off in the middle of a character is still UTF-8.
    if let Err(error) = std::str::from_utf8(bytes)
        && error.valid_up_to() + 4 > bytes.len()
        && error.error_len().is_none()
    {
        return UTF_8;
    }
    let head = &bytes[..bytes.len().min(8 << 10)];
    let declared = declared(head).map(widen).filter(|encoding| *encoding != UTF_8);
    if let Some(encoding) = declared
        && !encoding.decode_without_bom_handling(head).1
    {
        return encoding;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    // Latin letters say nothing of the encoding; what counts are the first bytes beyond them.
    let start = bytes.iter().position(|b| *b >= 0x80).unwrap_or(0);
    detector.feed(&bytes[start..bytes.len().min(start + (8 << 10))], true);
    let detected = widen(detector.guess(Some(b"cn"), chardetng::Utf8Detection::Allow));
    match detected {
        encoding if encoding == UTF_8 || encoding == GB18030 || encoding == BIG5 => encoding,
        _ => GB18030,
    }
}

/// The newer standard reads every text of the older ones.
fn widen(encoding: &'static Encoding) -> &'static Encoding {
    match encoding.name() {
        "GBK" | "gb18030" => GB18030,
        _ => encoding,
    }
}

/// UTF-16 without a mark: every other byte of ASCII text is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count() * 10;
    if zeros(1) > head.len() && zeros(0) == 0 {
        Some(UTF_16LE)
    } else if zeros(0) > head.len() && zeros(1) == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The encoding that a page or XML text names in its head.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    ["charset=", "encoding="].iter().find_map(|key| {
        let rest = &head[head.find(key)? + key.len()..];
        let label: String = rest
            .trim_start_matches(['"', '\'', ' '])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_')
            .collect();
        Encoding::for_label(label.as_bytes())
    })
}
