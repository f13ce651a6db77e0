//! The workbook that a clerk fills in: cells to write in, everything else locked; sums and
//! the rules of the form as live formulas; a sheet for what is to be said in words.

use std::io;
use std::path::Path;

use rust_decimal::Decimal;
use rust_xlsxwriter::{
    ConditionalFormatText, ConditionalFormatTextRule, DataValidation, Format, Formula, ProtectionOptions,
    Workbook, Worksheet, XlsxError,
};

use super::dictionary::{self, Facts, Passage};
use super::draw::Canvas;
use super::formula::{self, BAD, GOOD, Speaker, WARN};
use super::layout::{Layout, Page, Placed, widths};
use super::style::Styles;
use super::{caption, freeze, properties, subtitle, words};
use crate::diagnostic::Severity;
use crate::form::{Figures, Form, Kind, NOT_APPLICABLE, Rule, Section, Table, Turn};
use crate::language::Localised;
use crate::model::{Agency, Figure, Portal, Report, at, carried, turns};

/// The width of a column that shows what a rule comes to.
const CHECK: f64 = 30.0;
/// The widths of the columns of the first sheet, and of the sheet of words.
const GUIDE: [f64; 2] = [12.0, 92.0];
const PROSE: [f64; 3] = [24.0, 90.0, 44.0];
/// The height of a cell for a section.
const TALL: f64 = 150.0;
/// The longest message that a cell can show.
const MESSAGE: usize = 250;

/// The workbook to fill in for a report in which nothing is written yet; what the report of
/// the year before settles is filled in. `file` is what it will be called.
pub fn collection(
    portal: &Portal,
    agency: &Agency,
    report: &Report,
    file: &Path,
    language: &str,
) -> io::Result<Vec<u8>> {
    let form = report.form.as_deref().ok_or(io::ErrorKind::InvalidInput)?;
    let older = portal.previous(report).and_then(|older| Some((&**older, &**portal.lineage(report, older)?)));
    let known = older.map(|(older, lineage)| carried(report, older, lineage)).unwrap_or_default();
    let figures = Figure { report, previous: older };
    let styles = Styles::new();
    let collection = Collection { report, form, agency, figures, known, styles, language };
    collection.write(file).map_err(io::Error::other)
}

struct Collection<'r> {
    report: &'r Report,
    form: &'r Form,
    agency: &'r Agency,
    figures: Figure<'r>,
    /// What the report of the year before settles: (table, cell) and the value.
    known: Vec<((usize, usize), Decimal)>,
    styles: Styles,
    language: &'r str,
}

/// A rule in one line of a table, as a formula.
struct Check<'r> {
    /// The table it belongs to; none for a rule across tables.
    table: Option<usize>,
    rule: &'r Rule,
    /// The id of the line.
    line: Option<String>,
    formula: String,
}

impl Check<'_> {
    /// The table in whose columns (or rows) it is shown; else it is shown on the first sheet.
    fn beside(&self, number: usize, turn: Turn) -> bool {
        self.table == Some(number) && self.rule.turn == turn && turn != Turn::Once
    }
}

impl<'r> Collection<'r> {
    fn write(&self, file: &Path) -> Result<Vec<u8>, XlsxError> {
        // The rules that can be said are known before it is known where the cells stand.
        let anywhere = self.checks(&|_, _, _, _| Some("A1".to_owned()));
        let rows = |number: usize| {
            let rows = by_rule(&anywhere, number, Turn::Columns).len();
            rows as u32 * if self.form.tables[number].stub { 1 } else { 2 }
        };
        let layout = Layout::new(self.report, self.language, &rows);
        let checks = self.checks(&|table, row, column, from| {
            let (page, placed) = layout.find(table)?;
            let name = placed.cell_name(row, column);
            let here =
                from.and_then(|from| layout.find(from)).is_some_and(|(other, _)| other.name == page.name);
            Some(if here { name } else { format!("{}!{name}", page.quoted()) })
        });
        let mut workbook = Workbook::new();
        let title = self.report.title(self.agency, self.language);
        workbook.set_properties(&properties(&title, None)?);
        self.guide(workbook.add_worksheet(), &layout, &checks, &title, file)?;
        for page in &layout.pages {
            self.page(workbook.add_worksheet(), page, &checks, &title)?;
        }
        let prose = words("book-prose", self.language, &[]);
        let passages = self.prose(workbook.add_worksheet(), &prose)?;
        let facts = Facts { agency: self.agency, report: self.report, title: &title, is_template: true };
        let prose = Some((prose.as_str(), &passages[..]));
        let sheet = dictionary::write(&mut workbook, &layout, &facts, prose, &self.styles, self.language)?;
        protect(sheet);
        workbook.save_to_buffer()
    }

