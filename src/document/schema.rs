//! JSON Schemas of the files people write, for editors: they complete keys and rows and show
//! what each means.
//!
//! The readers are asked what they know: a key that is in none of them is put to them, and
//! what they say of it names those they know; a value that no key takes, and they say what
//! they wanted. So a schema holds what its reader reads, and nothing has to be kept in step.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::{parse_agency, parse_head, parse_prose, parse_settings, split};
use crate::diagnostic::{Catalogue, Diagnostics};
use crate::form::{Form, Kind, Table};
use crate::language::{DEFAULT_LANGUAGE, Localised};
use crate::path::SourcePath;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of a kind of file, with its name.
pub type Schema = (String, Value);

/// The schemas of `site.toml`, `agency.toml`, the heads of reports and pages, and of
/// `tables.toml` for each form.
pub fn schemas<'f>(forms: impl Iterator<Item = &'f Form>) -> Vec<Schema> {
    let path = SourcePath::from("-");
    let head = |text: &str| format!("+++\n{text}+++\n");
    let site = |text: &str| parse_settings(&path, text).diagnostics;
    let agency = |text: &str| parse_agency(&path, text, DEFAULT_LANGUAGE).diagnostics;
    let page = |text: &str| parse_prose(&path, &head(text)).diagnostics;
    let report = |text: &str| {
        let (mut found, text) = (Diagnostics::default(), head(text));
        let parts = split(&path, &text, &mut found);
        parse_head(&path, &parts, &mut found);
        found
    };
    let readers: [(&str, &Ask<'_>); 4] =
        [("site", &site), ("agency", &agency), ("report", &report), ("page", &page)];
    let read = readers.into_iter().map(|(name, ask)| {
        let schema = Reader { name, ask }.table("", "");
        (name.to_owned(), titled(schema, name))
    });
    read.chain(forms.map(|form| (format!("tables-{}", form.id), tables(form)))).collect()
}

fn titled(schema: Value, title: &str) -> Value {
    let mut whole = json!({ "$schema": DIALECT, "title": title });
    if let (Some(whole), Value::Object(schema)) = (whole.as_object_mut(), schema) {
        whole.extend(schema);
    }
    whole
}

/// What a reader finds in a text.
type Ask<'r> = dyn Fn(&str) -> Diagnostics + 'r;

/// A reader of a kind of file, to be asked.
struct Reader<'r> {
    name: &'static str,
    ask: &'r Ask<'r>,
}

impl Reader<'_> {
    /// The schema of a table that begins with `head`, such as `[portal]`; `path` is its name
    /// in the words of the catalogue.
    fn table(&self, head: &str, path: &str) -> Value {
        let Some(known) = self.known(head) else { return json!({ "type": "object" }) };
        let mut properties = Map::new();
        let mut required = Vec::new();
        for key in known {
            let name = format!("{path}-{key}");
            let wanted = self.wanted(head, &key);
            let mut schema = self.value(head, &key, &name, wanted.as_deref());
            let word = format!("key-{}{name}", self.name);
            if let Some(text) = Catalogue::get().known_word(&word) {
                schema["description"] = both(text).into();
            }
            if self.is_required(head, &key, wanted.as_deref()) {
                required.push(key.clone());
            }
            properties.insert(key, schema);
        }
        let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    }

    /// The schema of the value of a key.
    fn value(&self, head: &str, key: &str, name: &str, wanted: Option<&str>) -> Value {
        let below = name.trim_start_matches('-').replace('-', ".");
        match wanted {
            Some("text") if self.is_localised(head, key) => json!({
                "anyOf": [
                    { "type": "string" },
                    { "type": "object", "additionalProperties": { "type": "string" }, "minProperties": 1 },
                ],
            }),
            Some("text") => json!({ "type": "string" }),
            Some("flag") => json!({ "type": "boolean" }),
            Some("number") => json!({ "type": "integer" }),
            // Dates come as texts from most readers of TOML.
            Some("date") => json!({ "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}" }),
            Some("texts") => json!({
                "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
            }),
            Some("table") => self.table(&format!("{head}[{below}]\n"), name),
            Some("tables") => {
                json!({ "type": "array", "items": self.table(&format!("{head}[[{below}]]\n"), name) })
            }
            _ => json!({}),
        }
    }

    /// The keys the reader knows in a table: what it says of one that it does not.
    fn known(&self, head: &str) -> Option<Vec<String>> {
        let found = (self.ask)(&format!("{head}\"?\" = 0\n"));
        let mut unknown = found.iter().filter(|told| told.code == "toml/unknown-key" && is_about(told, "?"));
        let known = unknown.next()?.facts.iter().find(|(name, _)| name == "known")?;
        Some(known.1.get(DEFAULT_LANGUAGE).split(", ").map(str::to_owned).collect())
    }

    /// What a key takes: what the reader wants in place of something that no key takes.
    fn wanted(&self, head: &str, key: &str) -> Option<String> {
        let found = (self.ask)(&format!("{head}{key} = 0.5\n"));
        let told = found.iter().find(|told| told.code == "toml/type" && is_about(told, key))?;
        let wanted = told.facts.iter().find(|(name, _)| name == "wanted")?;
        match &wanted.1 {
            crate::diagnostic::Fact::Word(word) => Some(word.to_string()),
            _ => None,
        }
    }

    fn is_localised(&self, head: &str, key: &str) -> bool {
        let found = (self.ask)(&format!("{head}{key} = {{ en = \"x\" }}\n"));
        !found.iter().any(|told| told.code == "toml/type" && is_about(told, key))
    }

    /// Whether the reader misses the key less often when it is there.
    fn is_required(&self, head: &str, key: &str, wanted: Option<&str>) -> bool {
        let value = match wanted {
            Some("text") => "\"x\"",
            Some("flag") => "true",
            Some("number") => "2000",
            Some("date") => "2000-01-01",
            _ => return false,
        };
        let missed = |text: &str| {
            let found = (self.ask)(text);
            found.iter().filter(|told| told.code == "toml/missing" && is_about(told, key)).count()
        };
        missed(head) > missed(&format!("{head}{key} = {value}\n"))
    }
}

