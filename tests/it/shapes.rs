//! Writes a report out in every shape that an importer meets: the same figures as a web page, a Markdown table, a
//! list of cells, text out of a PDF, with labels as people spell them. One seed, one report.

mod emit;
mod layout;
mod page;
mod spelling;

use std::fmt::Write;

use gongkai::form::{Axis, Form, GridCell, Kind, Table};

use emit::emit;
use spelling::{broken, spell, thousands, wide};

/// Numbers by chance, the same for one seed on every machine.
pub(crate) struct Chance(u64);

impl Chance {
    /// Chance from a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    /// The next number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }

    /// Whether something with this chance in a hundred happens.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Puts a list in another order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

/// How a report is written out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    Html,
    HtmlPadded,
    HtmlRepeated,
    HtmlDropped,
    HtmlUnclosed,
    Markdown,
    MarkdownDropped,
    Tabs,
    Csv,
    CellPerLine,
    PipesAfter,
    PipesBefore,
    /// A row of cells a line, each ended by a pipe; what a span covers is pipes at the end.
    RowPipes,
    /// The same with a pipe at the beginning of each row.
    RowPipesBoth,
    /// A cell a line, ended by a pipe; blank cells are lost among the pipes at the end of the row.
    PipesTight,
    /// A cell a line, and a pipe on the line after it.
    PipeLines,
    /// Every cell a word of one long line, right behind the prose.
    OneLine,
    PdfText,
    /// Drawn with blanks in a `pre` element.
    Pre,
    /// Rows and columns exchanged.
    Transposed,
    /// A row a line, its cells a pipe apart, none at the beginning; spans leave no trace.
    RowBars,
    /// A pipe, a line break and a cell each; spans leave pipes without a break.
    PipesAhead,
    /// A row a line, its cells a space apart; blank cells leave no trace.
    RowWords,
    /// Boxes in boxes, without any table element.
    Boxes,
    /// Paragraphs inside the cells of a table inside a table, as a word processor saves them.
    HtmlPasted,
    /// The rows of a table in several tables, one below the other.
    HtmlSplit,
    /// Text out of a PDF whose narrow head is written downward.
    PdfUpright,
    /// A page saved by a word processor, on a finer grid, with rows of which the boundaries stand aside.
    HtmlWord,
    /// Cells with what editors leave behind.
    HtmlJunk,
    /// Spans over a row too many or too few.
    HtmlSpans,
    /// One table for the whole report, chapters and prose in rows of it.
    HtmlGlued,
    /// What a browser copies: a tab between cells, on a line of its own where cells hold paragraphs.
    InnerText,
    /// A row a line, what a span covers said again.
    TabsRepeated,
    /// The same in Markdown.
    MarkdownRepeated,
    /// Rules of characters around the cells.
    BoxDrawn,
    /// Markdown with the tables as HTML, as programs write that read pictures.
    MarkdownPage,
    /// The way to each row and column as its label.
    PathLabels,
    /// A row a line, its cells a pipe apart; what a span covers is blank, so that some rows begin with a pipe.
    RowBarsPadded,
    /// Text out of a PDF that keeps the layout of the page.
    PdfLayout,
    /// The same a space apart; blank cells leave no trace.
    PdfTight,
}

impl Shape {
    /// All shapes.
    pub(crate) const ALL: [Self; 40] = [
        Self::Html,
        Self::HtmlPadded,
        Self::HtmlRepeated,
        Self::HtmlDropped,
        Self::HtmlUnclosed,
        Self::Markdown,
        Self::MarkdownDropped,
        Self::Tabs,
        Self::Csv,
        Self::CellPerLine,
        Self::PipesAfter,
        Self::PipesBefore,
        Self::RowPipes,
        Self::RowPipesBoth,
        Self::PipesTight,
        Self::PipeLines,
        Self::OneLine,
        Self::PdfText,
        Self::Pre,
        Self::Transposed,
        Self::RowBars,
        Self::PipesAhead,
        Self::RowWords,
        Self::Boxes,
        Self::HtmlPasted,
        Self::HtmlSplit,
        Self::PdfUpright,
        Self::HtmlWord,
        Self::HtmlJunk,
        Self::HtmlSpans,
        Self::HtmlGlued,
        Self::InnerText,
        Self::TabsRepeated,
        Self::MarkdownRepeated,
        Self::BoxDrawn,
        Self::MarkdownPage,
        Self::PathLabels,
        Self::RowBarsPadded,
        Self::PdfLayout,
        Self::PdfTight,
    ];

