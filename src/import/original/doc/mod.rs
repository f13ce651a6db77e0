//! Legacy Word files (.doc, and .wps, which is the same inside) to blocks. The text lies in pieces; which
//! paragraphs are cells and where rows end, and where the edges of cells stand, lies in tables of properties beside.
//! Text marked as deleted or hidden is left out and told.

mod ole;

use crate::import::block::{Block, Original, Paragraph, Place, Remark, Role, TextCell, TextGrid};
use crate::import::limits::{self, Refusal};

use ole::{Ole, u16_at, u32_at};

/// Characters of a document at most.
const CHARACTERS: usize = 4 << 20;

/// Reads a legacy Word file.
pub(super) fn read(bytes: &[u8]) -> Result<Original, Refusal> {
    let ole = Ole::open(bytes)?;
    let Some(main) = ole.stream("WordDocument") else {
        return Err(
            match ["Workbook", "Book", "PowerPoint Document"].iter().position(|name| ole.has(name)) {
                Some(0 | 1) => Refusal::Convert("xls"),
                Some(_) => Refusal::Convert("ppt"),
                None if ole.has("EncryptedPackage") => Refusal::Encrypted,
                None => Refusal::Unknown,
            },
        );
    };
    let flags = u16_at(&main, 0x0a);
    match u16_at(&main, 0) {
        0xa5ec if flags & 0x0100 != 0 => return Err(Refusal::Encrypted),
        0xa5ec => {}
        // Word 6 and 95.
        0xa5dc => return Err(Refusal::Convert("doc (Word 95)")),
        _ => return Err(Refusal::Damaged),
    }
    let table = ole.stream(if flags & 0x0200 != 0 { "1Table" } else { "0Table" }).ok_or(Refusal::Damaged)?;
    let characters = characters(&main, &table).ok_or(Refusal::Damaged)?;
    let data = ole.stream("Data").unwrap_or_default();
    let paragraphs =
        properties(&main, &table, 0x102, &|page, runs, run| paragraph_property(page, runs, run, &data));
    let runs = properties(&main, &table, 0xfa, &run_property);
    Ok(Reader { paragraphs, runs, ..Reader::default() }.read(&characters, u32_at(&main, 0x4c) as usize))
}

/// A character with the place of its bytes, by which its properties are found.
struct Character {
    text: char,
    offset: u32,
}

/// All characters: the main text, then the footnotes.
fn characters(main: &[u8], table: &[u8]) -> Option<Vec<Character>> {
    let (start, length) = (u32_at(main, 0x1a2) as usize, u32_at(main, 0x1a6) as usize);
    let clx = table.get(start..start.checked_add(length)?)?;
    let mut at = 0;
    while clx.get(at) == Some(&1) {
        at += 3 + usize::from(u16_at(clx, at + 1));
    }
    if clx.get(at) != Some(&2) {
        return None;
    }
    let pieces = clx.get(at + 5..)?;
    let length = (u32_at(clx, at + 1) as usize).min(pieces.len());
    let count = length.checked_sub(4)? / 12;
    let wanted = (u32_at(main, 0x4c) as usize).saturating_add(u32_at(main, 0x50) as usize);
    let mut characters = Vec::new();
    for piece in 0..count {
        let (from, to) = (u32_at(pieces, piece * 4) as usize, u32_at(pieces, piece * 4 + 4) as usize);
        let place = u32_at(pieces, (count + 1) * 4 + piece * 8 + 2);
        let narrow = place & 0x4000_0000 != 0;
        let offset = if narrow { (place & 0x3fff_ffff) / 2 } else { place & 0x3fff_ffff };
        let length = to.saturating_sub(from).min(CHARACTERS);
        for number in 0..length as u32 {
            let offset = offset.saturating_add(if narrow { number } else { number * 2 });
            let at = offset as usize;
            let text = if narrow {
                let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(main.get(at..at + 1)?);
                text.chars().next().unwrap_or(' ')
            } else {
                char::from_u32(u32::from(u16_at(main.get(at..)?, 0))).unwrap_or('\u{fffd}')
            };
            characters.push(Character { text, offset });
            if characters.len() >= wanted.min(CHARACTERS) {
                return Some(characters);
            }
        }
    }
    Some(characters)
}

