//! Workbooks (.xlsx) to blocks: each sheet is a grid, unless the workbook is one of ours.

mod cells;
mod workbook;

use crate::import::block::{Original, Place, Remark};
use crate::import::limits::Refusal;

use super::package::{Node, Package, Xml};

use cells::Cells;
use workbook::Leaf;

/// Reads a workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Original, Refusal> {
    let mut package = Package::open(bytes)?;
    let strings = shared_strings(&mut package)?;
    let relations = package.relations("xl/workbook.xml")?;
    let mut sheets = Vec::new();
    let workbook = package.text("xl/workbook.xml")?.ok_or(Refusal::Damaged)?;
    Xml::new(&workbook).each(|node| {
        if let Node::Open(tag) = node
            && tag.name() == "sheet"
        {
            let name = tag.attribute("name").unwrap_or_default();
            let hidden = tag.attribute("state").is_some_and(|state| state != "visible");
            let part =
                tag.attribute("id").and_then(|id| relations.iter().find(|r| r.0 == id)).map(|r| r.1.clone());
            sheets.push((part, name, hidden));
        }
    })?;
    let mut remarks = Vec::new();
    let mut leaves: Vec<Leaf> = Vec::new();
    for (number, (part, name, hidden)) in sheets.into_iter().enumerate() {
        let number = number as u32 + 1;
        if hidden {
            remarks.push(Remark::Hidden(1, Place::SheetCell { sheet: number, row: 1, column: 1 }));
            continue;
        }
        let Some(part) = part else { continue };
        let Some(xml) = package.text(&part)? else { continue };
        let cells = Cells::of(&xml, &strings)?;
        if cells.cut {
            remarks.push(Remark::Cut(Place::SheetCell { sheet: number, row: 1, column: 1 }));
        }
        if let Some((row, column)) = cells.unseen.first().copied() {
            let place = Place::SheetCell { sheet: number, row: row as u32, column: column as u32 };
            remarks.push(Remark::Hidden(cells.unseen.len(), place));
        }
        leaves.push(Leaf { name, number, cells });
    }
    let original = workbook::read(&mut leaves).unwrap_or_else(|| {
        let blocks = leaves.into_iter().flat_map(|leaf| leaf.cells.grids(leaf.number)).collect();
        Original { blocks, ..Original::default() }
    });
    Ok(Original { remarks, ..original })
}

fn shared_strings(package: &mut Package<'_>) -> Result<Vec<String>, Refusal> {
    let mut strings = Vec::new();
    let Some(xml) = package.text("xl/sharedStrings.xml")? else { return Ok(strings) };
    let mut reading = false;
    let mut phonetic = false;
    Xml::new(&xml).each(|node| match node {
        Node::Open(tag) => match tag.name().as_str() {
            "si" => strings.push(String::new()),
            "t" => reading = true,
            "rPh" => phonetic = true,
            _ => {}
        },
        Node::Close("t") => reading = false,
        Node::Close("rPh") => phonetic = false,
        Node::Text(text) if reading && !phonetic => {
            if let Some(string) = strings.last_mut() {
                string.push_str(text);
            }
        }
        _ => {}
    })?;
    Ok(strings)
}