    /// Whether it is a web page.
    fn is_page(self) -> bool {
        matches!(
            self,
            Self::Html
                | Self::HtmlPadded
                | Self::HtmlRepeated
                | Self::HtmlDropped
                | Self::HtmlUnclosed
                | Self::Pre
                | Self::Transposed
                | Self::Boxes
                | Self::HtmlPasted
                | Self::HtmlSplit
                | Self::HtmlWord
                | Self::HtmlJunk
                | Self::HtmlSpans
                | Self::HtmlGlued
        )
    }
}

/// What is done to a report beside its shape; chances in a hundred.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mess {
    /// Labels in another usual spelling.
    pub(crate) spelling: usize,
    /// Labels with a slip of the pen.
    pub(crate) slips: usize,
    /// Columns in another order.
    pub(crate) shuffled: bool,
    /// Rows whose label is lost.
    pub(crate) lost_labels: usize,
    /// Tables whose head is lost.
    pub(crate) lost_heads: usize,
    /// Header cells broken over lines.
    pub(crate) broken: usize,
    /// Zeros left blank.
    pub(crate) blanks: usize,
    /// Zeros written as a stroke.
    pub(crate) strokes: usize,
    /// Figures in full-width digits or with separators.
    pub(crate) digits: usize,
    /// Figures with a remark or unit.
    pub(crate) remarks: usize,
    /// Numbers of pages inside the tables.
    pub(crate) pages: bool,
    /// Rows that are missing.
    pub(crate) missing: usize,
    /// Rows of which the form knows nothing.
    pub(crate) strange: usize,
    /// The head again in the middle of a table.
    pub(crate) repeated: usize,
    /// Hard spaces before figures that some program could not write: a question mark.
    pub(crate) marks: usize,
    /// Labels with the sound of their characters in brackets.
    pub(crate) sounds: usize,
    /// Tables whose rows are numbered in a column of their own.
    pub(crate) numbered: usize,
    /// Tables with a row of words below the figures.
    pub(crate) notes: usize,
    /// Groups of rows that begin with a row of what they come to.
    pub(crate) subtotals: usize,
    /// Totals at the end of a row that are left blank.
    pub(crate) totals: usize,
    /// Figures that make a sum wrong.
    pub(crate) errors: usize,
    /// Cells that hold something else than a figure.
    pub(crate) words: usize,
}

/// A report: for each table its figures by cell, and the order of its columns.
pub(crate) struct Sample<'f> {
    form: &'f Form,
    /// The figures as the form wants them; blank where nothing is written.
    pub(crate) figures: Vec<Vec<String>>,
    orders: Vec<Vec<usize>>,
    numbered: bool,
}

/// A cell of a table as it is printed.
#[derive(Clone, Debug)]
struct Printed {
    text: String,
    rows: usize,
    columns: usize,
}