/// Properties by ranges of bytes of the text.
type Ranges<T> = Vec<(u32, u32, T)>;

/// Reads one run of a page: the page, how many runs it has, and which.
type Reads<'a, T> = &'a dyn Fn(&[u8], usize, usize) -> Option<T>;

/// Reads the pages of properties that a list in the head points at.
fn properties<T>(main: &[u8], table: &[u8], head: usize, read: Reads<'_, T>) -> Ranges<T> {
    let (start, length) = (u32_at(main, head) as usize, u32_at(main, head + 4) as usize);
    let Some(list) = table.get(start..start.saturating_add(length).min(table.len())) else {
        return Vec::new();
    };
    let count = list.len().saturating_sub(4) / 8;
    let mut ranges = Vec::new();
    for page in 0..count {
        let number = u32_at(list, (count + 1) * 4 + page * 4) & 0x003f_ffff;
        let Some(page) = main.get(number as usize * 512..(number as usize + 1) * 512) else { continue };
        let runs = usize::from(page[511]);
        for run in 0..runs {
            let range = (u32_at(page, run * 4), u32_at(page, run * 4 + 4));
            if let Some(property) = read(page, runs, run) {
                ranges.push((range.0, range.1, property));
            }
        }
    }
    ranges.sort_by_key(|range| range.0);
    ranges
}

fn find<T>(ranges: &Ranges<T>, offset: u32) -> Option<&T> {
    let after = ranges.partition_point(|range| range.0 <= offset);
    ranges.get(after.checked_sub(1)?).filter(|range| offset < range.1).map(|range| &range.2)
}

/// What is said of a paragraph.
#[derive(Clone, Default)]
struct ParagraphProperty {
    in_table: bool,
    row_end: bool,
    depth: u32,
    level: Option<u8>,
    row: Option<RowShape>,
}

/// The edges of a row's cells, and how they merge.
#[derive(Clone, Default)]
struct RowShape {
    edges: Vec<i16>,
    /// For each cell: whether it goes on with the one to the left, and with the one above.
    merges: Vec<(bool, bool)>,
}

fn paragraph_property(page: &[u8], runs: usize, run: usize, data: &[u8]) -> Option<ParagraphProperty> {
    let at = usize::from(*page.get((runs + 1) * 4 + run * 13)?) * 2;
    if at == 0 {
        return Some(ParagraphProperty::default());
    }
    let words = usize::from(*page.get(at)?);
    let (start, length) =
        if words > 0 { (at + 1, words * 2 - 1) } else { (at + 2, usize::from(*page.get(at + 1)?) * 2) };
    let mut property = ParagraphProperty::default();
    apply(page.get(start + 2..(start + length).min(511))?, data, &mut property);
    Some(property)
}

/// Applies the modifiers of a list to a paragraph. Lists too long for a page lie in a stream of their own.
fn apply(list: &[u8], data: &[u8], property: &mut ParagraphProperty) {
    for (code, operand) in modifiers(list) {
        let on = operand.first().is_some_and(|byte| *byte != 0);
        match code {
            0x2416 => property.in_table = on,
            0x2417 | 0x244c => property.row_end |= on,
            0x6649 => property.depth = u32_at(operand, 0),
            0x2640 => property.level = operand.first().copied().filter(|level| *level < 9),
            0xd608 => property.row = Some(row_shape(operand)),
            0xd62b => {
                // A merge said apart from the definition of the row.
                if let (Some(row), [_, cell, flags, ..]) = (&mut property.row, operand)
                    && let Some(merge) = row.merges.get_mut(usize::from(*cell))
                {
                    merge.1 = *flags == 1;
                }
            }
            0x6645 | 0x6646 if !data.is_empty() => {
                let start = u32_at(operand, 0) as usize;
                let length = usize::from(u16_at(data, start));
                let end = start.saturating_add(2).saturating_add(length).min(data.len());
                // The inner list is read without the stream, so that no list leads to itself.
                apply(data.get(start.saturating_add(2)..end).unwrap_or_default(), &[], property);
            }
            _ => {}
        }
    }
}

