//! The sentences of all diagnostics, per language, read from `catalogue.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{Diagnostic, Severity};
use crate::language::Localised;

/// What the catalogue says of one code.
#[derive(Debug, Default)]
pub struct Sentence {
    /// The severity of a diagnostic with this code, unless its maker says otherwise.
    pub severity: Option<Severity>,
    /// What is wrong, with `{facts}` in braces.
    pub message: Localised,
    /// What is wrong, said without a fact that is not always known. May be empty.
    pub message_else: Localised,
    /// What to do, with `{facts}` in braces. May be empty.
    pub help: Localised,
    /// What to do, said without a fact that is not always known. May be empty.
    pub help_else: Localised,
    /// The code in full: what is meant, why it matters, an example.
    pub explain: Localised,
}

/// All sentences by code. A code of data, such as `rule/balance`, is covered by its
/// stage's entry `rule/*`.
pub struct Catalogue {
    sentences: BTreeMap<String, Sentence>,
    words: BTreeMap<String, Localised>,
    phrases: BTreeMap<String, Localised>,
}

impl Catalogue {
    /// The catalogue built into the program.
    pub fn get() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(|| read(include_str!("catalogue.toml")))
    }

    /// Every code with an entry of its own, and its sentences.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Sentence)> {
        self.sentences.iter().map(|(code, sentence)| (code.as_str(), sentence))
    }

    /// The entry for a code, or for all codes of its stage.
    pub fn sentence(&self, code: &str) -> Option<&Sentence> {
        let stage = code.split('/').next().unwrap_or_default();
        self.sentences.get(code).or_else(|| self.sentences.get(&format!("{stage}/*")))
    }

    /// The severity the catalogue gives a code; unknown codes are errors.
    pub fn severity(&self, code: &str) -> Severity {
        self.sentence(code).and_then(|s| s.severity).unwrap_or(Severity::Error)
    }

    /// A word that sentences are made with, such as the name of a kind of value.
    pub fn word<'w>(&'w self, word: &'w str, language: &str) -> &'w str {
        self.words.get(word).map_or(word, |text| text.get(language))
    }

    /// A word in all its languages, if it is known.
    pub fn known_word(&self, word: &str) -> Option<&Localised> {
        self.words.get(word)
    }

    /// What a parser says in English, in all languages, if it is known.
    pub fn phrase(&self, english: &str) -> Option<&Localised> {
        self.phrases.get(english)
    }

    /// What is wrong, in one sentence.
    pub fn message(&self, diagnostic: &Diagnostic, language: &str) -> String {
        let Some(sentence) = self.sentence(&diagnostic.code) else { return diagnostic.code.to_string() };
        let (message, complete) = fill(sentence.message.get(language), diagnostic, language);
        if complete || sentence.message_else.is_empty() {
            return message;
        }
        fill(sentence.message_else.get(language), diagnostic, language).0
    }

    /// What to do about it; `None` when there is nothing to say, or when a fact that the
    /// sentence needs is not there.
    pub fn help(&self, diagnostic: &Diagnostic, language: &str) -> Option<String> {
        let sentence = self.sentence(&diagnostic.code)?;
        let texts = [&sentence.help, &sentence.help_else].into_iter().filter(|text| !text.is_empty());
        let filled = texts.map(|text| fill(text.get(language), diagnostic, language));
        filled.into_iter().find_map(|(help, complete)| complete.then_some(help))
    }
}

/// Puts the facts into a sentence, and says whether all it mentions were there. A `{name}`
/// without a fact is left as it is, so that it is seen.
fn fill(sentence: &str, diagnostic: &Diagnostic, language: &str) -> (String, bool) {
    let mut out = String::with_capacity(sentence.len() + 32);
    let mut complete = true;
    let mut rest = sentence;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|at| open + at) else { break };
        let name = &rest[open + 1..close];
        out.push_str(&rest[..open]);
        // Braces around anything else are an example.
        if !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            out.push_str(&rest[open..=close]);
            rest = &rest[close + 1..];
            continue;
        }
        match diagnostic.facts.iter().find(|(n, _)| *n == name) {
            Some((_, fact)) => out.push_str(fact.get(language)),
            None => {
                out.push_str(&rest[open..=close]);
                complete = false;
            }
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    (out, complete)
}

/// Reads the built-in file; what does not fit the shape is left out, and a test sees that
/// nothing is.
fn read(text: &str) -> Catalogue {
    let mut table: toml::Table = text.parse().unwrap_or_default();
    let mut texts = |name: &str| {
        let texts = table.remove(name);
        let texts = texts.iter().filter_map(|texts| texts.as_table()).flatten();
        texts.map(|(name, text)| (name.clone(), localised(Some(text)))).collect()
    };
    let (words, phrases) = (texts("words"), texts("phrases"));
    let sentence = |(code, entry): (String, toml::Value)| {
        let severity = entry.get("severity").and_then(|s| s.as_str());
        let sentence = Sentence {
            severity: severity.and_then(Severity::from_word),
            message: localised(entry.get("message")),
            message_else: localised(entry.get("message_else")),
            help: localised(entry.get("help")),
            help_else: localised(entry.get("help_else")),
            explain: localised(entry.get("explain")),
        };
        (code, sentence)
    };
    Catalogue { sentences: table.into_iter().map(sentence).collect(), words, phrases }
}

/// A table of texts by language, Chinese first whatever the order of the file.
fn localised(value: Option<&toml::Value>) -> Localised {
    let mut texts: Vec<_> = value.and_then(|v| v.as_table()).into_iter().flatten().collect();
    texts.sort_by_key(|(language, _)| *language != crate::language::DEFAULT_LANGUAGE);
    let mut localised = Localised::default();
    for (language, text) in texts {
        localised.push(language, text.as_str().unwrap_or_default().trim_end());
    }
    localised
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_speaks_chinese_and_english() {
        let catalogue = Catalogue::get();
        assert!(catalogue.all().count() > 20, "the catalogue does not parse");
        let languages =
            |text: &Localised| text.all().map(|(language, _)| language.to_owned()).collect::<Vec<_>>();
        for (code, sentence) in catalogue.all() {
            for (what, text) in [("message", &sentence.message), ("explain", &sentence.explain)] {
                assert_eq!(languages(text), ["zh-CN", "en"], "{code} {what}");
            }
            for text in [&sentence.message_else, &sentence.help, &sentence.help_else] {
                assert!(text.is_empty() || languages(text) == ["zh-CN", "en"], "{code}");
            }
            assert!(sentence.severity.is_some(), "{code} has no severity");
        }
        for (word, text) in catalogue.words.iter().chain(&catalogue.phrases) {
            assert_eq!(languages(text), ["zh-CN", "en"], "{word}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_mentioned() {
        let catalogue = Catalogue::get();
        let bare = Diagnostic::new("toml/unknown-key").fact("key", "titel");
        let help = catalogue.help(&bare, "en").unwrap_or_default();
        assert!(help.starts_with("Check the spelling"), "{help}");
        let near = bare.fact("near", "{title}");
        assert_eq!(catalogue.help(&near, "en").as_deref(), Some("Did you mean “{title}”?"));
    }
}