impl<'f> Sample<'f> {
    /// A report by chance: small numbers, mostly zero, every sum right.
    pub(crate) fn new(form: &'f Form, chance: &mut Chance) -> Self {
        let busy = [5, 20, 60][chance.below(3)];
        let largest = [4, 40, 20_000][chance.below(3)];
        let mut figures = Vec::new();
        for table in &form.tables {
            let (rows, columns) = (table.rows.leaves.len(), table.columns.leaves.len());
            let mut cells = vec![0i64; table.size()];
            for row in 0..rows {
                for column in 0..columns {
                    let value = if chance.percent(busy) { chance.below(largest) as i64 + 1 } else { 0 };
                    let signed = if table.kind_of(row, column) == Kind::Change && chance.percent(40) {
                        -value
                    } else {
                        value
                    };
                    cells[table.cell(row, column)] = signed;
                }
            }
            settle(table, &mut cells);
            balance(table, &mut cells);
            let write = |(cell, value): (usize, &i64)| {
                let (row, column) = table.crossing(cell);
                match table.kind_of(row, column) {
                    Kind::Amount => format!("{}.{}", value, value % 7 + 1),
                    Kind::Text => format!("{value}元"),
                    _ => value.to_string(),
                }
            };
            figures.push(cells.iter().enumerate().map(write).collect());
        }
        let orders = form.tables.iter().map(|table| (0..table.columns.leaves.len()).collect()).collect();
        Self { form, figures, orders, numbered: false }
    }

    /// Leaves some figures blank and some not applicable; sums stay.
    pub(crate) fn thin(&mut self, chance: &mut Chance) {
        for (table, cells) in self.form.tables.iter().zip(&mut self.figures) {
            for (cell, figure) in cells.iter_mut().enumerate() {
                let (row, column) = table.crossing(cell);
                let sum = table.rows.leaf(row).sum.is_some() || table.columns.leaf(column).sum.is_some();
                if !sum && figure == "0" {
                    *figure = ["", "/", "0"][chance.below(3)].to_owned();
                }
            }
        }
    }

    /// Writes the report out.
    #[expect(clippy::too_many_lines, reason = "one arm per shape")]
    pub(crate) fn write(&mut self, shape: Shape, mess: Mess, chance: &mut Chance) -> String {
        if mess.shuffled {
            for (table, order) in self.form.tables.iter().zip(&mut self.orders) {
                *order = shuffled(&table.columns, None, chance);
            }
        }
        self.numbered = mess.numbered > 0 && chance.percent(mess.numbered);
        let mut out = String::new();
        let mut glued: Vec<Vec<Printed>> = Vec::new();
        let title = "某某市园林和绿化局2022年政府信息公开工作年度报告";
        let html = shape.is_page();
        if html {
            let _ = write!(
                out,
                "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title></head><body>"
            );
        }
        let mark = if shape == Shape::MarkdownPage { "## " } else { "" };
        line(&mut out, html, title);
        line(&mut out, html, "发布日期：2023-01-16 来源：市园林局");
        line(
            &mut out,
            html,
            "本报告依照有关规定编写，所列数据的统计期限自2022年1月1日起至2022年12月31日止。",
        );
        for section in &self.form.sections {
            let heading = section.title.original();
            let prose = "全年各项工作按部署推进，制度逐步健全，具体情况见下表所列，相关数据均经核对。";
            if shape == Shape::HtmlGlued {
                glued.push(vec![Printed::wide(heading)]);
                glued.push(vec![Printed::wide(prose)]);
            } else {
                line(&mut out, html, &format!("{mark}{heading}"));
                line(&mut out, html, prose);
            }
            let mut rows = Vec::new();
            let mut last = None;
            for number in &section.tables {
                let table = &self.form.tables[*number];
                // Small tables stand in one, a caption over each.
                if section.tables.len() > 1 {
                    let width = section.tables.iter().map(|t| self.width(*t)).max().unwrap_or(1);
                    rows.push(vec![Printed {
                        text: table.title.original().to_owned(),
                        rows: 1,
                        columns: width,
                    }]);
                    let own = self.width(*number);
                    for mut row in self.print(*number, mess, chance) {
                        if let Some(cell) = row.last_mut() {
                            cell.columns += width - own;
                        }
                        rows.push(row);
                    }
                } else {
                    rows = self.print(*number, mess, chance);
                }
                last = Some(*number);
            }
            if last.is_some() {
                // Nobody turns four tables in one.
                let turned = shape == Shape::Transposed && section.tables.len() > 1;
                let shape = if turned { Shape::Html } else { shape };
                match shape {
                    Shape::HtmlGlued => glued.append(&mut rows),
                    _ => emit(&mut out, &rows, shape, mess, chance),
                }
            }
        }
        if !glued.is_empty() {
            emit(&mut out, &page::glue(glued), Shape::Html, mess, chance);
        }
        line(&mut out, html, "某某市园林和绿化局");
        line(&mut out, html, "2023年1月16日");
        if html {
            out.push_str("</body></html>");
        }
        out
    }