/// The definition of a row: its edges, and twenty bytes for each cell.
fn row_shape(operand: &[u8]) -> RowShape {
    let count = usize::from(operand.get(2).copied().unwrap_or(0)).min(limits::COLUMNS);
    let edges: Vec<i16> = (0..=count).map(|at| u16_at(operand, 3 + at * 2) as i16).collect();
    let cells = 3 + (count + 1) * 2;
    let merges = (0..count).map(|at| {
        let flags = u16_at(operand, cells + at * 20);
        (flags & 3 == 1 || flags & 3 == 2, flags >> 5 & 3 == 1)
    });
    RowShape { merges: merges.collect(), edges }
}

/// Hidden and deleted text.
fn run_property(page: &[u8], runs: usize, run: usize) -> Option<(bool, bool)> {
    let at = usize::from(*page.get((runs + 1) * 4 + run)?) * 2;
    if at == 0 {
        return None;
    }
    let length = usize::from(*page.get(at)?);
    let (mut deleted, mut hidden) = (false, false);
    for (code, operand) in modifiers(page.get(at + 1..(at + 1 + length).min(511))?) {
        let on = operand.first().is_some_and(|byte| *byte == 1);
        match code {
            0x0800 => deleted = on,
            0x083c => hidden = on,
            _ => {}
        }
    }
    (deleted || hidden).then_some((deleted, hidden))
}

/// The property modifiers of a list: code and operand. The operand of a variable one begins with its length.
fn modifiers(list: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at + 2 >= list.len() {
            return None;
        }
        let code = u16_at(list, at);
        let rest = &list[at + 2..];
        let length = match code >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            3 => 4,
            7 => 3,
            _ if code == 0xd608 => usize::from(u16_at(rest, 0)) + 1,
            _ => usize::from(*rest.first()?) + 1,
        };
        let operand = rest.get(..length.min(rest.len()))?;
        at += 2 + length;
        Some((code, operand))
    })
}

/// A table being gathered: rows of cell texts with the shape of each row.
type OpenRows = Vec<(Vec<String>, RowShape)>;

#[derive(Default)]
struct Reader {
    paragraphs: Ranges<ParagraphProperty>,
    runs: Ranges<(bool, bool)>,
    blocks: Vec<Block>,
    rows: OpenRows,
    cells: Vec<String>,
    text: String,
    number: u32,
    tables: u32,
    pictures: usize,
    deleted: usize,
    hidden: usize,
    /// How deep in fields, and in how many of them the code is still being read.
    fields: Vec<bool>,
}

impl Reader {
    fn read(mut self, characters: &[Character], main: usize) -> Original {
        for (at, character) in characters.iter().enumerate() {
            self.character(character, at >= main);
        }
        self.paragraph(&ParagraphProperty::default(), false);
        self.close_table();
        let mut remarks = Vec::new();
        let place = Place::Paragraph(1);
        for (count, make) in [
            (self.deleted, Remark::Deletions as fn(usize, Place) -> Remark),
            (self.hidden, Remark::Hidden),
            (self.pictures, Remark::Embedded),
        ] {
            if count > 0 {
                remarks.push(make(count, place));
            }
        }
        Original { blocks: self.blocks, remarks, ..Original::default() }
    }

    fn character(&mut self, character: &Character, note: bool) {
        match character.text {
            '\u{13}' => self.fields.push(true),
            '\u{14}' => {
                if let Some(code) = self.fields.last_mut() {
                    *code = false;
                }
            }
            '\u{15}' => {
                self.fields.pop();
            }
            '\r' | '\u{7}' | '\u{c}' => {
                let property = find(&self.paragraphs, character.offset).cloned().unwrap_or_default();
                if character.text == '\u{7}' {
                    self.cell_mark(&property);
                } else {
                    self.paragraph(&property, note);
                }
            }
            _ if self.fields.contains(&true) => {}
            '\u{b}' => self.text.push('\n'),
            '\u{1}' | '\u{8}' => self.pictures += 1,
            '\u{1e}' => self.text.push('-'),
            text if text.is_control() && text != '\t' => {}
            text => match find(&self.runs, character.offset) {
                Some((true, _)) => self.deleted += 1,
                Some((_, true)) => self.hidden += 1,
                _ => self.text.push(text),
            },
        }
    }

