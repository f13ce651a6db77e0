//! The JSON Schemas know what the readers know.

use gongkai::diagnostic::Catalogue;
use gongkai::document::schemas;
use gongkai::model::Forms;
use serde_json::Value;

fn all() -> Vec<(String, Value)> {
    schemas(Forms::standard().iter().map(|form| &**form))
}

fn schema(name: &str) -> Value {
    all().into_iter().find(|(known, _)| known == name).map(|(_, schema)| schema).expect(name)
}

/// A key added to a reader is in its schema at once; here it is seen that editors explain it.
#[test]
fn every_key_of_a_reader_is_explained() {
    fn walk(name: &str, schema: &Value, wrong: &mut Vec<String>) {
        for (key, value) in schema["properties"].as_object().into_iter().flatten() {
            let name = format!("{name}-{key}");
            match Catalogue::get().known_word(&name) {
                Some(text) if text.all().count() > 1 => {}
                _ => wrong.push(format!("{name} needs words in the catalogue")),
            }
            walk(&name, value, wrong);
            walk(&name, &value["items"], wrong);
        }
    }
    let mut wrong = Vec::new();
    for (name, schema) in all().iter().filter(|(name, _)| !name.starts_with("tables-")) {
        assert!(schema["properties"]["title"].is_object() || schema["properties"]["name"].is_object());
        walk(&format!("key-{name}"), schema, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn keys_have_the_types_their_readers_want() {
    let site = schema("site");
    assert_eq!(site["required"], serde_json::json!(["base_url", "title"]));
    assert_eq!(site["additionalProperties"], false);
    assert_eq!(site["properties"]["base_url"]["type"], "string");
    assert!(site["properties"]["title"]["anyOf"].is_array(), "in one language or in several");
    assert_eq!(site["properties"]["checks"]["properties"]["first_year"]["type"], "integer");
    let agency = schema("agency");
    assert_eq!(agency["properties"]["former"]["items"]["required"], serde_json::json!(["name"]));
    assert_eq!(agency["properties"]["area"]["type"], "boolean");
    let report = schema("report");
    assert!(report["properties"]["published"]["pattern"].is_string());
    assert_eq!(report["properties"]["accept"]["items"]["required"], serde_json::json!(["code", "reason"]));
}

#[test]
fn rows_are_completed_with_their_labels() {
    let tables = schema("tables-cn-2021");
    let requests = &tables["properties"]["requests"]["properties"];
    let granted = &requests["outcome"]["properties"]["granted"];
    assert_eq!(granted["description"], "（一）予以公开\n(1) Granted");
    assert_eq!(granted["properties"]["legal"]["properties"]["company"]["anyOf"][0]["minimum"], 0);
    assert_eq!(granted["additionalProperties"], false);
}
