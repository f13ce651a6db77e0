//! A form in the API: its tables, lines and rules.

use serde_json::{Value, json};

use crate::form::{Axis, FormRule, Table};
use crate::plan::Site;

pub(super) fn form(site: &Site<'_>, id: &str) -> Option<Value> {
    let form = site.portal().forms.get(id)?;
    let language = site.language;
    let rule = |(table, rule): FormRule<'_>| {
        json!({
            "code": format!("rule/{}", rule.id),
            "table": table.map(|number| form.tables[number].id.to_string()),
            "says": rule.says.get(language),
            "formula": rule.formula,
            "level": rule.level.word(),
        })
    };
    Some(json!({
        "form": form.id,
        "title": form.title.get(language),
        "authority": form.authority.get(language),
        "source": form.source,
        "from": form.from,
        "to": form.to,
        "supersedes": form.supersedes,
        "tables": form.tables.iter().map(|own| table(own, language)).collect::<Vec<_>>(),
        "rules": form.all_rules().map(rule).collect::<Vec<_>>(),
    }))
}

fn table(table: &Table, language: &str) -> Value {
    let text = |text: &Option<crate::language::Localised>| text.as_ref().map(|t| t.get(language).to_owned());
    json!({
        "table": table.id,
        "title": table.title.get(language),
        "unit": text(&table.unit),
        "kind": table.kind.word(),
        "note": text(&table.note),
        "rows_by_component": table.open.is_some(),
        "rows": lines(&table.rows, language),
        "columns": lines(&table.columns, language),
    })
}

/// All lines of an axis; those without cells are headings.
fn lines(axis: &Axis, language: &str) -> Value {
    let line = |line: &crate::form::Line| {
        json!({
            "id": line.id,
            "label": line.label.get(language),
            "heading": line.leaf.is_none(),
            "kind": line.kind.map(crate::form::Kind::word),
            "sum": line.sum.as_ref().map(|parts| {
                parts.iter().map(|part| axis.leaf(*part).id.to_string()).collect::<Vec<_>>()
            }),
        })
    };
    axis.lines.iter().map(line).collect()
}
