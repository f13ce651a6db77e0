//! The codes of a PDF's fonts and the characters they stand for.

use std::collections::HashMap;

use encoding_rs::{BIG5, Encoding, GB18030, UTF_16BE, WINDOWS_1252};

/// Mappings of one font; beyond that a table is not honest.
const MAPPINGS: usize = 70_000;

/// How a font's bytes become characters.
pub(super) struct Codes {
    map: HashMap<u32, String>,
    kind: Kind,
}

enum Kind {
    /// One byte a character.
    Single,
    /// Two bytes a character, known only by the font's own map.
    Double,
    /// Bytes of a known encoding.
    Encoded(&'static Encoding),
}

impl Codes {
    /// The codes of a font by its own map, whether it is composite, and the name of its encoding.
    pub(super) fn new(map: HashMap<u32, String>, composite: bool, encoding: &[u8]) -> Self {
        let encoding = String::from_utf8_lossy(encoding);
        let kind = if !composite {
            Kind::Single
        } else if !map.is_empty() {
            Kind::Double
        } else if encoding.contains("UCS2") || encoding.contains("UTF16") {
            Kind::Encoded(UTF_16BE)
        } else if encoding.starts_with("GB") {
            Kind::Encoded(GB18030)
        } else if encoding.starts_with("ETen") || encoding.starts_with("B5") {
            Kind::Encoded(BIG5)
        } else {
            Kind::Double
        };
        Self { map, kind }
    }

    /// The codes in a string of the font: each with its length in bytes and its text.
    pub(super) fn decode(&self, bytes: &[u8]) -> Vec<(u32, usize, String)> {
        let mut decoded = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            let first = u32::from(bytes[at]);
            let pair = bytes.get(at + 1).map(|second| first << 8 | u32::from(*second));
            let (code, length) = match (&self.kind, pair) {
                (Kind::Double, Some(pair)) => (pair, 2),
                (Kind::Encoded(encoding), Some(pair)) if *encoding == UTF_16BE || first >= 0x80 => (pair, 2),
                _ => (first, 1),
            };
            let text = match (self.map.get(&code), &self.kind) {
                (Some(text), _) => text.clone(),
                (None, Kind::Encoded(encoding)) => {
                    encoding.decode_without_bom_handling(&bytes[at..at + length]).0.into_owned()
                }
                (None, Kind::Single) => {
                    WINDOWS_1252.decode_without_bom_handling(&bytes[at..at + 1]).0.into_owned()
                }
                (None, Kind::Double) => "\u{fffd}".to_owned(),
            };
            decoded.push((code, length, text));
            at += length;
        }
        decoded
    }
}

/// Reads the map of a font from codes to text.
pub(super) fn parse(bytes: &[u8]) -> HashMap<u32, String> {
    let mut map = HashMap::new();
    let text = String::from_utf8_lossy(bytes);
    for (begin, end, ranges) in [("beginbfchar", "endbfchar", false), ("beginbfrange", "endbfrange", true)] {
        for section in text.split(begin).skip(1) {
            let section = section.split(end).next().unwrap_or_default();
            let tokens = tokens(section);
            if ranges {
                read_ranges(&tokens, &mut map);
            } else {
                for pair in tokens.chunks_exact(2) {
                    if let (Token::Code(code), Token::Code(target)) = (&pair[0], &pair[1]) {
                        put(&mut map, number(code), utf16(target, 0));
                    }
                }
            }
        }
    }
    map
}

enum Token {
    Code(Vec<u8>),
    Open,
    Close,
}

fn tokens(section: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = section;
    while let Some(at) = rest.find(['<', '[', ']']) {
        match rest.as_bytes()[at] {
            b'[' => tokens.push(Token::Open),
            b']' => tokens.push(Token::Close),
            _ => {
                let inner = &rest[at + 1..];
                let Some(end) = inner.find('>') else { break };
                let digits: Vec<u32> = inner[..end].chars().filter_map(|c| c.to_digit(16)).collect();
                let bytes =
                    digits.chunks(2).map(|pair| (pair[0] * 16 + pair.get(1).copied().unwrap_or(0)) as u8);
                tokens.push(Token::Code(bytes.collect()));
                rest = &inner[end + 1..];
                continue;
            }
        }
        rest = &rest[at + 1..];
    }
    tokens
}

fn read_ranges(tokens: &[Token], map: &mut HashMap<u32, String>) {
    let mut at = 0;
    while let [Token::Code(from), Token::Code(to), target, ..] = &tokens[at.min(tokens.len())..] {
        let (from, to) = (number(from), number(to));
        match target {
            Token::Code(target) => {
                for code in from..=to.min(from.saturating_add(0xffff)) {
                    if map.len() >= MAPPINGS {
                        return;
                    }
                    put(map, code, utf16(target, code - from));
                }
                at += 3;
            }
            Token::Open => {
                at += 3;
                let mut code = from;
                while let Some(Token::Code(target)) = tokens.get(at) {
                    put(map, code, utf16(target, 0));
                    code = code.saturating_add(1);
                    at += 1;
                }
                at += 1;
            }
            Token::Close => at += 3,
        }
    }
}

fn put(map: &mut HashMap<u32, String>, code: u32, text: String) {
    if map.len() < MAPPINGS {
        map.insert(code, text);
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

/// The text of a target, its last unit moved on by the offset.
fn utf16(target: &[u8], offset: u32) -> String {
    let mut units: Vec<u16> = target
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => u16::from(pair[0]),
        })
        .collect();
    if let Some(last) = units.last_mut() {
        *last = last.wrapping_add(offset as u16);
    }
    String::from_utf16_lossy(&units)
}