    fn width(&self, number: usize) -> usize {
        let table = &self.form.tables[number];
        table.grid.stub + table.columns.leaves.len() + usize::from(self.numbered && table.stub)
    }

    /// A table as it is printed, its columns in the order of this report.
    fn print(&mut self, number: usize, mess: Mess, chance: &mut Chance) -> Vec<Vec<Printed>> {
        let table = self.form.tables[number].clone();
        let order = self.orders[number].clone();
        let lost = chance.percent(mess.lost_heads);
        let head = if lost { Vec::new() } else { print_head(&table, &order, mess, chance) };
        let mut rows = head.clone();
        for body in &table.grid.body {
            let lines = body.iter().filter(|cell| matches!(cell, GridCell::Row { .. })).count();
            if lines == 1 && chance.percent(mess.missing) && self.drop(number, body) {
                continue;
            }
            if (whole(&table, body) || table.grid.stub == 1) && chance.percent(mess.strange) {
                rows.push(strange(body, order.len(), chance));
            }
            if whole(&table, body) && rows.len() > head.len() && chance.percent(mess.repeated) {
                rows.extend(head.iter().cloned());
            }
            let mut row = Vec::new();
            let mut cells = vec![String::new(); order.len()];
            let lost = chance.percent(mess.lost_labels);
            for cell in body {
                match cell {
                    GridCell::Row { line, rows, columns } => {
                        let lost = lost && table.rows.lines[*line].leaf.is_some();
                        let label = table.rows.lines[*line].label.original();
                        let text = if lost { String::new() } else { spell(label, mess, chance) };
                        row.push(Printed { text, rows: *rows, columns: *columns });
                    }
                    GridCell::Cell(cell) => {
                        let (_, column) = table.crossing(*cell);
                        let figure = self.figure(number, *cell, mess, chance);
                        cells[position(&order, column)] = figure;
                    }
                    _ => {}
                }
            }
            if mess.subtotals > 0 && starts_group(&table, body) && chance.percent(mess.subtotals) {
                rows.push(subtotal(&mut row, order.len(), chance));
                // The group of all outcomes is a row longer.
                let outer = rows.iter_mut().rev().skip(1).flatten().find(|cell| cell.rows > 10);
                outer.into_iter().for_each(|cell| cell.rows += 1);
            }
            row.extend(cells.into_iter().map(|text| Printed { text, rows: 1, columns: 1 }));
            rows.push(row);
        }
        if self.numbered && table.stub {
            number_rows(&mut rows, head.len());
        }
        if mess.notes > 0 && chance.percent(mess.notes) {
            let columns = self.width(number);
            let text = NOTES[chance.below(NOTES.len())].to_owned();
            rows.push(vec![Printed { text, rows: 1, columns }]);
            if chance.percent(50) {
                rows.insert(0, vec![Printed { text: "单位：件".to_owned(), rows: 1, columns }]);
            }
        }
        rows
    }

    /// Leaves a row out; the figures are remembered as blank.
    fn drop(&mut self, number: usize, body: &[GridCell]) -> bool {
        for cell in body {
            if let GridCell::Cell(cell) = cell {
                self.figures[number][*cell].clear();
            }
        }
        true
    }

