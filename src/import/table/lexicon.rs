//! The words of a form, made ready to be recognised: for each line of each table the keys of its label in every
//! language and spelling, with and without what stands in brackets.

use crate::form::{Axis, Form, Table};
use crate::import::label::{bare_key, distance, forgiven, key};
use crate::language::Localised;

/// The words of a form.
#[derive(Clone, Debug)]
pub(in crate::import) struct Lexicon {
    /// Its tables in order.
    pub(super) tables: Vec<TableWords>,
}

/// The words of a table.
#[derive(Clone, Debug)]
pub(super) struct TableWords {
    /// Its rows that hold cells: the keys of their labels.
    pub rows: Vec<Vec<String>>,
    /// All its row lines, headings too.
    pub row_lines: Vec<Vec<String>>,
    /// All its column lines, headings too.
    pub columns: Vec<Vec<String>>,
    /// For each column line the keys of the way to it: its label behind those of the headings over it.
    pub paths: Vec<Vec<String>>,
    /// Those of its column lines that are headings.
    pub headings: Vec<usize>,
    /// Its caption, heading, corner and note.
    pub furniture: Vec<String>,
    /// Whether its rows are those of the form; open tables are not laid by labels.
    pub fixed: bool,
    /// How many of its column lines hold cells.
    pub leaves: usize,
    /// Whether rows are labelled at all.
    pub stub: bool,
}

impl Lexicon {
    /// The words of a form.
    pub(in crate::import) fn new(form: &Form) -> Self {
        Self { tables: form.tables.iter().map(|table| TableWords::new(table)).collect() }
    }

    /// Whether a key is a word of the form, or a part of one, or one with a slip.
    pub(super) fn knows(&self, text: &str) -> bool {
        let (whole, bare) = (key(text), bare_key(text));
        let words = || self.tables.iter().flat_map(TableWords::words);
        let part = |key: &String| !key.is_empty() && words().any(|word| word.contains(key.as_str()));
        let slip = |key: &String| !key.is_empty() && words().any(|word| near(key, word));
        [&whole, &bare].into_iter().any(part) || [&whole, &bare].into_iter().any(slip)
    }

    /// Whether a word has nothing to do with the form. A single character is part of some label or other.
    pub(super) fn is_strange(&self, text: &str) -> bool {
        text.chars().nth(1).is_none() || !self.knows(text)
    }

    /// Whether a text holds a label of a row with digits for all columns right behind it, as programs write that lose
    /// what stands between cells.
    pub(super) fn is_glued(&self, text: &str) -> bool {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        if !text.as_bytes().windows(3).any(|bytes| bytes.iter().all(u8::is_ascii_digit)) {
            return false;
        }
        let key = key(text);
        self.tables.iter().filter(|words| words.fixed && words.stub).any(|words| {
            let width = words.leaves.max(3);
            let labels = words.rows.iter().flatten().filter(|label| label.chars().count() >= 2);
            labels
                .flat_map(|label| key.match_indices(label.as_str()))
                .any(|(at, label)| digits(&key[at + label.len()..]) >= width)
        })
    }

    /// Whether a label holds that of a row, as one does that says which rows are above it.
    pub(super) fn holds_row(&self, key: &str) -> bool {
        const SURE: usize = 3;
        let lines = self.tables.iter().flat_map(|words| &words.row_lines).flatten();
        lines.filter(|line| line.chars().count() >= SURE).any(|line| key.contains(line.as_str()))
    }

    /// How many of the longer labels of the form are met in the keys of a document.
    pub(super) fn met(&self, keys: &str) -> usize {
        const SURE: usize = 4;
        let lines = self.tables.iter().flat_map(|words| words.row_lines.iter().chain(&words.columns));
        let met = |label: &String| label.chars().count() >= SURE && keys.contains(label.as_str());
        lines.filter(|labels| labels.iter().any(met)).count()
    }

    /// The number of the table with a row that a key names, alone or behind other words of the form.
    pub(super) fn table_of_row(&self, key: &str) -> Option<usize> {
        const SURE: usize = 4;
        let behind = |label: &String| {
            label.chars().count() >= SURE
                && key.strip_suffix(label.as_str()).is_some_and(|before| !self.is_strange(before))
        };
        let is_row = |label: &String| label == key || behind(label);
        let has_row = |words: &TableWords| words.rows.iter().flatten().any(is_row);
        self.tables.iter().position(|words| words.fixed && words.stub && has_row(words))
    }

    /// Whether a label names a row of a table.
    pub(super) fn names_row(&self, key: &str) -> bool {
        self.tables.iter().any(|table| table.fixed && table.rows.iter().flatten().any(|word| word == key))
    }
}