    /// Every rule that can be said, line by line. `place` names a cell (table, row, column)
    /// as seen from a table.
    fn checks(&self, place: &dyn Fn(usize, usize, usize, Option<usize>) -> Option<String>) -> Vec<Check<'r>> {
        let form: &'r Form = self.form;
        let mut checks = Vec::new();
        for (table, rule) in form.all_rules() {
            let from = table.filter(|_| rule.turn != Turn::Once);
            let mark = if rule.level == Severity::Error { BAD } else { WARN };
            for line in turns(&self.figures, rule, table) {
                let speaker = Speaker {
                    figures: &self.figures,
                    place: &|table, row, column| place(table, row, column, from),
                    at: at(rule, line.as_deref()),
                    tolerance: rule.tolerance,
                };
                if let Some(formula) = speaker.check(&rule.test, mark) {
                    checks.push(Check { table, rule, line, formula });
                }
            }
        }
        checks
    }

    /// A sheet with tables to fill in.
    fn page(
        &self,
        sheet: &mut Worksheet,
        page: &Page<'_>,
        checks: &[Check<'_>],
        title: &str,
    ) -> Result<(), XlsxError> {
        let mut widths = widths(page, self.language, &|_, _| 6);
        let beside = page.tables.iter().map(|placed| by_rule(checks, placed.number, Turn::Rows).len()).max();
        widths.extend(vec![CHECK; beside.unwrap_or(0)]);
        let mut canvas = Canvas::new(sheet, &self.styles, &page.name, widths, self.language)?;
        canvas.title(title, &subtitle(self.report, self.agency, self.language), page.width)?;
        for placed in &page.tables {
            let caption = caption(placed.table(), self.language);
            canvas.table(page, placed, &caption, &mut |canvas, at, number| {
                self.cell(canvas, placed, at, number)
            })?;
            self.validate(canvas.sheet, placed)?;
            self.below(&mut canvas, page, placed, checks)?;
            self.beside(&mut canvas, page, placed, checks)?;
        }
        freeze(&mut canvas, page)?;
        protect(canvas.sheet);
        canvas.finish()
    }

    /// A cell: a live sum, or one to fill in.
    fn cell(
        &self,
        canvas: &mut Canvas<'_>,
        placed: &Placed<'_>,
        (row, column): (u32, u16),
        number: usize,
    ) -> Result<(), XlsxError> {
        let table = placed.table();
        let crossing = table.crossing(number);
        let kind = table.kind_of(crossing.0, crossing.1);
        if let Some(parts) = formula::parts(table, crossing.0, crossing.1).into_iter().next() {
            let spots: Vec<_> = parts.iter().map(|(row, column)| placed.spot(*row, *column)).collect();
            let ranges = formula::ranges(&spots);
            let sum =
                if is_whole(kind) { format!("SUM({ranges})") } else { format!("ROUND(SUM({ranges}),9)") };
            let cells: Vec<usize> = parts.iter().map(|(row, column)| table.cell(*row, *column)).collect();
            let known: Vec<Decimal> =
                cells.iter().filter_map(|cell| self.known(placed.number, *cell)).collect();
            let sum_now =
                if known.is_empty() { String::new() } else { known.iter().sum::<Decimal>().to_string() };
            let formula = Formula::new(format!("=IF(COUNT({ranges})=0,\"\",{sum})")).set_result(sum_now);
            let format = fitting(&self.styles.sum, kind);
            canvas.sheet.write_formula_with_format(row, column, formula, &format)?;
            return Ok(());
        }
        let format = fitting(&self.styles.input, kind);
        let known = self.known(placed.number, number).and_then(|value| value.to_string().parse::<f64>().ok());
        match known {
            Some(value) => canvas.sheet.write_number_with_format(row, column, value, &format)?,
            None => canvas.sheet.write_blank(row, column, &format)?,
        };
        Ok(())
    }

    fn known(&self, table: usize, cell: usize) -> Option<Decimal> {
        self.known.iter().find(|(at, _)| *at == (table, cell)).map(|(_, value)| *value)
    }

    /// Lets the cells of a table take only what the form lets them hold: run by run of cells
    /// of a kind.
    fn validate(&self, sheet: &mut Worksheet, placed: &Placed<'_>) -> Result<(), XlsxError> {
        let table = placed.table();
        for row in 0..table.rows.leaves.len() {
            let mut column = 0;
            while column < table.columns.leaves.len() {
                let hint = hint(table, row, column);
                let same = |other: &usize| {
                    table.kind_of(row, *other) == table.kind_of(row, column)
                        && formula::parts(table, row, *other).is_empty()
                            == formula::parts(table, row, column).is_empty()
                        && self::hint(table, row, *other) == hint
                };
                let end = (column..table.columns.leaves.len()).take_while(same).last().unwrap_or(column);
                let kind = table.kind_of(row, column);
                if formula::parts(table, row, column).is_empty() && kind != Kind::Text {
                    let (from, to) = (placed.spot(row, column), placed.spot(row, end));
                    let name = placed.cell_name(row, column);
                    let validation = self.validation(kind, &name, hint)?;
                    sheet.add_data_validation(from.0, from.1, to.0, to.1, &validation)?;
                }
                column = end + 1;
            }
        }
        Ok(())
    }

    fn validation(
        &self,
        kind: Kind,
        cell: &str,
        hint: Option<&Localised>,
    ) -> Result<DataValidation, XlsxError> {
        let numbers = match kind {
            Kind::Count => format!("AND({cell}>=0,{cell}=INT({cell}))"),
            Kind::Change => format!("{cell}=INT({cell})"),
            Kind::Percent => format!("AND({cell}>=0,{cell}<=100)"),
            Kind::Amount | Kind::Days | Kind::Text => format!("{cell}>=0"),
        };
        let marks = NOT_APPLICABLE.map(|mark| format!("{cell}=\"{mark}\"")).join(",");
        let formula = format!("=IF(ISNUMBER({cell}),{numbers},OR({marks}))");
        let kind = dictionary::kind_in_words(kind, self.language);
        let refusal = words("book-refused", self.language, &[("kind", &kind)]);
        let validation = DataValidation::new().allow_custom(Formula::new(formula));
        let validation = validation.set_error_message(message(&refusal))?;
        match hint {
            Some(hint) => validation.set_input_message(message(hint.get(self.language))),
            None => Ok(validation),
        }
    }

    /// Below a table, the rules that hold in its columns: each under the figures it is about.
    fn below(
        &self,
        canvas: &mut Canvas<'_>,
        page: &Page<'_>,
        placed: &Placed<'_>,
        checks: &[Check<'_>],
    ) -> Result<(), XlsxError> {
        let table = placed.table();
        let mut row = placed.below();
        for (rule, own) in by_rule(checks, placed.number, Turn::Columns) {
            let says = rule.says.get(self.language);
            if placed.stub() > 0 {
                canvas.text((row, 0), (1, placed.stub()), says, &self.styles.note)?;
            } else {
                canvas.text((row, 0), (1, page.width), says, &self.styles.note)?;
                row += 1;
            }
            for check in own {
                let column = check.line.as_ref().and_then(|line| table.columns.leaf_number(line));
                if let Some(column) = column {
                    let (_, column) = placed.spot(0, column);
                    formula(canvas, (row, column), &check.formula)?;
                }
            }
            canvas.need(row, 1, 34.0);
            colours(canvas, (row, placed.stub()), (row, placed.width() - 1))?;
            row += 1;
        }
        Ok(())
    }

    /// To the right of a table, the rules that hold in its rows.
    fn beside(
        &self,
        canvas: &mut Canvas<'_>,
        page: &Page<'_>,
        placed: &Placed<'_>,
        checks: &[Check<'_>],
    ) -> Result<(), XlsxError> {
        let rules = by_rule(checks, placed.number, Turn::Rows);
        for (number, (rule, own)) in rules.iter().enumerate() {
            let column = page.width + number as u16;
            let rows = placed.body() - placed.head();
            canvas.text(
                (placed.head(), column),
                (rows, 1),
                rule.says.get(self.language),
                &self.styles.note,
            )?;
            for check in own {
                let row = check.line.as_ref().and_then(|line| placed.table().rows.leaf_number(line));
                if let Some(row) = row {
                    let (row, _) = placed.spot(row, 0);
                    formula(canvas, (row, column), &check.formula)?;
                }
            }
        }
        if !rules.is_empty() && placed.below() > placed.body() {
            let last = page.width + rules.len() as u16 - 1;
            colours(canvas, (placed.body(), page.width), (placed.below() - 1, last))?;
        }
        Ok(())
    }

    /// The first sheet: what to do, and whether all is well.
    fn guide(
        &self,
        sheet: &mut Worksheet,
        layout: &Layout<'_>,
        checks: &[Check<'_>],
        title: &str,
        file: &Path,
    ) -> Result<(), XlsxError> {
        let language = self.language;
        let name = words("book-guide", language, &[]);
        let mut canvas = Canvas::new(sheet, &self.styles, &name, GUIDE.to_vec(), language)?;
        canvas.title(title, &subtitle(self.report, self.agency, language), 2)?;
        let mut row = 3;
        let command = format!("gongkai import {}", file.display());
        for (number, step) in words("book-steps", language, &[("command", &command)]).lines().enumerate() {
            canvas.text((row, 0), (1, 1), &(number + 1).to_string(), &self.styles.head)?;
            canvas.text((row, 1), (1, 1), step, &self.styles.text)?;
            row += 1;
        }
        let first = row + 1;
        canvas.text((first, 0), (1, 2), &words("book-checks", language, &[]), &self.styles.caption)?;
        row = first + 1;
        for page in &layout.pages {
            let on_page = |check: &&Check<'_>| {
                page.tables.iter().any(|placed| {
                    [Turn::Columns, Turn::Rows].iter().any(|turn| check.beside(placed.number, *turn))
                })
            };
            if checks.iter().any(|check| on_page(&check)) {
                let all = format!("{}!$A$1:$BZ$500", page.quoted());
                let count = |mark: &str| format!("COUNTIF({all},\"{mark}*\")");
                let (bad, warn) = (count(BAD), count(WARN));
                let text =
                    format!("=IF({bad}>0,\"{BAD} \"&{bad},IF({warn}>0,\"{WARN} \"&{warn},\"{GOOD}\"))");
                formula(&mut canvas, (row, 0), &text)?;
                canvas.text((row, 1), (1, 1), &page.name, &self.styles.text)?;
                row += 1;
            }
        }
        for check in checks.iter().filter(|check| check.table.is_none() || check.rule.turn == Turn::Once) {
            formula(&mut canvas, (row, 0), &check.formula)?;
            let says = check.rule.says.get(language);
            let text = match self.label(check) {
                Some(label) => words("book-check-of", language, &[("says", says), ("line", &label)]),
                None => says.to_owned(),
            };
            canvas.text((row, 1), (1, 1), &text, &self.styles.text)?;
            row += 1;
        }
        colours(&mut canvas, (first + 1, 0), (row, 0))?;
        protect(canvas.sheet);
        canvas.finish()
    }

    /// The label of the line that a rule across tables is about.
    fn label(&self, check: &Check<'_>) -> Option<String> {
        let line = check.line.as_deref()?;
        let reference = check.rule.test.references().into_iter().find(|reference| !reference.previous)?;
        let table = self.figures.table(reference.table);
        let line = table.rows.line(line).or_else(|| table.columns.line(line))?;
        Some(line.label.get(self.language).to_owned())
    }

    /// The sheet of words: a wide cell for each section.
    fn prose(&self, sheet: &mut Worksheet, name: &str) -> Result<Vec<Passage<'r>>, XlsxError> {
        let form: &'r Form = self.form;
        let mut canvas = Canvas::new(sheet, &self.styles, name, PROSE.to_vec(), self.language)?;
        for (column, word) in ["book-section", "book-text", "book-hint"].into_iter().enumerate() {
            canvas.text((0, column as u16), (1, 1), &words(word, self.language, &[]), &self.styles.head)?;
        }
        let mut passages = Vec::new();
        for (number, section) in form.sections.iter().enumerate() {
            let row = number as u32 + 1;
            let title: &'r str = self.title(section);
            canvas.text((row, 0), (1, 1), title, &self.styles.text)?;
            canvas.sheet.write_blank(row, 1, &self.styles.prose)?;
            let hint = section.hint.as_ref().map_or("", |hint| hint.get(self.language));
            canvas.text((row, 2), (1, 1), hint, &self.styles.text)?;
            canvas.need(row, 1, if section.prose_required { TALL } else { TALL / 3.0 });
            passages.push(Passage { id: &section.id, title, cell: format!("B{}", row + 1) });
        }
        canvas.sheet.set_freeze_panes(1, 0)?;
        protect(canvas.sheet);
        canvas.finish()?;
        Ok(passages)
    }

    fn title(&self, section: &'r Section) -> &'r str {
        section.title.get(self.language)
    }
}

/// The rules of a table that go through its lines, each with its checks of single lines.
fn by_rule<'c, 'r>(
    checks: &'c [Check<'r>],
    number: usize,
    turn: Turn,
) -> Vec<(&'r Rule, Vec<&'c Check<'r>>)> {
    let mut rules: Vec<(&Rule, Vec<&Check<'_>>)> = Vec::new();
    for check in checks.iter().filter(|check| check.beside(number, turn)) {
        match rules.iter_mut().find(|(rule, _)| rule.id == check.rule.id) {
            Some((_, own)) => own.push(check),
            None => rules.push((check.rule, vec![check])),
        }
    }
    rules
}

/// Writes what a rule comes to. It is worked out when the workbook is opened.
fn formula(canvas: &mut Canvas<'_>, (row, column): (u32, u16), text: &str) -> Result<(), XlsxError> {
    canvas.sheet.write_formula_with_format(row, column, Formula::new(text), &canvas.styles.check)?;
    Ok(())
}

/// Shows in colours which rules hold, by their marks.
fn colours(canvas: &mut Canvas<'_>, from: (u32, u16), to: (u32, u16)) -> Result<(), XlsxError> {
    let styles = canvas.styles;
    for (mark, format) in [(GOOD, &styles.good), (BAD, &styles.bad), (WARN, &styles.warn)] {
        let rule = ConditionalFormatTextRule::BeginsWith(mark.to_owned());
        let format = ConditionalFormatText::new().set_rule(rule).set_format(format);
        canvas.sheet.add_conditional_format(from.0, from.1, to.0, to.1, &format)?;
    }
    Ok(())
}

/// Locks what is not to be filled in, without a password; rows and columns may be resized.
fn protect(sheet: &mut Worksheet) {
    let options =
        ProtectionOptions { format_columns: true, format_rows: true, ..ProtectionOptions::default() };
    sheet.protect_with_options(&options);
}

fn is_whole(kind: Kind) -> bool {
    matches!(kind, Kind::Count | Kind::Change)
}

/// A look that shows what cells of a kind hold, with all its decimals.
fn fitting(format: &Format, kind: Kind) -> Format {
    match kind {
        Kind::Count | Kind::Change => format.clone(),
        Kind::Text => format.clone().set_num_format("@"),
        Kind::Amount | Kind::Days | Kind::Percent => format.clone().set_num_format("General"),
    }
}

/// What the form says to whoever fills in a cell: of its row, else of its column.
fn hint(table: &Table, row: usize, column: usize) -> Option<&Localised> {
    table.rows.leaf(row).hint.as_ref().or(table.columns.leaf(column).hint.as_ref())
}

/// A text no longer than a message may be.
fn message(text: &str) -> String {
    text.chars().take(MESSAGE / 2).collect()
}
