//! Our own JSON of a report: figures with their addresses, and what the report says of itself.

use serde_json::Value;

use crate::import::block::{Block, Mark, Original, Paragraph, Place, Role, TextCell, TextGrid};
use crate::import::limits::Refusal;

/// Reads the JSON of a report.
pub(super) fn read(text: &str) -> Result<Original, Refusal> {
    let value: Value = serde_json::from_str(text).map_err(|_| Refusal::Damaged)?;
    let Some(tables) = value.get("tables").and_then(Value::as_object) else { return Err(Refusal::Unknown) };
    let mut original = Original::default();
    for (name, fact) in
        [("title", "title"), ("published", "PubDate"), ("form", "form"), ("source", "ContentSource")]
    {
        if let Some(text) = value.get(name).and_then(Value::as_str) {
            original.facts.push((fact.to_owned(), text.to_owned()));
        }
    }
    let heading = |text: String| {
        let place = Place::Paragraph(1);
        Block::Paragraph(Paragraph { text, marks: Vec::<Mark>::new(), role: Role::Heading(1), place })
    };
    let name = ["name", "agency_name"].iter().find_map(|key| value.get(*key)?.as_str());
    let year = value.get("year").and_then(Value::as_u64);
    if let (Some(name), Some(year)) = (name, year) {
        let title = value.get("title").and_then(Value::as_str).unwrap_or_default();
        if !title.contains(&year.to_string()) {
            original.facts.push(("title".to_owned(), format!("{name}{year}年{title}")));
            original.blocks.push(heading(format!("{name}{year}年{title}")));
        } else {
            original.blocks.push(heading(title.to_owned()));
        }
    }
    let mut grid = TextGrid { width: 2, ..TextGrid::default() };
    for (table, rows) in tables {
        for row in rows.as_array().into_iter().flatten() {
            let (Some(id), Some(cells)) =
                (row.get("row").and_then(Value::as_str), row.get("cells").and_then(Value::as_object))
            else {
                continue;
            };
            for (column, value) in cells {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(number) => number.to_string(),
                    _ => String::new(),
                };
                let number = grid.rows.len();
                let address = Some(format!("{table}[{id}, {column}]"));
                let place = Place::Cell { table: 1, row: number as u32 + 1, column: 1 };
                grid.rows.push(vec![TextCell {
                    text,
                    row: number,
                    column: 0,
                    rows: 1,
                    columns: 2,
                    address,
                    place,
                }]);
            }
        }
    }
    original.blocks.push(Block::Grid(grid));
    Ok(original)
}