    fn paragraph(&mut self, property: &ParagraphProperty, note: bool) {
        self.number += 1;
        if property.in_table || property.depth > 1 {
            // A paragraph inside a cell.
            self.text.push('\n');
            return;
        }
        self.close_table();
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return;
        }
        let role = match property.level {
            _ if note => Role::Footnote,
            Some(level) => Role::Heading(level + 1),
            None => Role::Body,
        };
        let place = Place::Paragraph(self.number);
        self.blocks.push(Block::Paragraph(Paragraph {
            text: text.trim().to_owned(),
            marks: Vec::new(),
            role,
            place,
        }));
    }

    fn cell_mark(&mut self, property: &ParagraphProperty) {
        if property.row_end {
            let cells = std::mem::take(&mut self.cells);
            self.text.clear();
            if self.rows.len() < limits::ROWS {
                self.rows.push((cells, property.row.clone().unwrap_or_default()));
            }
        } else {
            let text = std::mem::take(&mut self.text);
            let lines = text.split('\n').map(str::trim).filter(|line| !line.is_empty());
            self.cells.push(lines.collect::<Vec<_>>().join("\n"));
        }
    }

    /// Lays the rows gathered on a grid whose columns are all edges that occur.
    fn close_table(&mut self) {
        if !self.cells.is_empty() {
            let cells = std::mem::take(&mut self.cells);
            self.rows.push((cells, RowShape::default()));
        }
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return;
        }
        self.tables += 1;
        let mut edges: Vec<i16> = rows.iter().flat_map(|(_, shape)| shape.edges.iter().copied()).collect();
        edges.sort_unstable();
        edges.dedup_by(|next, kept| next.saturating_sub(*kept) < 20);
        let mut grid = TextGrid { rows: Vec::new(), width: edges.len().saturating_sub(1), caption: None };
        for (number, (texts, shape)) in rows.into_iter().enumerate() {
            let row = lay_row(number, texts, &shape, &edges, self.tables, &mut grid);
            grid.width = row.iter().map(|cell| cell.column + cell.columns).max().unwrap_or(0).max(grid.width);
            grid.rows.push(row);
        }
        self.blocks.push(Block::Grid(grid));
    }
}

fn lay_row(
    number: usize,
    texts: Vec<String>,
    shape: &RowShape,
    edges: &[i16],
    table: u32,
    grid: &mut TextGrid,
) -> Vec<TextCell> {
    let nearest = |edge: i16| {
        (0..edges.len()).min_by_key(|at| i32::from(edges[*at]).abs_diff(i32::from(edge))).unwrap_or(0)
    };
    let mut row: Vec<TextCell> = Vec::new();
    let shaped = shape.edges.len() > texts.len();
    for (at, text) in texts.into_iter().enumerate().take(limits::COLUMNS) {
        let (column, end) =
            if shaped { (nearest(shape.edges[at]), nearest(shape.edges[at + 1])) } else { (at, at + 1) };
        let columns = end.saturating_sub(column).max(1);
        let (left, above) = shape.merges.get(at).copied().unwrap_or_default();
        if left
            && text.is_empty()
            && shape.merges.get(at.wrapping_sub(1)).is_some_and(|merge| merge.0 || at > 0)
            && let Some(before) = row.last_mut()
        {
            before.columns += columns;
            continue;
        }
        if above {
            let over = grid.rows.iter_mut().rev().find_map(|cells| {
                cells.iter_mut().find(|cell| cell.column == column && cell.row + cell.rows == number)
            });
            if let Some(over) = over {
                over.rows += 1;
                continue;
            }
        }
        let place = Place::Cell { table, row: number as u32 + 1, column: column as u32 + 1 };
        row.push(TextCell { text, row: number, column, rows: 1, columns, address: None, place });
    }
    row
}
