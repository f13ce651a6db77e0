//! Which names templates mention: what nobody mentions need not be made.

use std::collections::{BTreeMap, BTreeSet};

use super::theme::Template;
use crate::plan::Subject;

/// Words with which a template may take a value whole, whatever is in it: then nothing may be
/// left out.
const TAKES_ALL: [&str; 5] = ["json", "json_encode", "pairs", "values", "__tera_context"];
/// How the definition of a component begins; any template may call it.
const COMPONENT: &str = "component";

/// The names that the template of each output mentions, together with its parents, its
/// includes and all components. A template is missing that may take values whole.
pub(super) fn names(templates: &[Template]) -> BTreeMap<&'static str, BTreeSet<String>> {
    let words: Vec<BTreeSet<&str>> = templates.iter().map(|template| words(&template.text)).collect();
    let of = |output: &'static str| {
        let reached = reached(templates, &words, output);
        let names: BTreeSet<&str> =
            reached.into_iter().flat_map(|number| words[number].iter().copied()).collect();
        let is_known = !names.is_empty() && !TAKES_ALL.iter().any(|word| names.contains(word));
        is_known.then(|| (output, names.into_iter().map(str::to_owned).collect()))
    };
    Subject::TEMPLATES.into_iter().filter_map(of).collect()
}

/// The templates, by number, that may take part in drawing an output.
fn reached(templates: &[Template], words: &[BTreeSet<&str>], output: &str) -> BTreeSet<usize> {
    let plain = |number: usize| templates[number].name.split_once('/').map_or("", |(_, name)| name);
    let mut waiting: Vec<usize> = (0..templates.len())
        .filter(|number| plain(*number) == output || words[*number].contains(COMPONENT))
        .collect();
    let mut reached = BTreeSet::new();
    while let Some(number) = waiting.pop() {
        if reached.insert(number) {
            let is_named = |other: &usize| templates[number].text.contains(plain(*other));
            waiting.extend((0..templates.len()).filter(is_named));
        }
    }
    reached
}

/// All words between the marks of the template language.
fn words(text: &str) -> BTreeSet<&str> {
    let mut words = BTreeSet::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        rest = &rest[start + 2..];
        let end = rest.find("}}").into_iter().chain(rest.find("%}")).min().unwrap_or(rest.len());
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        words.extend(rest[..end].split(|c| !is_part(c)).filter(|word| !word.is_empty()));
        rest = &rest[end..];
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::SourcePath;

    fn template(name: &str, text: &str) -> Template {
        Template { name: name.to_owned(), text: text.to_owned(), path: SourcePath::new(name.to_owned()) }
    }

    #[test]
    fn a_template_mentions_what_it_and_its_parts_name() {
        let named = names(&[
            template("portal/report.html", r#"{% extends "base.html" %}lead {{ a.b["c"] }}{# d #}"#),
            template("default/base.html", r#"{% include "part/x.html" %}"#),
            template("default/part/x.html", "{{ e }}"),
            template("default/year.html", "{{ f | json }}"),
            template("default/agency.html", "{{ g }}"),
            template("default/cards.html", "{% component card(item) %}{{ item.h }}{% endcomponent %}"),
        ]);
        let report: Vec<&str> = named["report.html"].iter().map(String::as_str).collect();
        let expected =
            ["a", "b", "base", "c", "card", "component", "e", "endcomponent", "extends", "h", "html"];
        assert_eq!(report, [&expected[..], &["include", "item", "part", "x"]].concat());
        // Who takes a value whole takes all that is in it.
        assert!(!named.contains_key("year.html"));
        assert!(named["agency.html"].contains("h"));
    }
}
