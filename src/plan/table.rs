//! A table on its grid, ready to draw: labels, spans, headers, and the figures of a sheet.
//!
//! The grid of a form is the same on every page, so its view is made once and shared; a
//! report brings only its figures and their marks.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, OnceLock};

use rust_decimal::Decimal;
use serde::Serialize;

use crate::form::{Axis, Form, GridCell, Line, Table};
use crate::language::Localised;
use crate::model::{Cell, Forms, Sheet, State};

/// One cell of the layout as templates see it.
#[derive(Clone, Debug, Serialize)]
pub struct GridView {
    /// `corner`, `heading`, `column`, `row` or `cell`.
    kind: &'static str,
    /// The label; empty for a cell.
    text: String,
    /// Rows it is high.
    rows: usize,
    /// Columns it is wide.
    columns: usize,
    /// The id of a cell on the page.
    id: String,
    /// Whether it is a label right before figures.
    leaf: bool,
    /// Whether it belongs to a sum.
    sum: bool,
    /// The address of a cell.
    address: String,
}

/// A row of the body as templates see it.
#[derive(Serialize)]
struct RowView {
    /// The labels that begin in it.
    labels: Vec<GridView>,
    /// Its cells, one for each figure.
    cells: Vec<GridView>,
}

/// A table of a form, laid out in one language.
#[derive(Clone)]
pub struct Laid {
    /// The header rows, as a template value.
    pub head: tera::Value,
    /// The body rows, as a template value.
    pub body: tera::Value,
}

/// What a cell is called where figures stand in lists.
#[derive(Clone)]
pub(super) struct CellName {
    /// The id of the cell on the pages of reports.
    pub id: tera::Value,
    /// Its row and its column, as short as they are clear.
    pub label: tera::Value,
    /// The labels of its row, from the outermost in; empty where the form prints none.
    pub row: tera::Value,
    /// The labels of its column.
    pub column: tera::Value,
}

/// Something for each table, by the ids of form and table.
type ByTable<T> = BTreeMap<(Arc<str>, Arc<str>), T>;

/// The tables of all forms, laid out in one language.
#[derive(Default)]
pub struct Grids {
    language: String,
    laid: ByTable<Laid>,
    /// Worked out when they are first asked for: few pages do.
    named: ByTable<OnceLock<Arc<[CellName]>>>,
}

impl Grids {
    /// Lays out the tables of all forms.
    pub fn new(forms: &Forms, language: &str) -> Self {
        let (mut laid, mut named) = (BTreeMap::new(), BTreeMap::new());
        for form in forms.all() {
            for table in form.tables.iter().filter(|table| table.open.is_none()) {
                let id = (form.id.clone(), table.id.clone());
                laid.insert(id.clone(), lay_out(table, language));
                named.insert(id, OnceLock::new());
            }
        }
        Self { language: language.to_owned(), laid, named }
    }

    /// What the cells of a table of a form are called; of an open table, with the rows it has
    /// now.
    pub(super) fn names(&self, form: &Form, table: &Arc<Table>) -> Arc<[CellName]> {
        let known = self.named.get(&(form.id.clone(), table.id.clone()));
        let name = || name_cells(table, &self.language);
        known.map_or_else(name, |known| known.get_or_init(name).clone())
    }

    /// The layout of a table of a form; of an open table, with the rows it has now.
    pub fn get(&self, form: &Form, table: &Table) -> Laid {
        let known = self.laid.get(&(form.id.clone(), table.id.clone()));
        known.cloned().unwrap_or_else(|| lay_out(table, &self.language))
    }
}

/// A table with its figures, as templates see it. What belongs to cells is there row by row.
#[derive(Serialize)]
pub struct TableView {
    id: String,
    title: String,
    unit: Option<String>,
    note: Option<String>,
    /// How many columns the row labels take.
    stub: usize,
    /// How many columns of figures there are.
    width: usize,
    head: tera::Value,
    body: tera::Value,
    /// The figures as written.
    figures: tera::Value,
    /// What to know of each: `zero`, `blank`, `na`, `derived`, `found`; or empty.
    marks: tera::Value,
    /// The year that the figures are set against, where they are.
    against: Option<u16>,
    /// By how much each differs from that year, with its sign; empty where it does not.
    changes: tera::Value,
}

