//! The body of a Word file: its paragraphs and tables, element by element.

use std::collections::BTreeMap;

use crate::import::block::{Block, GridBuilder, Mark, Original, Paragraph, Place, Remark, Role};
use crate::import::original::package::{Node, Tag};

use super::numbering::Numbering;

/// The styles that are headings, with their levels; and those that number their paragraphs, with list and level.
pub(super) type Styles = (BTreeMap<String, u8>, BTreeMap<String, (String, usize)>);

/// The targets of links and pictures by id, and whether they lie outside the file.
pub(super) type Relations = BTreeMap<String, (String, bool)>;

/// A table while it is read.
#[derive(Default)]
struct TableFrame {
    grid: GridBuilder,
    number: u32,
    text: String,
    columns: usize,
    merge: Merge,
    across: Merge,
    /// Blocks that cannot stand inside a cell of text, to follow the table.
    after: Vec<Block>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Merge {
    #[default]
    None,
    Begin,
    Continue,
}

/// What is read of the body; it is shown one element after the other.
#[derive(Default)]
pub(super) struct Reader {
    headings: BTreeMap<String, u8>,
    numbered: BTreeMap<String, (String, usize)>,
    numbering: Numbering,
    relations: Relations,
    blocks: Vec<Block>,
    tables: Vec<TableFrame>,
    table_count: u32,
    paragraphs: u32,
    // The paragraph being read; text boxes put one paragraph inside another.
    open: Vec<OpenParagraph>,
    in_text: bool,
    hidden_run: bool,
    deleted: usize,
    skipped: usize,
    in_run_properties: bool,
    in_row_properties: bool,
    deletions: Vec<Place>,
    insertions: Vec<Place>,
    hidden: Vec<Place>,
    embedded: Vec<Place>,
    linked: Vec<String>,
    cuts: Vec<Place>,
    /// The parts of the pictures shown.
    pictures: Vec<String>,
    notes: Vec<String>,
}

#[derive(Default)]
struct OpenParagraph {
    text: String,
    marks: Vec<Mark>,
    link: Option<(usize, String)>,
    role: Option<Role>,
    /// The list that it is an entry of, and the level there.
    list: Option<(String, usize)>,
    number: u32,
    images: Vec<usize>,
}

impl Reader {
    /// One that knows the styles, the numberings and the relations of the file.
    pub(super) fn new(styles: Styles, numbering: Numbering, relations: Relations) -> Self {
        Self { headings: styles.0, numbered: styles.1, numbering, relations, ..Self::default() }
    }

    /// Takes an element in.
    pub(super) fn see(&mut self, node: Node<'_>) {
        match node {
            Node::Open(tag) => {
                let name = tag.name();
                if self.skipped > 0
                    || matches!(name.as_str(), "Fallback" | "pPrChange" | "rPrChange" | "tblPrChange")
                {
                    // The fallback of an alternative repeats its choice; a change of format holds the old format.
                    self.skipped += 1;
                } else {
                    self.open_tag(&name, &tag);
                }
            }
            Node::Close(_) if self.skipped > 0 => self.skipped -= 1,
            Node::Close(name) => self.close_tag(name),
            Node::Text(text) => {
                if self.in_text && self.skipped == 0 {
                    self.push(text);
                }
            }
        }
    }

    fn place(&self) -> Place {
        match self.tables.last() {
            Some(table) => Place::Cell {
                table: table.number,
                row: table.grid.position().0,
                column: table.grid.position().1,
            },
            None => Place::Paragraph(self.paragraphs),
        }
    }