    /// A figure as somebody wrote it; what is written differently is remembered.
    fn figure(&mut self, table: usize, cell: usize, mess: Mess, chance: &mut Chance) -> String {
        let (kind, sum) = {
            let table = &self.form.tables[table];
            let (row, column) = table.crossing(cell);
            (table.kind_of(row, column), table.columns.leaf(column).sum.is_some())
        };
        let figure = &mut self.figures[table][cell];
        if sum && mess.totals > 0 && chance.percent(mess.totals) {
            figure.clear();
            return String::new();
        }
        if kind == Kind::Count && mess.errors > 0 && chance.percent(mess.errors) {
            *figure = (figure.parse::<i64>().unwrap_or(0) + 1).to_string();
        }
        if figure == "0" && chance.percent(mess.blanks) {
            figure.clear();
            return String::new();
        }
        if figure == "0" && chance.percent(mess.strokes) {
            "/".clone_into(figure);
            return ["/", "-", "—", "／", "无"][chance.below(5)].to_owned();
        }
        if kind == Kind::Text {
            return figure.clone();
        }
        if chance.percent(mess.digits) {
            return match chance.below(3) {
                0 => figure.chars().map(wide).collect(),
                1 => thousands(figure),
                _ => format!(" {figure} "),
            };
        }
        if kind == Kind::Change && figure.starts_with('-') && chance.percent(50) {
            return figure.replace('-', "减");
        }
        if chance.percent(mess.marks) {
            return format!("? {figure}");
        }
        if chance.percent(mess.remarks) {
            return match chance.below(4) {
                0 => format!("{figure}（含上年2件）"),
                1 => format!("{figure}①"),
                2 => format!("{figure} 件"),
                _ => format!("{figure}件"),
            };
        }
        if mess.words > 0 && chance.percent(mess.words) {
            return ["见附件", "待核实", "二", "1/2"][chance.below(4)].to_owned();
        }
        figure.clone()
    }
}

impl Printed {
    /// A cell over the whole width.
    fn wide(text: &str) -> Self {
        Self { text: text.to_owned(), rows: 1, columns: WIDEST }
    }
}

/// Columns of the widest table.
const WIDEST: usize = 15;

/// Words that stand below a table.
const NOTES: [&str; 4] = [
    "注：以上数据含所属单位3家，统计至12月31日。",
    "说明：1.表中数据由各单位报送；2.复议、诉讼数量含上年度结转数量。",
    "填表人：某某　　审核人：某某　　填表日期：2023年1月5日",
    "备注：无",
];

/// Numbers the rows below the head in a column before all others.
fn number_rows(rows: &mut [Vec<Printed>], head: usize) {
    for (number, row) in rows.iter_mut().enumerate() {
        let text = if number < head { "序号".to_owned() } else { (number + 1 - head).to_string() };
        if number == 0 || number >= head {
            row.insert(0, Printed { text, rows: if number < head { head } else { 1 }, columns: 1 });
        }
    }
}

/// Whether a row begins a group whose parts have rows of their own.
fn starts_group(table: &Table, body: &[GridCell]) -> bool {
    let group = |cell: &&GridCell| matches!(cell, GridCell::Row { rows, .. } if (2..=10).contains(rows));
    body.first().as_ref().is_some_and(group) && table.grid.stub > 1
}

/// A row of what a group comes to, which takes the label of the group from its first row.
fn subtotal(row: &mut Vec<Printed>, width: usize, chance: &mut Chance) -> Vec<Printed> {
    let mut group = row.remove(0);
    group.rows += 1;
    let figures = (0..width).map(|_| Printed { text: chance.below(30).to_string(), rows: 1, columns: 1 });
    let own = Printed { text: "小计".to_owned(), rows: 1, columns: 1 };
    [group, own].into_iter().chain(figures).collect()
}