fn is_about(told: &crate::diagnostic::Diagnostic, key: &str) -> bool {
    told.facts.iter().any(|(name, fact)| name == "key" && fact.get(DEFAULT_LANGUAGE) == key)
}

/// The schema of the figures of a form.
fn tables(form: &Form) -> Value {
    let mut properties = Map::new();
    for table in &form.tables {
        let mut schema = rows(table);
        schema["description"] = both(&table.title).into();
        properties.insert(table.id.to_string(), schema);
    }
    let title = format!("tables.toml, {}", form.id);
    titled(json!({ "type": "object", "properties": properties, "additionalProperties": false }), &title)
}

/// The rows of a table, a dotted id being tables in tables.
fn rows(table: &Table) -> Value {
    let mut all = object();
    for row in 0..table.rows.leaves.len() {
        let line = table.rows.leaf(row);
        let mut schema = columns(table, |column| table.kind_of(row, column));
        schema["description"] = label(&line.label, line.hint.as_ref()).into();
        put(&mut all, &line.id, schema);
    }
    if table.open.is_some() {
        // The agency says which components it has.
        all["additionalProperties"] =
            columns(table, |column| table.columns.leaf(column).kind.unwrap_or(table.kind));
    }
    for line in table.rows.lines.iter().filter(|line| line.leaf.is_none()) {
        describe(&mut all, &line.id, &line.label);
    }
    all
}

fn columns(table: &Table, kind: impl Fn(usize) -> Kind) -> Value {
    let mut all = object();
    for column in 0..table.columns.leaves.len() {
        let line = table.columns.leaf(column);
        let mut schema = figure(kind(column));
        schema["description"] = label(&line.label, line.hint.as_ref()).into();
        put(&mut all, &line.id, schema);
    }
    for line in table.columns.lines.iter().filter(|line| line.leaf.is_none()) {
        describe(&mut all, &line.id, &line.label);
    }
    all
}

/// What a cell may hold, as it is written.
fn figure(kind: Kind) -> Value {
    let empty = json!({ "enum": ["", "/", "-", "无", "N/A"] });
    let (number, digits) = match kind {
        Kind::Count => (json!({ "type": "integer", "minimum": 0 }), r"^\d+$"),
        Kind::Change => (json!({ "type": "integer" }), r"^[+-]?\d+$"),
        Kind::Amount | Kind::Days => (json!({ "type": "number", "minimum": 0 }), r"^\d+(\.\d+)?$"),
        Kind::Percent => (json!({ "type": "number", "minimum": 0, "maximum": 100 }), r"^\d+(\.\d+)?$"),
        Kind::Text => return json!({ "type": ["string", "number"] }),
    };
    json!({ "anyOf": [number, { "type": "string", "pattern": digits }, empty] })
}

fn object() -> Value {
    json!({ "type": "object", "properties": {}, "additionalProperties": false })
}

/// Puts a schema where a dotted id leads.
fn put(all: &mut Value, id: &str, schema: Value) {
    let Some((first, rest)) = id.split_once('.') else {
        merge(&mut all["properties"][id], schema);
        return;
    };
    let below = &mut all["properties"][first];
    if below.is_null() {
        *below = object();
    }
    put(below, rest, schema);
}

/// A line may be both a leaf and the beginning of others.
fn merge(there: &mut Value, schema: Value) {
    match (there.as_object_mut(), schema) {
        (Some(there), Value::Object(schema)) => {
            let properties = schema.get("properties").and_then(Value::as_object).cloned();
            there.extend(schema.into_iter().filter(|(key, _)| key != "properties"));
            if let Some(own) = there.get_mut("properties").and_then(Value::as_object_mut) {
                own.extend(properties.unwrap_or_default());
            }
        }
        (_, schema) => *there = schema,
    }
}

/// Describes a heading, if there is anything below it.
fn describe(all: &mut Value, id: &str, label: &Localised) {
    let mut at = all;
    for name in id.split('.') {
        let Some(below) = at.get_mut("properties").and_then(|properties| properties.get_mut(name)) else {
            return;
        };
        at = below;
    }
    at["description"] = both(label).into();
}

fn label(label: &Localised, hint: Option<&Localised>) -> String {
    let mut text = both(label);
    if let Some(hint) = hint {
        let _ = write!(text, "\n{}", both(hint));
    }
    text
}

/// A text in all its languages, line by line.
fn both(text: &Localised) -> String {
    text.all().map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}