impl TableView {
    /// A table with the figures of a sheet. `found` says whether a cell has findings; without
    /// it there are no marks.
    pub fn filled(form: &Form, sheet: &Sheet, grids: &Grids, found: Option<&dyn Fn(usize) -> bool>) -> Self {
        let mut figure = |cell: usize| {
            let cell = &sheet.cells()[cell];
            match cell.state {
                State::NotApplicable => "/".into(),
                State::Text => sheet.text(cell).unwrap_or_default().into(),
                // Digits need no escaping.
                _ => match cell.count() {
                    Some(count) => tera::Value::safe_string(itoa::Buffer::new().format(count)),
                    None => tera::Value::safe_string(&cell.to_string()),
                },
            }
        };
        let mark = |found: &dyn Fn(usize) -> bool, number: usize| {
            let cell = &sheet.cells()[number];
            let mark = match cell.state {
                _ if found(number) => "found",
                State::Blank | State::Unread => "blank",
                State::NotApplicable => "na",
                State::Derived => "derived",
                State::Number if cell.is_zero() => "zero",
                State::Number | State::Text => "",
            };
            tera::Value::safe_string(mark)
        };
        let figures = by_row(&sheet.table, &mut figure);
        let marks = found.map(|found| by_row(&sheet.table, &mut |cell| mark(found, cell)));
        let blank = Self::blank(form, &sheet.table, grids);
        Self { figures, marks: marks.unwrap_or_else(none), ..blank }
    }

    /// A blank table.
    pub fn blank(form: &Form, table: &Table, grids: &Grids) -> Self {
        let language = grids.language.as_str();
        let Laid { head, body } = grids.get(form, table);
        let text =
            |text: &Option<crate::language::Localised>| text.as_ref().map(|t| t.get(language).to_owned());
        Self {
            id: table.id.to_string(),
            title: table.title.get(language).to_owned(),
            unit: text(&table.unit),
            note: text(&table.note),
            stub: table.grid.stub,
            width: table.columns.leaves.len(),
            head,
            body,
            figures: none(),
            marks: none(),
            against: None,
            changes: none(),
        }
    }

    /// Sets the figures against those of a year, if any of them can be: `changes` says by how
    /// much each cell of a table differs.
    pub fn against(self, year: u16, table: &Table, changes: &[Option<Decimal>]) -> Self {
        if changes.iter().all(Option::is_none) {
            return self;
        }
        let mut written = String::new();
        let mut change = |cell: usize| {
            written.clear();
            changes[cell].into_iter().for_each(|change| write_signed(change, &mut written));
            tera::Value::safe_string(&written)
        };
        Self { against: Some(year), changes: by_row(table, &mut change), ..self }
    }

    /// Sets the figures, for tables of totals.
    pub fn with_figures(self, table: &Table, figures: &[String]) -> Self {
        Self { figures: by_row(table, &mut |cell| figures[cell].as_str().into()), ..self }
    }
}

/// Something for each cell of a table, row by row.
fn by_row(table: &Table, of: &mut dyn FnMut(usize) -> tera::Value) -> tera::Value {
    let width = table.columns.leaves.len();
    let mut row = |row: usize| -> tera::Value {
        (0..width).map(|column| of(table.cell(row, column))).collect::<Vec<_>>().into()
    };
    (0..table.rows.leaves.len()).map(&mut row).collect::<Vec<_>>().into()
}

/// Nothing for any cell.
fn none() -> tera::Value {
    Vec::<tera::Value>::new().into()
}

/// A figure as pages show it.
pub(super) fn grouped(figure: Decimal) -> tera::Value {
    match (figure.scale(), i64::try_from(figure.mantissa())) {
        (0, Ok(count)) => in_groups(itoa::Buffer::new().format(count)),
        _ => in_groups(&figure.to_string()),
    }
}

/// The number of a cell as pages show it.
pub(super) fn grouped_cell(cell: &Cell) -> tera::Value {
    match cell.count() {
        Some(count) => in_groups(itoa::Buffer::new().format(count)),
        None => in_groups(&cell.to_string()),
    }
}

fn in_groups(number: &str) -> tera::Value {
    // Most figures have nothing to part.
    match number.len() {
        0..4 => tera::Value::safe_string(number),
        _ => tera::Value::safe_string(&thousands(number)),
    }
}