impl TableWords {
    /// Whether a key is the label of a column, or of several.
    pub(super) fn names_column(&self, key: &str) -> bool {
        self.columns.iter().flatten().any(|word| word == key)
    }

    fn new(table: &Table) -> Self {
        let rows = lines(&table.rows);
        let furniture =
            [Some(&table.title), table.heading.as_ref(), table.corner.as_ref(), table.note.as_ref()];
        let mut furniture: Vec<String> =
            furniture.into_iter().flatten().flat_map(|text| keys(text, &[])).collect();
        furniture.sort_unstable();
        furniture.dedup();
        let columns = lines(&table.columns);
        Self {
            paths: paths(table, &columns),
            rows: table.rows.leaves.iter().map(|line| rows[*line].clone()).collect(),
            row_lines: rows,
            columns,
            headings: (0..table.columns.lines.len())
                .filter(|at| table.columns.lines[*at].leaf.is_none())
                .collect(),
            furniture,
            leaves: table.columns.leaves.len(),
            fixed: table.open.is_none(),
            stub: table.stub,
        }
    }

    /// All words of the table.
    pub(super) fn words(&self) -> impl Iterator<Item = &String> {
        self.row_lines.iter().chain(&self.columns).flatten().chain(&self.furniture)
    }

    /// Whether a key is a part of what stands around the columns of the table.
    pub(super) fn is_furniture(&self, key: &str) -> bool {
        self.furniture.iter().any(|word| word.contains(key) || near(key, word))
    }

    /// Whether a key is a word, a part of one, or one with a slip.
    pub(super) fn knows(&self, key: &str) -> bool {
        // Slips are dear to look for, so that they come last.
        !key.is_empty()
            && (self.words().any(|word| word.contains(key)) || self.words().any(|word| near(key, word)))
    }

    /// The column lines that a single cell names in full, with the headings over them, or by their label alone; and
    /// whether it is so exactly.
    pub(super) fn columns_named(&self, key: &str) -> (Vec<usize>, bool) {
        let (lines, exact) = self.columns_of(key);
        let paths = if exact { Vec::new() } else { among(&self.paths, &|word| word == key) };
        if paths.is_empty() { (lines, exact) } else { (paths, true) }
    }

    /// The column lines whose label this key is, and whether it is so exactly; slips count only if nothing is exact.
    pub(super) fn columns_of(&self, key: &str) -> (Vec<usize>, bool) {
        let lines = |test: &dyn Fn(&str) -> bool| among(&self.columns, test);
        let exact = lines(&|word| word == key);
        if exact.is_empty() { (lines(&|word| near(key, word)), false) } else { (exact, true) }
    }
}

/// The lines that have such a word.
fn among(lines: &[Vec<String>], test: &dyn Fn(&str) -> bool) -> Vec<usize> {
    let has = |words: &Vec<String>| words.iter().any(|word| test(word));
    lines.iter().enumerate().filter(|(_, words)| has(words)).map(|(line, _)| line).collect()
}

/// Whether a key is a word with slips that are forgiven.
pub(super) fn near(key: &str, word: &str) -> bool {
    let (a, b) = (key.chars().count(), word.chars().count());
    let allowed = forgiven(a.min(b));
    a.abs_diff(b) <= allowed && distance(key, word) <= allowed
}

fn lines(axis: &Axis) -> Vec<Vec<String>> {
    axis.lines.iter().map(|line| keys(&line.label, &line.also)).collect()
}

/// The keys of columns behind those of one or more headings over them.
fn paths(table: &Table, words: &[Vec<String>]) -> Vec<Vec<String>> {
    let top = table.heading.as_ref().map_or_else(Vec::new, |heading| keys(heading, &[]));
    let behind = |heads: &[String], ways: &[String]| -> Vec<String> {
        heads.iter().flat_map(|head| ways.iter().map(move |way| format!("{head}{way}"))).collect()
    };
    let path = |line: usize| {
        let (mut ways, mut above) = (words[line].clone(), table.columns.lines[line].parent);
        let mut all = behind(&top, &ways);
        while let Some(heading) = above {
            ways = behind(&words[heading], &ways);
            all.extend(behind(&top, &ways));
            all.extend(ways.iter().cloned());
            above = table.columns.lines[heading].parent;
        }
        all
    };
    (0..words.len()).map(path).collect()
}

fn keys(label: &Localised, also: &[String]) -> Vec<String> {
    let mut keys = Vec::new();
    for text in label.all().map(|(_, text)| text).chain(also.iter().map(String::as_str)) {
        for key in [key(text), bare_key(text)] {
            if !key.is_empty() && !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}
