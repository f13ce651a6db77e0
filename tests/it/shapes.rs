//! Writes a report out in every shape that an importer meets: the same figures as a web page, a Markdown table, a
//! list of cells, text out of a PDF, with labels as people spell them. One seed, one report.

use std::fmt::Write;

use gongkai::form::{Axis, Form, GridCell, Kind, Table};

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
}

impl Shape {
    /// All shapes.
    pub(crate) const ALL: [Self; 27] = [
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
}

/// A report: for each table its figures by cell, and the order of its columns.
pub(crate) struct Sample<'f> {
    form: &'f Form,
    /// The figures as the form wants them; blank where nothing is written.
    pub(crate) figures: Vec<Vec<String>>,
    orders: Vec<Vec<usize>>,
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
        Self { form, figures, orders }
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
        let mut out = String::new();
        let title = "某某市园林和绿化局2022年政府信息公开工作年度报告";
        let html = shape.is_page();
        if html {
            let _ = write!(
                out,
                "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title></head><body>"
            );
        }
        line(&mut out, html, title);
        line(&mut out, html, "发布日期：2023-01-16 来源：市园林局");
        line(
            &mut out,
            html,
            "本报告依照有关规定编写，所列数据的统计期限自2022年1月1日起至2022年12月31日止。",
        );
        for section in &self.form.sections {
            line(&mut out, html, section.title.original());
            line(
                &mut out,
                html,
                "全年各项工作按部署推进，制度逐步健全，具体情况见下表所列，相关数据均经核对。",
            );
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
                emit(&mut out, &rows, shape, mess, chance);
            }
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
        table.grid.stub + table.columns.leaves.len()
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
            row.extend(cells.into_iter().map(|text| Printed { text, rows: 1, columns: 1 }));
            rows.push(row);
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
        let kind = {
            let table = &self.form.tables[table];
            let (row, column) = table.crossing(cell);
            table.kind_of(row, column)
        };
        let figure = &mut self.figures[table][cell];
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
            return match chance.below(2) {
                0 => format!("{figure}（含上年2件）"),
                _ => format!("{figure}件"),
            };
        }
        figure.clone()
    }
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

/// Full width for a digit or sign.
fn wide(c: char) -> char {
    if c.is_ascii_digit() { char::from_u32(c as u32 - 0x30 + 0xff10).unwrap_or(c) } else { c }
}

fn thousands(figure: &str) -> String {
    let (sign, digits) = figure.strip_prefix('-').map_or(("", figure), |digits| ("-", digits));
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, ""), |(whole, fraction)| (whole, fraction));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{out}{dot}{fraction}")
}

/// A label in another spelling, or with a slip.
fn spell(label: &str, mess: Mess, chance: &mut Chance) -> String {
    let mut label = label.to_owned();
    if chance.percent(mess.spelling) {
        label = match chance.below(8) {
            0 => label.replace('.', "、"),
            1 => label.replace('.', "．").replace('1', "１").replace('2', "２"),
            2 => label.replace('（', "(").replace('）', ")").replace('，', ","),
            3 => label.replace(['“', '”'], ""),
            4 => label.replace("属于", "屬於").replace("国", "國").replace("关", "關").replace("处", "處"),
            5 => label.replace('一', "⼀").replace('二', "⼆").replace('人', "⼈").replace('民', "⺠"),
            6 => label.strip_suffix('）').unwrap_or(&label).to_owned(),
            _ => {
                let mut spaced = String::new();
                for c in label.chars() {
                    spaced.push(c);
                    if chance.percent(20) {
                        spaced.push(' ');
                    }
                }
                spaced.trim().to_owned()
            }
        };
    }
    if chance.percent(mess.sounds) {
        label = label.replace('开', "开(kāi)").replace('数', "数(shù)").replace('总', "总(zǒng)");
    }
    if label.chars().count() >= 5 && chance.percent(mess.slips) {
        let mut characters: Vec<char> = label.chars().collect();
        let words: Vec<usize> =
            (0..characters.len()).filter(|at| characters[*at].is_alphabetic() && *at > 2).collect();
        if let Some(at) = words.get(chance.below(words.len())) {
            match chance.below(3) {
                0 => {
                    characters.remove(*at);
                }
                1 => characters[*at] = '某',
                _ => characters.insert(*at, characters[*at]),
            }
        }
        label = characters.into_iter().collect();
    }
    label
}

/// A label broken over two lines.
fn broken(text: &str, chance: &mut Chance) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() < 4 {
        return text.to_owned();
    }
    let at = 2 + chance.below(characters.len() - 3);
    let (first, second) = characters.split_at(at);
    format!("{}\n{}", first.iter().collect::<String>(), second.iter().collect::<String>())
}

