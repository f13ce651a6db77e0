//! Our own workbooks coming back: their dictionary says where every figure stands, so that nothing has to be told by
//! labels. The labels are still compared: in a workbook whose rows were moved, the dictionary is not believed.

use crate::form::Address;
use crate::import::block::{Block, Original, Paragraph, Place, Role, TextCell, TextGrid};

use super::cells::{Cells, cell_name};

/// A visible sheet of a workbook.
pub(super) struct Leaf {
    /// Its name.
    pub name: String,
    /// Its number, from 1.
    pub number: u32,
    /// What is on it.
    pub cells: Cells,
}

/// A line of the dictionary.
struct Entry<'l> {
    /// The address of a figure, or `#` and the id of a section.
    address: &'l str,
    leaf: &'l Leaf,
    at: (usize, usize),
    /// What stands before it, and above it.
    labels: [&'l str; 2],
}

/// What the workbook says of itself, as the dictionary calls it and as facts are called.
const FACTS: [(&str, &str); 5] = [
    ("agency", "gongkai-agency"),
    ("year", "gongkai-year"),
    ("form", "form"),
    ("title", "gongkai-title"),
    ("published", "gongkai-published"),
];

/// Reads a workbook by its dictionary, if it has one that can be believed. One that cannot is taken away: it would
/// only be in the way of reading by labels.
pub(super) fn read(leaves: &mut Vec<Leaf>) -> Option<Original> {
    let is_figure = |entry: &Entry<'_>| !entry.address.starts_with('#');
    let at = leaves.iter().position(|leaf| entries(leaf, leaves).iter().any(is_figure))?;
    let entries = entries(&leaves[at], leaves);
    if entries.iter().all(Entry::is_in_place) {
        return Some(original(&leaves[at], &entries));
    }
    leaves.remove(at);
    None
}

fn original(dictionary: &Leaf, entries: &[Entry<'_>]) -> Original {
    let mut original = Original { facts: facts(dictionary), ..Original::default() };
    let is_template = value_of(dictionary, "gongkai") == Some("template");
    for entry in entries.iter().filter(|entry| entry.address.starts_with('#')) {
        original.blocks.extend(entry.passage());
    }
    let mut grid = TextGrid { width: 2, ..TextGrid::default() };
    for entry in entries.iter().filter(|entry| !entry.address.starts_with('#')) {
        // The sums of a workbook that was filled in are worked out again: nobody wrote them, and what a program
        // remembers of a formula may be older than its parts.
        let is_derived = is_template && entry.leaf.cells.is_formula(entry.at);
        let text = if is_derived { "" } else { entry.text() };
        let row = grid.rows.len();
        grid.rows.push(vec![TextCell {
            text: text.to_owned(),
            row,
            column: 0,
            rows: 1,
            columns: 2,
            address: Some(entry.address.to_owned()),
            place: entry.place(),
        }]);
    }
    original.blocks.push(Block::Grid(grid));
    original
}

/// The lines of a sheet that are lines of a dictionary.
fn entries<'l>(dictionary: &'l Leaf, leaves: &'l [Leaf]) -> Vec<Entry<'l>> {
    let cells = &dictionary.cells;
    let entry = |row: usize| {
        let address = cells.get((row, 1));
        let is_address = address.starts_with('#') || address.parse::<Address>().is_ok();
        let leaf = leaves.iter().find(|leaf| leaf.name == cells.get((row, 2)))?;
        let at = cell_name(cells.get((row, 3)))?;
        let labels = [cells.get((row, 4)), cells.get((row, 5))];
        is_address.then_some(Entry { address, leaf, at, labels })
    };
    (1..=cells.last_row()).filter_map(entry).collect()
}

/// What stands behind a word in the dictionary.
fn value_of<'l>(dictionary: &'l Leaf, word: &str) -> Option<&'l str> {
    let cells = &dictionary.cells;
    let row = (1..=cells.last_row()).find(|row| cells.get((*row, 1)) == word)?;
    Some(cells.get((row, 2))).filter(|value| !value.is_empty())
}

fn facts(dictionary: &Leaf) -> Vec<(String, String)> {
    let is_template = value_of(dictionary, "gongkai") == Some("template");
    let wanted = FACTS.iter().filter(|(word, _)| !is_template || *word != "title");
    let mut facts: Vec<(String, String)> = wanted
        .filter_map(|(word, fact)| Some(((*fact).to_owned(), value_of(dictionary, word)?.to_owned())))
        .collect();
    let cells = &dictionary.cells;
    let row = (1..=cells.last_row()).find(|row| cells.get((*row, 1)) == "agency");
    facts.extend(row.map(|row| ("gongkai-name".to_owned(), cells.get((row, 4)).to_owned())));
    facts
}

impl<'l> Entry<'l> {
    fn text(&self) -> &'l str {
        self.leaf.cells.get(self.at)
    }

    fn place(&self) -> Place {
        Place::SheetCell { sheet: self.leaf.number, row: self.at.0 as u32, column: self.at.1 as u32 }
    }

    /// Whether its labels stand where they did when the dictionary was written.
    fn is_in_place(&self) -> bool {
        let (cells, (row, column)) = (&self.leaf.cells, self.at);
        let same = |at, label: &str| {
            let words = |text: &'_ str| text.split_whitespace().collect::<String>();
            words(cells.get(at)) == words(label)
        };
        let [before, above] = self.labels;
        let before = before.is_empty() || (1..column).any(|column| same((row, column), before));
        before && (above.is_empty() || (1..row).any(|row| same((row, column), above)))
    }

    /// A section: its heading, and each line of its text as a paragraph.
    fn passage(&self) -> impl Iterator<Item = Block> + 'l {
        let place = self.place();
        let paragraph = move |text: &str, role| {
            Block::Paragraph(Paragraph { text: text.to_owned(), marks: Vec::new(), role, place })
        };
        let lines = self.text().lines().map(|line| line.trim_end_matches("_x000D_").trim());
        let lines = lines.filter(|line| !line.is_empty());
        std::iter::once(paragraph(self.labels[0], Role::Section))
            .chain(lines.map(move |line| paragraph(line, Role::Body)))
    }
}
