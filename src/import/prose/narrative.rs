//! The words of the original, cut into the form's sections and written as Markdown. What belongs to no section
//! stays before the first.

use crate::form::Form;
use crate::import::block::{Block, Line, Mark, Paragraph, Place, Role, TextGrid};
use crate::import::label::{bare_key, distance, key};
use crate::import::line::is_page_number;

/// What stands under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::import) struct Passage {
    /// The heading as printed, on one line.
    pub heading: String,
    /// Whether it is one of the headings that the form knows.
    pub usual: bool,
    /// The text, as Markdown.
    pub markdown: String,
}

/// The words of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::import) struct Words {
    /// What stands before the first section, as Markdown.
    pub preface: String,
    /// For each section of the form what stands under it, if its heading was found.
    pub passages: Vec<Option<Passage>>,
}

/// A heading that could be a section's.
struct Heading {
    block: usize,
    section: usize,
    score: f32,
    usual: bool,
    text: String,
}

/// Cuts the blocks into sections. `taken` are those laid on tables; `dropped` lines before the first section are
/// facts written elsewhere, and so are `signed` lines at the end.
pub(in crate::import) fn cut(
    blocks: &[Block],
    taken: &[bool],
    form: &Form,
    [dropped, signed]: [&dyn Fn(&str) -> bool; 2],
    images: &dyn Fn(usize) -> Option<String>,
) -> Words {
    let blocks = unsigned(blocks, signed);
    let writer = Writer { blocks, taken, wrapped: width(blocks), images };
    writer.passages(&chain(headings(blocks, form)), form.sections.len(), dropped)
}

/// Cuts the blocks of a report without a form into its own chapters, under headings that are marked or numbered.
pub(in crate::import) fn chapters(
    blocks: &[Block],
    [dropped, signed]: [&dyn Fn(&str) -> bool; 2],
    images: &dyn Fn(usize) -> Option<String>,
) -> Words {
    let blocks = unsigned(blocks, signed);
    let begins =
        |text: &str| text.starts_with(|c: char| "一二三四五六七八九十第".contains(c)) && numbered(text);
    let titles: Vec<_> = titles(blocks).filter(|(_, text, _)| !dropped(text)).collect();
    let any_begins = titles.iter().any(|(_, text, _)| begins(text));
    let chosen =
        titles.into_iter().filter(|(_, text, marked)| if any_begins { begins(text) } else { *marked });
    let heading = |(section, (block, text, _))| Heading { block, section, score: 1.0, usual: true, text };
    let headings: Vec<Heading> = chosen.enumerate().map(heading).collect();
    let untaken = vec![false; blocks.len()];
    let writer = Writer { blocks, taken: &untaken, wrapped: width(blocks), images };
    writer.passages(&headings, headings.len(), dropped)
}

/// The blocks without the lines at the end that only say who signed.
fn unsigned<'b>(blocks: &'b [Block], signed: &dyn Fn(&str) -> bool) -> &'b [Block] {
    let signed = |text: &String| text.trim().is_empty() || signed(text);
    let end = blocks.iter().rposition(|block| !text_of(block).as_ref().is_some_and(signed));
    &blocks[..end.map_or(0, |end| end + 1)]
}

/// The lines that are short enough for the title of a chapter, by block, and whether the file marks them as one.
fn titles(blocks: &[Block]) -> impl Iterator<Item = (usize, String, bool)> + '_ {
    blocks.iter().enumerate().filter_map(|(number, block)| {
        let (text, marked) = match block {
            Block::Paragraph(paragraph) => {
                let marked = matches!(paragraph.role, Role::Heading(_) | Role::Section);
                (paragraph.text.replace('\n', ""), marked)
            }
            Block::Line(line) => (line.text(), line.text().starts_with('#')),
            Block::Grid(grid) => match &grid.rows[..] {
                [row] if row.len() == 1 => (row[0].text.replace('\n', ""), false),
                _ => return None,
            },
            Block::Image(..) => return None,
        };
        let text = text.trim().trim_start_matches(['#', '*', ' ']).trim_end_matches('*').trim().to_owned();
        let told = matches!(block, Block::Paragraph(Paragraph { role: Role::Section, .. }));
        let short = (3..=50).contains(&text.chars().count()) && !text.ends_with(['。', '；', '，']);
        (told || short).then_some((number, text, marked))
    })
}

/// The text of a block of text.
fn text_of(block: &Block) -> Option<String> {
    match block {
        Block::Paragraph(paragraph) => Some(paragraph.text.clone()),
        Block::Line(line) => Some(line.text()),
        Block::Grid(_) | Block::Image(..) => None,
    }
}