/// A number with a comma every three digits; a text that is no number stays.
pub fn thousands(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// A change with its sign; nothing where nothing changed.
pub(super) fn signed(change: Decimal) -> String {
    let mut written = String::new();
    write_signed(change, &mut written);
    written
}

fn write_signed(change: Decimal, out: &mut String) {
    let sign = match change {
        _ if change.is_zero() => return,
        _ if change.is_sign_negative() => '\u{2212}',
        _ => '+',
    };
    out.push(sign);
    // Writing to a string cannot fail. Almost all figures are counts.
    let _ = match (change.scale(), u64::try_from(change.mantissa().unsigned_abs())) {
        (0, Ok(count)) => write!(out, "{count}"),
        _ => write!(out, "{}", change.abs().normalize()),
    };
}

/// The id of a cell on a page: readable, and the same for ever. The row stands last: so it
/// meets the row that begins the address, and a host compresses both as one.
pub(super) fn cell_id(table: &Table, cell: usize) -> String {
    let (row, column) = table.crossing(cell);
    [&*table.id, &*table.columns.leaf(column).id, &*table.rows.leaf(row).id].join("-")
}

fn name_cells(table: &Arc<Table>, language: &str) -> Arc<[CellName]> {
    let sheet = Sheet::blank(table.clone(), 0..0);
    let path = |axis: &Axis, line: usize| -> tera::Value {
        let path = axis.path(line).into_iter().map(|line| axis.lines[line].label.get(language));
        path.collect::<Vec<_>>().join(" / ").into()
    };
    let name = |cell: usize| {
        let (row, column) = table.crossing(cell);
        CellName {
            id: cell_id(table, cell).into(),
            label: sheet.label_in(cell, language).into(),
            row: if table.stub { path(&table.rows, table.rows.leaves[row]) } else { "".into() },
            column: path(&table.columns, table.columns.leaves[column]),
        }
    };
    (0..table.size()).map(name).collect()
}

fn lay_out(table: &Table, language: &str) -> Laid {
    let view = |cell: &GridCell| grid_view(table, cell, language);
    let head: Vec<Vec<GridView>> = table.grid.head.iter().map(|row| row.iter().map(view).collect()).collect();
    let row = |row: &Vec<GridCell>| {
        let is_cell = |cell: &&GridCell| matches!(cell, GridCell::Cell(_));
        let (cells, labels): (Vec<_>, Vec<_>) = row.iter().partition(is_cell);
        let views = |some: Vec<&GridCell>| some.into_iter().map(view).collect();
        RowView { labels: views(labels), cells: views(cells) }
    };
    let body: Vec<RowView> = table.grid.body.iter().map(row).collect();
    Laid { head: tera::Value::from_serializable(&head), body: tera::Value::from_serializable(&body) }
}

fn grid_view(table: &Table, cell: &GridCell, language: &str) -> GridView {
    let text =
        |text: &Option<Localised>| text.as_ref().map(|t| t.get(language).to_owned()).unwrap_or_default();
    match *cell {
        GridCell::Corner { rows, columns } => {
            GridView { rows, columns, text: text(&table.corner), ..GridView::new("corner") }
        }
        GridCell::Heading { columns } => {
            GridView { columns, text: text(&table.heading), ..GridView::new("heading") }
        }
        GridCell::Column { line, rows, columns } => {
            GridView { rows, columns, ..GridView::label("column", &table.columns.lines[line], language) }
        }
        GridCell::Row { line, rows, columns } => {
            GridView { rows, columns, ..GridView::label("row", &table.rows.lines[line], language) }
        }
        GridCell::Cell(at) => {
            let (row, column) = table.crossing(at);
            GridView {
                id: cell_id(table, at),
                sum: table.rows.leaf(row).sum.is_some() || table.columns.leaf(column).sum.is_some(),
                address: table.address(at),
                ..GridView::new("cell")
            }
        }
    }
}

impl GridView {
    fn new(kind: &'static str) -> Self {
        Self {
            kind,
            text: String::new(),
            rows: 1,
            columns: 1,
            id: String::new(),
            leaf: false,
            sum: false,
            address: String::new(),
        }
    }

    /// The label of a line.
    fn label(kind: &'static str, line: &Line, language: &str) -> Self {
        Self {
            text: line.label.get(language).to_owned(),
            leaf: line.leaf.is_some(),
            sum: line.sum.is_some(),
            ..Self::new(kind)
        }
    }
}