    fn push(&mut self, text: &str) {
        if self.deleted > 0 || self.hidden_run {
            if self.hidden_run && self.deleted == 0 && !text.trim().is_empty() {
                let place = self.place();
                self.hidden.push(place);
            }
            return;
        }
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm per element of the format")]
    fn open_tag(&mut self, name: &str, tag: &Tag<'_>) {
        match name {
            "p" => {
                self.paragraphs += 1;
                self.open.push(OpenParagraph { number: self.paragraphs, ..OpenParagraph::default() });
            }
            "pStyle" => {
                let style = tag.attribute("val").unwrap_or_default();
                self.role(self.headings.get(&style).copied().map(Role::Heading));
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.list = self.numbered.get(&style).cloned();
                }
            }
            "outlineLvl" => {
                let level =
                    tag.number("val").filter(|level| *level < 9).map(|level| Role::Heading(level as u8 + 1));
                self.role(level);
            }
            "numPr" => {
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.list = Some((String::new(), 0));
                }
            }
            "ilvl" | "numId" => {
                let list = self.open.last_mut().and_then(|paragraph| paragraph.list.as_mut());
                match list {
                    Some(list) if name == "ilvl" => list.1 = tag.number("val").unwrap_or(0),
                    Some(list) => list.0 = tag.attribute("val").unwrap_or_default(),
                    None => {}
                }
            }
            "rPr" => self.in_run_properties = true,
            "trPr" => self.in_row_properties = true,
            "r" => self.hidden_run = false,
            "vanish" | "webHidden" if self.in_run_properties && !self.open.is_empty() => {
                self.hidden_run =
                    name == "vanish" && !matches!(tag.attribute("val").as_deref(), Some("0" | "false"));
            }
            "t" => self.in_text = true,
            "tab" if !self.in_run_properties && !self.open.is_empty() => self.push("\t"),
            "br" | "cr" if !self.open.is_empty() => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                let code = tag.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
                if let Some(character) = code.and_then(char::from_u32) {
                    self.push(&character.to_string());
                }
            }
            "del" | "moveFrom" if !self.in_run_properties && !self.in_row_properties => {
                self.deleted += 1;
                let place = self.place();
                self.deletions.push(place);
            }
            "ins" | "moveTo" if !self.in_run_properties && !self.in_row_properties => {
                let place = self.place();
                self.insertions.push(place);
            }
            "hyperlink" => {
                let target = tag.attribute("id").and_then(|id| self.relations.get(&id));
                let target = target.filter(|(_, external)| *external).map(|(target, _)| target.clone());
                if let (Some(target), Some(paragraph)) = (target, self.open.last_mut()) {
                    paragraph.link = Some((paragraph.text.len(), target));
                }
            }
            "footnoteReference" | "endnoteReference" => {
                if let Some(id) = tag.attribute("id") {
                    self.notes.push(format!("{}{id}", &name[..1]));
                }
            }
            "blip" | "imagedata" => self.image(tag),
            "OLEObject" | "altChunk" => {
                let place = self.place();
                self.embedded.push(place);
            }
            "tbl" => {
                self.table_count += 1;
                self.tables.push(TableFrame { number: self.table_count, ..TableFrame::default() });
            }
            "tr" | "gridBefore" | "tc" | "gridSpan" | "vMerge" | "hMerge" => self.table_tag(name, tag),
            _ => {}
        }
    }

    fn table_tag(&mut self, name: &str, tag: &Tag<'_>) {
        let Some(table) = self.tables.last_mut() else { return };
        match name {
            "tr" => table.grid.row(),
            "gridBefore" => table.grid.skip(tag.number("val").unwrap_or(0)),
            "tc" => {
                table.text.clear();
                table.columns = 1;
                table.merge = Merge::None;
                table.across = Merge::None;
            }
            "gridSpan" => table.columns = tag.number("val").unwrap_or(1),
            _ => {
                let merge = match tag.attribute("val").as_deref() {
                    Some("restart") => Merge::Begin,
                    _ => Merge::Continue,
                };
                *(if name == "vMerge" { &mut table.merge } else { &mut table.across }) = merge;
            }
        }
    }

    fn close_tag(&mut self, name: &str) {
        match name {
            "p" => self.close_paragraph(),
            "t" => self.in_text = false,
            "rPr" => self.in_run_properties = false,
            "trPr" => self.in_row_properties = false,
            "r" => self.hidden_run = false,
            "del" | "moveFrom" => self.deleted = self.deleted.saturating_sub(1),
            "hyperlink" => {
                if let Some(paragraph) = self.open.last_mut()
                    && let Some((start, target)) = paragraph.link.take()
                {
                    let end = paragraph.text.len();
                    if start < end {
                        paragraph.marks.push(Mark { start, end, target: Some(target) });
                    }
                }
            }
            "tc" => self.close_cell(),
            "tbl" => self.close_table(),
            _ => {}
        }
    }

    fn role(&mut self, role: Option<Role>) {
        if let (Some(role), Some(paragraph)) = (role, self.open.last_mut()) {
            paragraph.role = Some(role);
        }
    }

    fn image(&mut self, tag: &Tag<'_>) {
        let id = tag.attribute("embed").or_else(|| tag.attribute("link")).or_else(|| tag.attribute("id"));
        match id.and_then(|id| self.relations.get(&id)) {
            Some((target, false)) => {
                let number =
                    self.pictures.iter().position(|picture| picture == target).unwrap_or_else(|| {
                        self.pictures.push(target.clone());
                        self.pictures.len() - 1
                    });
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.images.push(number);
                }
            }
            Some((target, true)) => self.linked.push(target.clone()),
            None => {}
        }
    }

    fn close_paragraph(&mut self) {
        let Some(mut paragraph) = self.open.pop() else { return };
        self.number(&mut paragraph);
        let place = Place::Paragraph(paragraph.number);
        let images = paragraph.images.iter().map(|number| Block::Image(*number, place));
        if let Some(table) = self.tables.last_mut() {
            table.after.extend(images);
            if !table.text.is_empty() {
                table.text.push('\n');
            }
            table.text.push_str(paragraph.text.trim());
            return;
        }
        // A text box closes inside the paragraph that carries it, so that it comes first.
        if !paragraph.text.trim().is_empty() {
            let role = paragraph.role.unwrap_or(Role::Body);
            // Where a heading goes on in another line is a matter of looks.
            let text = match role {
                Role::Heading(_) if paragraph.marks.is_empty() => one_line(&paragraph.text),
                _ => paragraph.text,
            };
            self.blocks.push(Block::Paragraph(Paragraph { text, marks: paragraph.marks, role, place }));
        }
        self.blocks.extend(images);
    }

    /// Writes the automatic number before a paragraph; one without is an entry of a list. In a table a number could be
    /// taken for a figure.
    fn number(&mut self, paragraph: &mut OpenParagraph) {
        let Some((list, level)) = paragraph.list.take().filter(|(list, _)| list != "0") else { return };
        if !self.tables.is_empty() || paragraph.text.trim().is_empty() {
            return;
        }
        match self.numbering.next(&list, level) {
            Some(number) => {
                for mark in &mut paragraph.marks {
                    mark.start += number.len();
                    mark.end += number.len();
                }
                paragraph.text.insert_str(0, &number);
            }
            None if paragraph.role.is_none() => paragraph.role = Some(Role::Item),
            None => {}
        }
    }

    fn close_cell(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let text = std::mem::take(&mut table.text);
        let number = table.number;
        let text = text.trim().to_owned();
        if table.across == Merge::Continue && text.is_empty() {
            table.grid.widen(table.columns);
            return;
        }
        if table.merge == Merge::Continue && table.grid.continue_above(table.columns) {
            return;
        }
        let place = |row, column| Place::Cell { table: number, row, column };
        table.grid.cell(text, (1, table.columns), None, place);
    }

    fn close_table(&mut self) {
        let Some(table) = self.tables.pop() else { return };
        if table.grid.is_cut() {
            self.cuts.push(Place::Cell { table: table.number, row: 1, column: 1 });
        }
        let grid = table.grid.finish(None);
        // A table of one cell in a cell is a frame around its text.
        if let (Some(outer), [row]) = (self.tables.last_mut(), &grid.rows[..])
            && let [cell] = &row[..]
        {
            if !outer.text.is_empty() && !cell.text.is_empty() {
                outer.text.push('\n');
            }
            outer.text.push_str(&cell.text);
            outer.after.extend(table.after);
            return;
        }
        let mut blocks = vec![Block::Grid(grid)];
        blocks.extend(table.after);
        match self.tables.last_mut() {
            Some(outer) => outer.after.extend(blocks),
            None => self.blocks.extend(blocks),
        }
    }

    /// What was read, the parts of its pictures, and the ids of its footnotes.
    pub(super) fn finish(self) -> (Original, Vec<String>, Vec<String>) {
        let mut remarks = Vec::new();
        let mut note = |places: &[Place], make: fn(usize, Place) -> Remark| {
            if let Some(first) = places.first() {
                remarks.push(make(places.len(), *first));
            }
        };
        note(&self.deletions, Remark::Deletions);
        note(&self.insertions, Remark::Insertions);
        note(&self.hidden, Remark::Hidden);
        note(&self.embedded, Remark::Embedded);
        remarks.extend(self.linked.into_iter().map(Remark::LinkedImage));
        remarks.extend(self.cuts.into_iter().map(Remark::Cut));
        (Original { blocks: self.blocks, remarks, ..Original::default() }, self.pictures, self.notes)
    }
}

/// Lines as one: with a space between words, without one between Chinese characters.
fn one_line(text: &str) -> String {
    let mut lines = text.split('\n').map(str::trim).filter(|line| !line.is_empty());
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        if out.ends_with(|c: char| c.is_ascii()) && line.starts_with(|c: char| c.is_ascii()) {
            out.push(' ');
        }
        out.push_str(line);
    }
    out
}