/// Whether a line says of the table below it what its figures count.
fn is_unit(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['（', '(']);
    let begins = ["单位", "Unit"].iter().find_map(|word| text.strip_prefix(word));
    begins.is_some_and(|rest| rest.starts_with(['：', ':']) && rest.chars().count() <= 12)
}

fn headings(blocks: &[Block], form: &Form) -> Vec<Heading> {
    let sections: Vec<Vec<String>> = form
        .sections
        .iter()
        .map(|section| {
            let titles =
                section.title.all().map(|(_, text)| text).chain(section.also.iter().map(String::as_str));
            titles.flat_map(|title| [key(title), bare_key(title)]).filter(|key| !key.is_empty()).collect()
        })
        .collect();
    let mut found = Vec::new();
    let told =
        |number: usize| matches!(blocks[number], Block::Paragraph(Paragraph { role: Role::Section, .. }));
    let all_told = (0..blocks.len()).any(told);
    for (number, text, marked) in titles(blocks).filter(|(number, ..)| !all_told || told(*number)) {
        let (own, bare) = (key(&text), bare_key(&text));
        for (section, titles) in sections.iter().enumerate() {
            // The sound of characters, or a remark, in brackets is no part of a title.
            let likeness = likeness(&own, titles).or_else(|| likeness(&bare, titles));
            let Some((likeness, usual)) = likeness else { continue };
            let style = if numbered(&text) || marked {
                0.3
            } else if text.starts_with(['（', '(']) {
                -0.6
            } else {
                0.0
            };
            found.push(Heading {
                block: number,
                section,
                score: likeness + style,
                usual,
                text: text.clone(),
            });
        }
    }
    found
}

/// Whether a text begins with a numeral and a comma, as chapters do.
fn numbered(text: &str) -> bool {
    if text.starts_with('第') && !key(text).starts_with('第') {
        return true;
    }
    let rest = text.trim_start_matches(|c: char| "一二三四五六七八九十0123456789".contains(c));
    rest.len() < text.len() && rest.starts_with(['、', '.', '．', ',', '，', ' '])
}

/// How like one of a section's titles a text is, and whether it is one exactly.
fn likeness(own: &str, titles: &[String]) -> Option<(f32, bool)> {
    if titles.iter().any(|title| title == own) {
        return Some((1.0, true));
    }
    let length = own.chars().count();
    let best = titles
        .iter()
        .filter_map(|title| {
            let other = title.chars().count();
            let slips = distance(own, title);
            if slips * 5 <= length.max(other) && length >= 4 {
                return Some(0.9 - slips as f32 / length.max(other) as f32);
            }
            let inside = own.contains(title.as_str()) || title.contains(own);
            (inside && length.min(other) * 2 >= length.max(other) && length.min(other) >= 4).then_some(0.6)
        })
        .max_by(f32::total_cmp);
    best.map(|score| (score, false))
}

/// The best headings in the form's order, each section once.
fn chain(found: Vec<Heading>) -> Vec<Heading> {
    let mut best: Vec<(f32, Option<usize>)> = Vec::with_capacity(found.len());
    for (number, heading) in found.iter().enumerate() {
        let before = (0..number)
            .filter(|other| found[*other].section < heading.section && found[*other].block < heading.block)
            .max_by(|a, b| best[*a].0.total_cmp(&best[*b].0));
        let so_far = before.map_or(0.0, |other| best[other].0.max(0.0));
        best.push((so_far + heading.score, before.filter(|other| best[*other].0 > 0.0)));
    }
    let last = (0..found.len()).max_by(|a, b| best[*a].0.total_cmp(&best[*b].0));
    let mut chosen = Vec::new();
    let mut at = last.filter(|last| best[*last].0 > 0.0);
    while let Some(number) = at {
        chosen.push(number);
        at = best[number].1;
    }
    chosen.reverse();
    let mut kept: Vec<Option<Heading>> = found.into_iter().map(Some).collect();
    chosen
        .into_iter()
        .filter_map(|number| kept[number].take())
        .filter(|heading| heading.score > 0.3)
        .collect()
}

/// The width of full lines, if the lines of the text are wrapped.
fn width(blocks: &[Block]) -> Option<f32> {
    let mut widths = Vec::new();
    let mut paged = false;
    for pair in blocks.windows(2) {
        if let [Block::Line(line), Block::Line(next)] = pair
            && !line.fragments.is_empty()
            && !next.fragments.is_empty()
        {
            paged = paged || matches!(line.place, Place::PageLine { .. });
            widths.push(right(line));
        }
    }
    let most = widths.iter().copied().fold(0.0, f32::max);
    let full = widths.iter().filter(|width| **width >= most * 0.85).count();
    let prose = most > 40.0;
    (prose && (paged && full >= 2 || full >= 5 && full * 2 >= widths.len())).then_some(most)
}

