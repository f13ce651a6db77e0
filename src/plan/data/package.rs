//! `datapackage.json`: what there is, for programs that know Data Packages (version 2).

use serde_json::{Value, json};

use super::{Column, DataFile, Facts, columns, data_files};
use crate::plan::Site;

const PROFILE: &str = "https://datapackage.org/profiles/2.0/datapackage.json";

/// The Data Package of a portal; `facts` are those of a file.
pub fn package(site: &Site<'_>, facts: &dyn Fn(&DataFile) -> Facts) -> Value {
    let settings = &site.portal().settings;
    let resources: Vec<Value> =
        data_files(site.portal()).iter().map(|file| resource(site, file, &facts(file))).collect();
    let mut package = json!({
        "$schema": PROFILE,
        "name": "annual-reports",
        "id": format!("{}data/", settings.base_url),
        "title": settings.title.get(site.language),
        "homepage": settings.base_url,
        "resources": resources,
    });
    let description = settings.description.get(site.language);
    if !description.is_empty() {
        package["description"] = description.into();
    }
    package
}

fn resource(site: &Site<'_>, file: &DataFile, facts: &Facts) -> Value {
    let mut resource = json!({
        "name": file.name(),
        "path": file.path(),
        "title": file.title(site),
        "format": file.path().rsplit('.').next().unwrap_or_default(),
        "mediatype": file.media_type(),
        "bytes": facts.bytes,
        "hash": format!("sha256:{}", facts.sha256),
    });
    if file.is_text() {
        resource["encoding"] = "utf-8".into();
    }
    let columns = columns(site, file);
    if !columns.is_empty() {
        resource["type"] = "table".into();
        resource["schema"] = schema(file, &columns);
    }
    resource
}

fn schema(file: &DataFile, columns: &[Column]) -> Value {
    let field = |column: &Column| {
        let mut field = json!({ "name": column.name, "type": column.kind, "title": column.title });
        if column.required {
            field["constraints"] = json!({ "required": true });
        }
        field
    };
    let reference = |fields: &[&str], to: &DataFile| json!({ "fields": fields, "reference": { "resource": to.name(), "fields": fields } });
    let references = match file {
        DataFile::Figures | DataFile::Table { .. } => {
            vec![reference(&["agency", "year"], &DataFile::Reports)]
        }
        DataFile::Reports => vec![reference(&["agency"], &DataFile::Agencies)],
        _ => Vec::new(),
    };
    let key = file.key();
    let mut schema = json!({
        "fields": columns.iter().map(field).collect::<Vec<_>>(),
        // Nothing was written; it does not apply.
        "missingValues": ["", "/"],
    });
    if !key.is_empty() {
        schema["primaryKey"] = json!(key);
    }
    if !references.is_empty() {
        schema["foreignKeys"] = json!(references);
    }
    schema
}
