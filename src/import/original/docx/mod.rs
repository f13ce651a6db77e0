//! Word files (.docx) to blocks. Only what a report needs is read: paragraphs, headings, links, lists, tables with
//! their merges, footnotes and pictures. Deleted, moved away and hidden text is never taken in; what was left out
//! is told as a remark.

mod body;
mod numbering;

use crate::import::block::{Attachment, Block, Original, Paragraph, Place, Remark, Role};
use crate::import::limits::{self, Refusal};

use super::package::{Node, Package, Xml};

use body::{Reader, Relations, Styles};
use numbering::Numbering;

/// Reads a Word file.
pub(super) fn read(bytes: &[u8]) -> Result<Original, Refusal> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package)?;
    let relations: Relations = package
        .relations(&main)?
        .into_iter()
        .map(|(id, target, external)| (id, (target, external)))
        .collect();
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let styles = styles(&mut package, &format!("{folder}/styles.xml"))?;
    let numbering = Numbering::read(&mut package, &format!("{folder}/numbering.xml"))?;
    let text = package.text(&main)?.ok_or(Refusal::Damaged)?;
    let mut reader = Reader::new(styles, numbering, relations);
    Xml::new(&text).each(|node| reader.see(node))?;
    let (mut original, pictures, notes) = reader.finish();
    for id in notes {
        if let Some(block) = footnote(&mut package, &folder, &id)? {
            original.blocks.push(block);
        }
    }
    comments(&mut package, &folder, &mut original)?;
    attach(&mut package, &pictures, &mut original)?;
    core_facts(&mut package, &mut original)?;
    Ok(original)
}

/// The name of the part that holds the document.
fn main_part(package: &mut Package<'_>) -> Result<String, Refusal> {
    for name in ["word/document.xml", "word/document2.xml"] {
        if package.has(name) {
            return Ok(name.to_owned());
        }
    }
    let found =
        package.names().into_iter().find(|name| name.starts_with("word/document") && name.ends_with(".xml"));
    found.ok_or(Refusal::Damaged)
}

fn styles(package: &mut Package<'_>, part: &str) -> Result<Styles, Refusal> {
    let (mut headings, mut numbered) = Styles::default();
    let Some(text) = package.text(part)? else { return Ok((headings, numbered)) };
    let (mut style, mut level) = (String::new(), 0);
    Xml::new(&text).each(|node| {
        let Node::Open(tag) = node else { return };
        match tag.name().as_str() {
            "style" => {
                style = tag.attribute("styleId").unwrap_or_default();
                level = 0;
            }
            "name" => {
                let name = tag.attribute("val").unwrap_or_default().to_lowercase();
                let level = name.strip_prefix("heading ").or_else(|| name.strip_prefix("标题 "));
                if let Some(level) = level.and_then(|level| level.trim().parse().ok()) {
                    headings.insert(style.clone(), level);
                } else if name == "title" {
                    headings.insert(style.clone(), 1);
                }
            }
            "ilvl" => level = tag.number("val").unwrap_or(0),
            "numId" => {
                numbered.insert(style.clone(), (tag.attribute("val").unwrap_or_default(), level));
            }
            _ => {}
        }
    })?;
    Ok((headings, numbered))
}

/// The text of one footnote or endnote as a block.
fn footnote(package: &mut Package<'_>, folder: &str, id: &str) -> Result<Option<Block>, Refusal> {
    let (kind, number) = id.split_at(1);
    let part = if kind == "f" { "footnotes.xml" } else { "endnotes.xml" };
    let Some(xml) = package.text(&format!("{folder}/{part}"))? else { return Ok(None) };
    let mut text = String::new();
    let mut inside = false;
    let mut reading = false;
    Xml::new(&xml).each(|node| match node {
        Node::Open(tag) => match tag.name().as_str() {
            "footnote" | "endnote" => inside = tag.attribute("id").as_deref() == Some(number),
            "t" => reading = inside,
            "p" if inside && !text.is_empty() => text.push('\n'),
            _ => {}
        },
        Node::Close("t") => reading = false,
        Node::Text(piece) if reading => text.push_str(piece),
        _ => {}
    })?;
    let text = text.trim().to_owned();
    let place = Place::Paragraph(0);
    Ok((!text.is_empty())
        .then(|| Block::Paragraph(Paragraph { text, marks: Vec::new(), role: Role::Footnote, place })))
}

/// Reports the comments.
fn comments(package: &mut Package<'_>, folder: &str, original: &mut Original) -> Result<(), Refusal> {
    let Some(xml) = package.text(&format!("{folder}/comments.xml"))? else { return Ok(()) };
    let mut comment = String::new();
    let mut reading = false;
    Xml::new(&xml).each(|node| match node {
        Node::Open(tag) => match tag.name().as_str() {
            "comment" => comment.clear(),
            "t" => reading = true,
            _ => {}
        },
        Node::Close("t") => reading = false,
        Node::Close("comment") if !comment.trim().is_empty() => {
            original.remarks.push(Remark::Comment(comment.trim().to_owned()));
        }
        Node::Text(piece) if reading => comment.push_str(piece),
        _ => {}
    })
}

/// Takes the pictures out as attachments. Images of parts that are not there are dropped.
fn attach(package: &mut Package<'_>, parts: &[String], original: &mut Original) -> Result<(), Refusal> {
    let mut numbers = vec![None; parts.len()];
    for (number, part) in numbers.iter_mut().zip(parts).take(limits::IMAGES) {
        let Some(bytes) = package.part(part)? else { continue };
        let extension = part.rsplit_once('.').map_or("bin", |(_, extension)| extension);
        let extension: String = extension.chars().filter(char::is_ascii_alphanumeric).take(5).collect();
        *number = Some(original.attachments.len());
        let name = format!("image-{}.{}", original.attachments.len() + 1, extension.to_ascii_lowercase());
        original.attachments.push(Attachment { name, bytes });
    }
    original.blocks.retain_mut(|block| match block {
        Block::Image(number, _) => match numbers.get(*number).copied().flatten() {
            Some(attachment) => {
                *number = attachment;
                true
            }
            None => false,
        },
        _ => true,
    });
    Ok(())
}

/// The title that the file's own properties give.
fn core_facts(package: &mut Package<'_>, original: &mut Original) -> Result<(), Refusal> {
    let Some(xml) = package.text("docProps/core.xml")? else { return Ok(()) };
    let mut reading = false;
    let mut title = String::new();
    Xml::new(&xml).each(|node| match node {
        Node::Open(tag) => reading = tag.name() == "title",
        Node::Close(_) => reading = false,
        Node::Text(piece) if reading => title.push_str(piece),
        Node::Text(_) => {}
    })?;
    if !title.trim().is_empty() {
        original.facts.push(("title".to_owned(), title.trim().to_owned()));
    }
    Ok(())
}