fn right(line: &Line) -> f32 {
    line.fragments.last().map_or(0.0, |fragment| fragment.extent.1)
}

struct Writer<'a> {
    blocks: &'a [Block],
    taken: &'a [bool],
    wrapped: Option<f32>,
    images: &'a dyn Fn(usize) -> Option<String>,
}

impl Writer<'_> {
    /// What stands under each heading, and before the first.
    fn passages(&self, headings: &[Heading], sections: usize, dropped: &dyn Fn(&str) -> bool) -> Words {
        let end = self.blocks.len();
        let begin = headings.first().map_or(end, |heading| heading.block);
        let mut words = Words { preface: self.write(0, begin, dropped), passages: vec![None; sections] };
        for (number, heading) in headings.iter().enumerate() {
            let end = headings.get(number + 1).map_or(end, |next| next.block);
            let markdown = self.write(heading.block + 1, end, &|_| false);
            let passage = Passage { heading: heading.text.clone(), usual: heading.usual, markdown };
            words.passages[heading.section] = Some(passage);
        }
        words
    }

    /// The blocks from one to another as Markdown.
    fn write(&self, from: usize, to: usize, dropped: &dyn Fn(&str) -> bool) -> String {
        let mut paragraphs: Vec<String> = Vec::new();
        let mut open: Option<String> = None;
        for number in from..to {
            let block = &self.blocks[number];
            let is_unit = || text_of(block).is_some_and(|text| is_unit(&text));
            let before_table = self.taken.get(number + 1).copied().unwrap_or(false);
            if self.taken[number] || before_table && is_unit() {
                paragraphs.extend(open.take().map(|text| written(&text)));
                continue;
            }
            if let Block::Line(line) = block {
                self.line(number, line, &mut open, &mut paragraphs, dropped);
                continue;
            }
            paragraphs.extend(open.take().map(|text| written(&text)));
            match block {
                Block::Paragraph(paragraph) => {
                    if !dropped(&paragraph.text) && !is_page_number(&paragraph.text) {
                        self.paragraph(paragraph, &mut paragraphs);
                    }
                }
                Block::Grid(grid) => paragraphs.extend(table(grid, dropped)),
                Block::Image(number, _) => {
                    paragraphs.extend((self.images)(*number).map(|name| format!("![]({name})")))
                }
                Block::Line(_) => {}
            }
        }
        paragraphs.extend(open.map(|text| written(&text)));
        let mut markdown = String::new();
        for (number, paragraph) in paragraphs.iter().enumerate() {
            if number > 0 {
                // Entries of one list stand together.
                let list = paragraph.starts_with("- ") && paragraphs[number - 1].starts_with("- ");
                markdown.push_str(if list { "\n" } else { "\n\n" });
            }
            markdown.push_str(paragraph);
        }
        markdown
    }

    fn line(
        &self,
        number: usize,
        line: &Line,
        open: &mut Option<String>,
        paragraphs: &mut Vec<String>,
        dropped: &dyn Fn(&str) -> bool,
    ) {
        let text = line.text();
        let text = text.trim();
        if is_page_number(text) {
            return;
        }
        // Pipes alone are what is left of a flattened table.
        let pipes = text.contains('|') && text.chars().all(|c| matches!(c, '|' | ' '));
        if text.is_empty() || pipes || dropped(text) {
            paragraphs.extend(open.take().map(|text| written(&text)));
            return;
        }
        let joins = open.is_some() && number > 0 && self.continues(number);
        match open {
            Some(begun) if joins => {
                if begun.ends_with(|c: char| c.is_ascii_alphanumeric())
                    && text.starts_with(|c: char| c.is_ascii_alphanumeric())
                {
                    begun.push(' ');
                }
                begun.push_str(text);
            }
            _ => {
                paragraphs.extend(open.take().map(|text| written(&text)));
                *open = Some(text.to_owned());
            }
        }
    }

    /// Whether a line goes on with the paragraph of the line before: that one is full, and this one is not set in.
    fn continues(&self, number: usize) -> bool {
        let (Some(full), Some(Block::Line(before)), Block::Line(line)) = (
            self.wrapped,
            self.blocks[..number].iter().rev().find(|b| !is_number_line(b)),
            &self.blocks[number],
        ) else {
            return false;
        };
        let left = |line: &Line| line.fragments.first().map_or(0.0, |fragment| fragment.extent.0);
        let text = line.text();
        let headed = numbered(text.trim())
            || text.trim().starts_with(['（', '('])
                && text.chars().nth(2).is_some_and(|c| matches!(c, '）' | ')'));
        let set_in = left(line) > left(before) + 3.0;
        right(before) >= full * 0.85 && !headed && !set_in
    }

    fn paragraph(&self, paragraph: &Paragraph, paragraphs: &mut Vec<String>) {
        let prefix = match paragraph.role {
            Role::Heading(level) => format!("{} ", "#".repeat(usize::from(level).clamp(3, 6))),
            Role::Item => "- ".to_owned(),
            Role::Body | Role::Section | Role::Footnote => String::new(),
        };
        if paragraph.marks.is_empty() {
            for line in paragraph.text.split('\n').map(str::trim).filter(|line| !line.is_empty()) {
                paragraphs.push(format!("{prefix}{}", escape(line)));
            }
            return;
        }
        let text = marked(&paragraph.text, &paragraph.marks);
        paragraphs.push(format!("{prefix}{}", text.trim().replace('\n', "  \n")));
    }
}