/// The head of a table as it is printed.
fn print_head(table: &Table, order: &[usize], mess: Mess, chance: &mut Chance) -> Vec<Vec<Printed>> {
    let mut rows: Vec<Vec<Printed>> = Vec::new();
    for head in &table.grid.head {
        let mut row: Vec<(usize, Printed)> = Vec::new();
        for cell in head {
            let (at, text, rows, columns) = match cell {
                GridCell::Corner { rows, columns } => {
                    (0, table.corner.as_ref().map_or("", |corner| corner.original()), *rows, *columns)
                }
                GridCell::Heading { columns } => {
                    (1, table.heading.as_ref().map_or("", |heading| heading.original()), 1, *columns)
                }
                GridCell::Column { line, rows, columns } => {
                    let first = table.columns.leaves_below(*line).map(|leaf| position(order, leaf)).min();
                    (first.unwrap_or(0) + 1, table.columns.lines[*line].label.original(), *rows, *columns)
                }
                _ => continue,
            };
            let text = spell(text, mess, chance);
            let text = if chance.percent(mess.broken) { broken(&text, chance) } else { text };
            row.push((at, Printed { text, rows, columns }));
        }
        row.sort_by_key(|(at, _)| *at);
        rows.push(row.into_iter().map(|(_, cell)| cell).collect());
    }
    rows
}

/// Whether a row of the form has its label alone, over the whole width of the labels.
fn whole(table: &Table, body: &[GridCell]) -> bool {
    let wide = |cell: &GridCell| matches!(cell, GridCell::Row { columns, .. } if *columns == table.grid.stub);
    body.first().is_some_and(wide)
}

/// A row of which the form knows nothing.
fn strange(body: &[GridCell], width: usize, chance: &mut Chance) -> Vec<Printed> {
    let text = ["其他主动公开文件", "公众查阅服务点", "政务新媒体账号"][chance.below(3)].to_owned();
    let columns = body.iter().find_map(|cell| match cell {
        GridCell::Row { columns, .. } => Some(*columns),
        _ => None,
    });
    let label = columns.map(|columns| Printed { text, rows: 1, columns });
    let figures = (0..width).map(|_| Printed { text: chance.below(30).to_string(), rows: 1, columns: 1 });
    label.into_iter().chain(figures).collect()
}

/// Makes every sum right.
fn settle(table: &Table, cells: &mut [i64]) {
    let (rows, columns) = (table.rows.leaves.len(), table.columns.leaves.len());
    for row in 0..rows {
        if let Some(parts) = &table.rows.leaf(row).sum {
            for column in 0..columns {
                cells[table.cell(row, column)] =
                    parts.iter().map(|part| cells[table.cell(*part, column)]).sum();
            }
        }
    }
    for column in 0..columns {
        if let Some(parts) = &table.columns.leaf(column).sum {
            for row in 0..rows {
                cells[table.cell(row, column)] = parts.iter().map(|part| cells[table.cell(row, *part)]).sum();
            }
        }
    }
}

/// Makes the rule hold that what came in is what went out, where the table has these rows.
fn balance(table: &Table, cells: &mut [i64]) {
    let row = |id: &str| table.rows.leaf_number(id);
    let (Some(received), Some(total), Some(left)) =
        (row("received"), row("outcome.total"), row("carried_out"))
    else {
        return;
    };
    let Some(before) = row("carried_in") else { return };
    for column in 0..table.columns.leaves.len() {
        let at = |row: usize| table.cell(row, column);
        let known = cells[at(total)] + cells[at(left)];
        cells[at(before)] = cells[at(before)].min(known);
        cells[at(received)] = known - cells[at(before)];
    }
    settle(table, cells);
}

fn position(order: &[usize], leaf: usize) -> usize {
    order.iter().position(|other| *other == leaf).unwrap_or(0)
}

/// The leaves in another order, those of a heading together.
fn shuffled(axis: &Axis, parent: Option<usize>, chance: &mut Chance) -> Vec<usize> {
    let mut lines: Vec<usize> =
        (0..axis.lines.len()).filter(|line| axis.lines[*line].parent == parent).collect();
    chance.shuffle(&mut lines);
    let mut order = Vec::new();
    for line in lines {
        match axis.lines[line].leaf {
            Some(leaf) => order.push(leaf),
            None => order.extend(shuffled(axis, Some(line), chance)),
        }
    }
    order
}

fn line(out: &mut String, html: bool, text: &str) {
    if html {
        let _ = writeln!(out, "<p>{text}</p>");
    } else {
        let _ = write!(out, "{text}\n\n");
    }
}