/// Writes a table in a shape.
#[expect(clippy::too_many_lines, reason = "one arm per shape")]
fn emit(out: &mut String, rows: &[Vec<Printed>], shape: Shape, mess: Mess, chance: &mut Chance) {
    match shape {
        Shape::Html | Shape::HtmlUnclosed => {
            out.push_str("<table border=\"1\" cellspacing=\"0\">");
            for row in rows {
                out.push_str("<tr>");
                for cell in row {
                    let _ = write!(
                        out,
                        "<td rowspan=\"{}\" colspan=\"{}\">{}",
                        cell.rows,
                        cell.columns,
                        cell.text.replace('\n', "<br>")
                    );
                    if shape == Shape::Html {
                        out.push_str("</td>");
                    }
                }
                out.push_str(if shape == Shape::Html { "</tr>\n" } else { "\n" });
            }
            out.push_str("</table>\n");
        }
        Shape::HtmlPadded | Shape::HtmlRepeated | Shape::HtmlDropped => {
            out.push_str("<table border=1>\n");
            for row in flat(rows, shape) {
                out.push_str("<tr>");
                for cell in row {
                    let _ = write!(out, "<td>{}</td>", cell.replace('\n', "<br>"));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</table>\n");
        }
        Shape::Markdown | Shape::MarkdownDropped => {
            let flat =
                flat(rows, if shape == Shape::Markdown { Shape::HtmlPadded } else { Shape::HtmlDropped });
            for (number, row) in flat.iter().enumerate() {
                let cells: Vec<String> = row.iter().map(|cell| cell.replace('\n', "<br>")).collect();
                let _ = writeln!(out, "| {} |", cells.join(" | "));
                if number == 0 {
                    let _ = writeln!(out, "|{}", "---|".repeat(row.len()));
                }
            }
            out.push('\n');
        }
        Shape::Tabs | Shape::Csv => {
            for row in flat(rows, Shape::HtmlPadded) {
                let cells: Vec<String> = row.iter().map(|cell| cell.replace('\n', "")).collect();
                if shape == Shape::Tabs {
                    let _ = writeln!(out, "{}", cells.join("\t"));
                } else {
                    let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{cell}\"")).collect();
                    let _ = writeln!(out, "{}", quoted.join(","));
                }
            }
            out.push('\n');
        }
        Shape::CellPerLine => {
            for (number, row) in rows.iter().enumerate() {
                for cell in row {
                    for part in cell.text.split('\n').filter(|part| !part.trim().is_empty()) {
                        let _ = write!(out, "{part}\n\n");
                    }
                }
                if mess.pages && number % 9 == 8 {
                    let _ = write!(out, "- {} -\n\n", number / 9 + 2);
                }
            }
        }
        Shape::PipesAfter | Shape::PipesBefore => {
            for row in rows {
                if shape == Shape::PipesBefore {
                    out.push_str("|\n");
                }
                let mut padding = 0;
                for cell in row {
                    let text = cell.text.replace('\n', "\n\n");
                    let _ = writeln!(out, "{}{}|", text, if text.is_empty() { "" } else { " " });
                    padding += cell.columns - 1;
                }
                if padding > 0 {
                    let _ = writeln!(out, "{}", "|".repeat(padding));
                }
            }
        }
        Shape::RowPipes | Shape::RowPipesBoth => row_pipes(out, rows, shape == Shape::RowPipesBoth),
        Shape::PipesTight => {
            let width = rows.iter().map(|row| row.iter().map(|cell| cell.columns).sum()).max().unwrap_or(0);
            for row in rows {
                let filled = row.iter().filter(|cell| !cell.text.is_empty());
                let texts: Vec<String> = filled.map(|cell| cell.text.replace('\n', " ")).collect();
                let _ =
                    writeln!(out, "{} |\n{}", texts.join(" |\n"), "|".repeat(width - texts.len().min(width)));
            }
        }
        Shape::PipeLines => {
            for cell in rows.iter().flatten() {
                let _ = writeln!(out, "{}{}|", cell.text, if cell.text.is_empty() { "" } else { "\n" });
            }
        }
        Shape::OneLine => {
            let words = rows.iter().flatten().map(|cell| cell.text.replace('\n', " "));
            let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
            let _ = write!(out, "具体情况如下。 {} 以上数据均经核对。\n\n", words.join(" "));
        }
        Shape::PdfText => pdf_text(out, rows, mess, chance),
        Shape::PdfUpright => {
            let labels = |row: &&Vec<Printed>| row.iter().all(|cell| !is_figure(&cell.text));
            let head: Vec<&Vec<Printed>> = rows.iter().take_while(labels).collect();
            let body = head.len();
            for row in head {
                upright(out, row);
            }
            pdf_text(out, &rows[body..], mess, chance);
        }
        Shape::RowBars => {
            for row in rows {
                let cells: Vec<String> = row.iter().map(|cell| cell.text.clone()).collect();
                let _ = writeln!(out, "{} |", cells.join(" | "));
            }
            out.push('\n');
        }
        Shape::PipesAhead => {
            for row in rows {
                let mut padding = 0;
                for cell in row {
                    let _ = write!(out, "| \n {}  ", cell.text.replace('\n', " \n "));
                    padding += cell.columns - 1;
                }
                let _ = writeln!(out, "| {}", "|".repeat(padding));
            }
            out.push('\n');
        }
        Shape::RowWords => {
            for row in rows {
                let words: Vec<String> = row.iter().map(|cell| cell.text.replace(['\n', ' '], "")).collect();
                let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
                let _ = writeln!(out, "{}", words.join(" "));
            }
            out.push('\n');
        }
        Shape::Boxes => {
            out.push_str("<div class=\"table\">");
            for row in flat(rows, Shape::HtmlPadded) {
                out.push_str("<div class=\"row\">");
                for cell in row {
                    let _ = write!(out, "<div class=\"cell\">{}</div>", cell.replace('\n', "<br>"));
                }
                out.push_str("</div>\n");
            }
            out.push_str("</div>\n");
        }
        Shape::HtmlPasted => {
            out.push_str("<table width=\"100%\"><tbody><tr><td><table class=MsoNormalTable style='border-collapse:collapse;mso-table-layout-alt:fixed'>");
            for row in rows {
                out.push_str("<tr style='mso-yfti-irow:0;page-break-inside:avoid'>");
                for cell in row {
                    let text = cell.text.replace('\n', "</span></p><p class=MsoNormal><span>");
                    let _ = write!(out, "<td width=64 rowspan={} colspan={}>", cell.rows, cell.columns);
                    let _ = write!(
                        out,
                        "<p class=MsoNormal align=center style='text-align:center'><span lang=EN-US style='mso-bidi-font-size:10.5pt'>{text}</span><span><o:p>&nbsp;</o:p></span></p></td>"
                    );
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</tbody></table></td></tr></table>\n");
        }
        Shape::HtmlSplit => {
            for (number, row) in flat(rows, Shape::HtmlPadded).into_iter().enumerate() {
                if number % 9 == 0 {
                    out.push_str(if number == 0 { "<table>" } else { "</table><p></p><table>" });
                }
                let cells: Vec<String> = row.iter().map(|cell| format!("<td>{cell}</td>")).collect();
                let _ = writeln!(out, "<tr>{}</tr>", cells.concat());
            }
            out.push_str("</table>\n");
        }
        Shape::Pre => {
            let flat = flat(rows, Shape::HtmlPadded);
            let columns = flat.iter().map(Vec::len).max().unwrap_or(0);
            let span = |column: usize| {
                flat.iter().filter_map(|row| row.get(column)).map(|cell| columns_of(cell)).max()
            };
            let widths: Vec<usize> = (0..columns).map(|column| span(column).unwrap_or(0) + 3).collect();
            out.push_str("<pre>\n");
            for row in flat {
                for (cell, width) in row.iter().zip(&widths) {
                    let cell = cell.replace('\n', "");
                    out.push_str(&cell);
                    out.push_str(&" ".repeat(width.saturating_sub(columns_of(&cell))));
                }
                out.push('\n');
            }
            out.push_str("</pre>\n");
        }
        Shape::Transposed => {
            let flat = flat(rows, Shape::HtmlPadded);
            let columns = flat.iter().map(Vec::len).max().unwrap_or(0);
            out.push_str("<table>\n");
            for column in 0..columns {
                out.push_str("<tr>");
                for row in &flat {
                    let _ = write!(out, "<td>{}</td>", row.get(column).map_or("", String::as_str));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</table>\n");
        }
    }
}

/// How many columns of a terminal a text takes.
fn columns_of(text: &str) -> usize {
    text.chars().filter(|c| *c != '\n').map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// Rows with a pipe behind each cell, spans made up for at the end; the last row of a table ends without.
fn row_pipes(out: &mut String, rows: &[Vec<Printed>], both: bool) {
    let width = rows.iter().map(|row| row.iter().map(|cell| cell.columns).sum::<usize>()).max().unwrap_or(0);
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| cell.text.replace('\n', " ")).collect();
        let padding = "|".repeat(width.saturating_sub(cells.len()));
        let line = format!("{}{} | {padding}", if both { "| " } else { "" }, cells.join(" | "));
        let last = number + 1 == rows.len();
        let _ = writeln!(out, "{}", if last { line.trim_end_matches([' ', '|']) } else { line.trim_end() });
    }
    out.push('\n');
}

/// The rows with spans flattened.
fn flat(rows: &[Vec<Printed>], shape: Shape) -> Vec<Vec<String>> {
    let mut flat: Vec<Vec<String>> = Vec::new();
    // For each column: what covers it from above, and for how many rows more.
    let mut covered: Vec<(usize, String)> = Vec::new();
    for row in rows {
        let mut cells = Vec::new();
        let mut column = 0;
        let mut printed = row.iter();
        loop {
            if let Some((left, text)) = covered.get_mut(column).filter(|(left, _)| *left > 0) {
                *left -= 1;
                match shape {
                    Shape::HtmlRepeated => cells.push(text.clone()),
                    Shape::HtmlDropped => {}
                    _ => cells.push(String::new()),
                }
                column += 1;
                continue;
            }
            let Some(cell) = printed.next() else { break };
            for offset in 0..cell.columns {
                if covered.len() <= column {
                    covered.resize(column + 1, (0, String::new()));
                }
                covered[column] = (cell.rows - 1, cell.text.clone());
                match shape {
                    _ if offset == 0 => cells.push(cell.text.clone()),
                    Shape::HtmlRepeated => cells.push(cell.text.clone()),
                    Shape::HtmlDropped => {}
                    _ => cells.push(String::new()),
                }
                column += 1;
            }
        }
        flat.push(cells);
    }
    flat
}

/// Text as it comes out of a PDF: labels wrapped in narrow columns, figures on one line, pages numbered.
fn pdf_text(out: &mut String, rows: &[Vec<Printed>], mess: Mess, chance: &mut Chance) {
    let mut printed = 0;
    for row in rows {
        let labels: Vec<&Printed> = row.iter().filter(|cell| !is_figure(&cell.text)).collect();
        let figures: Vec<&str> =
            row.iter().filter(|cell| is_figure(&cell.text)).map(|cell| cell.text.trim()).collect();
        if figures.is_empty() {
            let words: Vec<String> = labels.iter().map(|cell| cell.text.replace('\n', "")).collect();
            let _ = writeln!(out, "{}", words.join(" "));
            continue;
        }
        let label = labels.last().map(|cell| cell.text.clone()).unwrap_or_default();
        for group in labels.iter().rev().skip(1).rev() {
            let _ = writeln!(out, "{}", group.text);
        }
        let characters: Vec<char> = label.chars().collect();
        if characters.len() > 12 && chance.percent(60) {
            let cut = 6 + chance.below(characters.len() - 8);
            let (first, second) = characters.split_at(cut);
            let (first, second): (String, String) = (first.iter().collect(), second.iter().collect());
            if chance.percent(50) {
                let _ = writeln!(out, "{first} {}\n{second}", figures.join(" "));
            } else {
                let _ = writeln!(out, "{first}\n{second} {}", figures.join(" "));
            }
        } else {
            let _ = writeln!(out, "{label} {}", figures.join(" "));
        }
        printed += 1;
        if mess.pages && printed % 8 == 0 {
            let _ = match chance.below(3) {
                0 => writeln!(out, "- {} -", printed / 8 + 1),
                1 => writeln!(out, "{}", printed / 8 + 1),
                _ => writeln!(out, "第 {} 页 共 9 页", printed / 8 + 1),
            };
        }
    }
    out.push('\n');
}

/// The cells of a row of the head downward, two characters of each at a time.
fn upright(out: &mut String, row: &[Printed]) {
    let texts: Vec<Vec<char>> =
        row.iter().map(|cell| cell.text.chars().filter(|c| *c != '\n').collect()).collect();
    let most = texts.iter().map(Vec::len).max().unwrap_or(0);
    for at in (0..most).step_by(2) {
        let parts = texts.iter().map(|text| text.iter().skip(at).take(2).collect::<String>());
        let _ = writeln!(out, "{}", parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "));
    }
}

fn is_figure(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text.starts_with(|c: char| {
            c.is_numeric() && !"一二三四五六七八九十".contains(c) && !text.contains(['.', '．', '、'])
                || "-/—／无减?".contains(c)
        })
        || text.parse::<f64>().is_ok()
        || text
            .chars()
            .map(|c| if ('０'..='９').contains(&c) { '0' } else { c })
            .collect::<String>()
            .replace(',', "")
            .parse::<f64>()
            .is_ok()
}