/// A line of text as Markdown; where it is Markdown already, headings and strong words stay.
fn written(text: &str) -> String {
    let words = text.trim_start_matches('#');
    let level = text.len() - words.len();
    if (1..=6).contains(&level) && words.starts_with(' ') {
        return format!("{} {}", "#".repeat(level.max(3)), escape(words.trim()));
    }
    let escaped = escape(text);
    let marks = escaped.matches("\\*\\*").count();
    if marks > 0 && marks.is_multiple_of(2) { escaped.replace("\\*\\*", "**") } else { escaped }
}

fn is_number_line(block: &&Block) -> bool {
    matches!(block, Block::Line(line) if is_page_number(&line.text()))
}

/// A paragraph with its links.
fn marked(text: &str, marks: &[Mark]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for mark in marks {
        let (Some(before), Some(inside)) = (text.get(at..mark.start), text.get(mark.start..mark.end)) else {
            continue;
        };
        out.push_str(&escape(before));
        match &mark.target {
            Some(target) => {
                let target = target.replace(' ', "%20").replace('(', "%28").replace(')', "%29");
                out.push_str(&format!("[{}]({target})", escape(inside.trim())));
            }
            None => out.push_str(&escape(inside)),
        }
        at = mark.end;
    }
    out.push_str(&escape(text.get(at..).unwrap_or_default()));
    out
}

/// A table that is no part of the form, as Markdown.
fn table(grid: &TextGrid, dropped: &dyn Fn(&str) -> bool) -> Vec<String> {
    if let [row] = &grid.rows[..]
        && let [cell] = &row[..]
    {
        let kept = cell.text.split('\n').map(str::trim).filter(|line| !line.is_empty() && !dropped(line));
        return kept.map(escape).collect();
    }
    if grid.width == 1 {
        let lines = grid.rows.iter().flatten().map(|cell| cell.text.replace('\n', " "));
        return lines.filter(|line| !line.trim().is_empty()).map(|line| escape(&line)).collect();
    }
    let mut lines = Vec::new();
    for (number, row) in grid.rows.iter().enumerate() {
        let mut cells = vec![String::new(); grid.width];
        for cell in row {
            cells[cell.column] = escape(&cell.text.replace('\n', " ")).replace('|', "\\|");
        }
        lines.push(format!("| {} |", cells.join(" | ")));
        if number == 0 {
            lines.push(format!("|{}", " --- |".repeat(grid.width)));
        }
    }
    if lines.is_empty() { Vec::new() } else { vec![lines.join("\n")] }
}

/// A text so that Markdown shows it as it is.
pub(in crate::import) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let special = match c {
            '\\' | '`' | '*' | '_' | '<' | '[' | ']' | '~' => true,
            '#' | '>' => at == 0,
            '-' | '+' | '=' => at == 0 && (text.len() == 1 || text[1..].starts_with([' ', '\t', '-', '='])),
            '.' | ')' => {
                let before = &text[..at];
                !before.is_empty()
                    && before.bytes().all(|b| b.is_ascii_digit())
                    && text[at + 1..].starts_with([' ', '\t'])
            }
            '|' => false,
            '&' => text[at..].find(';').is_some_and(|end| {
                end < 12 && text[at + 1..at + end].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#')
            }),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
