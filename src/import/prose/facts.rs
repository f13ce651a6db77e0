//! What the original says of itself: whose report it is, of which year, when and where it was published.

use crate::form::Form;
use crate::import::block::{Block, Original};
use crate::import::label::{key, widths};

use super::agency::{is_body, name_in_sentence, name_in_title};
use super::date::{date, years};

/// An agency that the portal knows, by all its names.
#[derive(Clone, Debug)]
pub struct KnownAgency {
    /// Its id.
    pub id: String,
    /// Its full name today.
    pub name: String,
    /// All names: full, short and former, in every language.
    pub names: Vec<String>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The title as printed.
    pub title: Option<String>,
    /// The ids of known agencies that are named as the report's own; more than one is a question.
    pub agencies: Vec<String>,
    /// The agency's name as the original has it.
    pub name: Option<String>,
    /// The reporting year.
    pub year: Option<u16>,
    /// Whether the year was only concluded from the text.
    pub year_concluded: bool,
    /// The day of publication, as `YYYY-MM-DD`.
    pub published: Option<String>,
    /// Where the text comes from.
    pub source: Option<String>,
    /// The document number.
    pub number: Option<String>,
    /// The number in the index of public information.
    pub index: Option<String>,
}

impl Facts {
    /// Whether a line at the end is nothing but the name of the agency or the day of publication.
    pub(in crate::import) fn is_signature(&self, line: &str, agency: &str) -> bool {
        let line = widths(line);
        let line = line.trim();
        let named = [Some(agency), self.name.as_deref()].contains(&Some(line)) && !line.is_empty();
        named || self.published.is_some() && line.chars().count() <= 14 && date(line, false) == self.published
    }
}

/// Words before a date of publication, before the source, the document number and the index number.
const DATE_WORDS: [&str; 14] = [
    "发布日期",
    "发布时间",
    "公开日期",
    "公开时间",
    "发文日期",
    "成文日期",
    "生成日期",
    "撰写时间",
    "撰写日期",
    "更新时间",
    "日期",
    "时间",
    "Published",
    "Date",
];
const SOURCE_WORDS: [&str; 5] = ["信息来源", "文章来源", "来源", "发布机构", "Source"];
const NUMBER_WORDS: [&str; 3] = ["发文字号", "文号", "文件编号"];
const INDEX_WORDS: [&str; 2] = ["索引号", "信息索引号"];

/// Finds the facts. `taken` tells which blocks are tables of the form.
pub(in crate::import) fn find(
    original: &Original,
    taken: &[bool],
    form: &Form,
    known: &[KnownAgency],
) -> Facts {
    if let Some(own) = own(original, known) {
        return own;
    }
    let lines = lines(original, taken);
    let mut facts = Facts { title: title(original, &lines, form), ..Facts::default() };
    let title = facts.title.clone().unwrap_or_default();
    let fact = |names: &[&str]| {
        let found = original
            .facts
            .iter()
            .find(|(name, _)| names.iter().any(|other| name.eq_ignore_ascii_case(other)));
        found.map(|(_, value)| value.clone())
    };
    let head: Vec<&String> = lines.iter().take(20).chain(lines.iter().rev().take(12)).collect();
    let after = |words: &[&str]| head.iter().find_map(|line| value_after(line, words));
    facts.source = after(&SOURCE_WORDS).or_else(|| fact(&["ContentSource"]));
    facts.number = after(&NUMBER_WORDS);
    facts.index = after(&INDEX_WORDS);
    let between = ['：', ':', ' ', '】', ']', '|', '\t'];
    let day_after = |line: &str| {
        // The period that the figures are of is no day of publication.
        let period = ["统计时", "统计数", "统计期", "统计区", "数据时", "起止时"];
        if period.iter().any(|word| line.contains(word)) || line.replace(' ', "").contains("12月31日") {
            return None;
        }
        DATE_WORDS.iter().find_map(|word| date(line.split_once(word)?.1.trim_start_matches(between), true))
    };
    // A word on a line of its own has its day on the next.
    let is_alone = |line: &String| DATE_WORDS.contains(&line.trim_end_matches(between));
    let next =
        || lines.windows(2).take(20).find_map(|pair| date(&pair[1], false).filter(|_| is_alone(&pair[0])));
    // Below a title the day often stands alone, with or without the hour.
    let is_clock = |line: &str| line.chars().all(|c| !c.is_alphabetic() || "年月日".contains(c));
    let alone = || lines.iter().take(12).filter(|line| is_clock(line)).find_map(|line| date(line, false));
    let dated = head.iter().find_map(|line| day_after(line)).or_else(next).or_else(alone);
    facts.published = dated
        .or_else(|| fact(&["PubDate", "date", "publishdate"]).and_then(|text| date(&text, true)))
        .or_else(|| {
            lines
                .iter()
                .rev()
                .take(8)
                .find_map(|line| date(line, true).filter(|_| line.chars().count() <= 14))
        });
    (facts.year, facts.year_concluded) = year(&title, &lines, facts.published.as_deref());
    identify(&mut facts, &title, &lines, known, form);
    facts
}

/// The facts that a workbook of ours tells of itself; nothing else in it is searched for any.
fn own(original: &Original, known: &[KnownAgency]) -> Option<Facts> {
    let fact = |name: &str| {
        let found = original.facts.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    let (agency, year) = (fact("gongkai-agency")?, fact("gongkai-year")?);
    Some(Facts {
        title: fact("gongkai-title"),
        agencies: known.iter().filter(|known| known.id == agency).map(|known| known.id.clone()).collect(),
        name: fact("gongkai-name"),
        year: Some(year.parse().ok()?),
        published: fact("gongkai-published").and_then(|text| date(&text, false)),
        ..Facts::default()
    })
}

/// The lines of text outside the tables, without those that are empty.
fn lines(original: &Original, taken: &[bool]) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, block) in original.blocks.iter().enumerate() {
        if taken.get(number).copied().unwrap_or(false) {
            continue;
        }
        match block {
            Block::Paragraph(paragraph) => lines.extend(paragraph.text.split('\n').map(widths)),
            Block::Line(line) => lines.push(widths(&line.text())),
            // Small cells above the tables of a workbook are lines too.
            Block::Grid(grid) => {
                lines.extend(grid.rows.iter().flatten().take(20).map(|cell| widths(&cell.text)))
            }
            Block::Image(..) => {}
        }
    }
    lines
        .into_iter()
        .map(|line| without_readings(line.trim()))
        .filter(|line| !line.is_empty())
        .take(4000)
        .collect()
}

/// A line without the readings that some pages put in brackets behind characters, such as `区(qū)`.
fn without_readings(line: &str) -> String {
    let mut rest = line;
    let mut kept = String::with_capacity(line.len());
    while let Some((before, after)) = rest.split_once('(') {
        kept.push_str(before);
        let reading = after.split_once(')').filter(|(reading, _)| {
            let is_letter = |c: char| c.is_lowercase() && c.is_alphabetic();
            kept.ends_with(|c: char| !c.is_ascii()) && !reading.is_empty() && reading.chars().all(is_letter)
        });
        match reading {
            Some((_, after)) => rest = after,
            None => {
                kept.push('(');
                rest = after;
            }
        }
    }
    kept + rest
}

/// The line that is the title: it names a report and a year.
fn title(original: &Original, lines: &[String], form: &Form) -> Option<String> {
    let called: Vec<String> = form.title.all().map(|(_, text)| key(text)).collect();
    let names = |line: &str| {
        let line_key = key(line);
        called.iter().any(|called| line_key.contains(called.as_str()))
            || line.contains("报告") && (line.contains("信息公开") || line.contains("政务公开"))
            || line.contains("公开年报")
            || line.contains("公开工作年报")
    };
    let is_title = |line: &&String| {
        line.chars().count() <= 60
            && names(line)
            && years(line).next().is_some()
            && !line.contains(['。', '；', '《'])
            // The way to a page is none.
            && line.matches(['/', '>']).count() < 2
    };
    let candidates = || lines.iter().take(30).filter(is_title);
    // A menu above may name the year and the kind of report, but not whose it is.
    let named = candidates().find(|line| name_in_title(bare(line), form).is_some());
    let printed = named.or_else(|| candidates().next()).cloned();
    // A long title may be broken over two lines.
    let broken = || {
        lines.windows(2).take(20).map(|pair| format!("{}{}", pair[0], pair[1])).find(|line| is_title(&line))
    };
    let told = || original.facts.iter().map(|(_, value)| value).find(|value| is_title(value)).cloned();
    printed.or_else(told).or_else(broken).map(|title| bare(&title).to_owned())
}

/// A title without what marks a heading in Markdown, the number of a page and the word that says that it is one.
fn bare(title: &str) -> &str {
    let title = title.trim_matches(['#', '*', ' ']);
    let page = title.strip_prefix("Page").and_then(|rest| rest.split_once(" - "));
    let title = page.map_or(title, |(_, title)| title);
    let named = title.split_once(':').filter(|(word, _)| ["名称", "标题"].contains(&&*word.replace(' ', "")));
    named.map_or(title, |(_, title)| title).trim()
}

/// What stands behind one of the words and a colon, up to a gap.
fn value_after(line: &str, words: &[&str]) -> Option<String> {
    let rest = words.iter().find_map(|word| Some(line.split_once(word)?.1))?;
    let rest = rest.trim_start_matches(['】', ']', ' ']).strip_prefix([':', '：'])?.trim_start();
    let value: String =
        rest.chars().take_while(|c| !c.is_whitespace() && !matches!(c, '|' | '【' | '[')).collect();
    Some(value).filter(|value| !value.is_empty() && value.chars().count() <= 40)
}

/// The reporting year, and whether it is only concluded: from the title, from the period, from the text, from the
/// day of publication.
fn year(title: &str, lines: &[String], published: Option<&str>) -> (Option<u16>, bool) {
    if let Some(year) = years(title).next() {
        return (Some(year), false);
    }
    let ends_a_year = |line: &&String| line.replace(' ', "").contains("12月31日");
    let period = lines.iter().take(60).find(ends_a_year);
    if let Some(year) = period.and_then(|line| years(line).next()) {
        return (Some(year), false);
    }
    let mut counted: Vec<(u16, usize)> = Vec::new();
    for year in lines.iter().take(60).flat_map(|line| years(line).collect::<Vec<_>>()) {
        match counted.iter_mut().find(|(other, _)| *other == year) {
            Some((_, count)) => *count += 1,
            None => counted.push((year, 1)),
        }
    }
    // Of years named alike the first is that of the report; the plans for the next come behind.
    if let Some((year, _)) = counted.iter().rev().max_by_key(|(_, count)| *count) {
        return (Some(*year), true);
    }
    let published = published.and_then(|date| date[..4].parse::<u16>().ok());
    (published.map(|year| year - 1), true)
}

/// Whose report it is: a known agency named in the title, as the source, under the text or at its beginning.
fn identify(facts: &mut Facts, title: &str, lines: &[String], known: &[KnownAgency], form: &Form) {
    let signature: Vec<&String> =
        lines.iter().rev().take(6).filter(|line| line.chars().count() <= 30).collect();
    let source = facts.source.clone().unwrap_or_default();
    let beginning = lines.iter().take(6).cloned().collect::<Vec<_>>().join("\n");
    let signed = signature.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("\n");
    for text in [title, source.as_str(), signed.as_str(), beginning.as_str()] {
        let mut best: Vec<(usize, &KnownAgency)> = Vec::new();
        for agency in known {
            let named = agency
                .names
                .iter()
                .map(|name| widths(name))
                .filter(|name| !name.is_empty() && text.contains(name.as_str()));
            if let Some(length) = named.map(|name| name.chars().count()).max() {
                best.push((length, agency));
            }
        }
        let longest = best.iter().map(|(length, _)| *length).max();
        facts.agencies = best
            .iter()
            .filter(|(length, _)| Some(*length) == longest)
            .map(|(_, agency)| agency.id.clone())
            .collect();
        if let [(_, agency)] =
            best.iter().filter(|(length, _)| Some(*length) == longest).collect::<Vec<_>>()[..]
        {
            facts.name = Some(agency.name.clone());
        }
        if !facts.agencies.is_empty() {
            break;
        }
    }
    if facts.name.is_none() {
        facts.name = name_in_title(title, form)
            .or_else(|| {
                signature
                    .iter()
                    .map(|line| line.trim_matches(|c: char| !c.is_alphanumeric()))
                    .find(|line| is_body(line))
                    .map(str::to_owned)
            })
            .or_else(|| lines.iter().take(12).find_map(|line| name_in_sentence(line)))
            .or_else(|| facts.source.clone().filter(|source| is_body(source)));
    }
    // An office often leaves the place out of its own name.
    if let (true, Some(name)) = (facts.agencies.is_empty(), &facts.name)
        && name.chars().count() >= 5
    {
        let ends =
            |agency: &&KnownAgency| agency.names.iter().any(|full| widths(full).ends_with(name.as_str()));
        if let [only] = known.iter().filter(ends).collect::<Vec<_>>()[..] {
            facts.agencies = vec![only.id.clone()];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_without_what_pages_put_before_them() {
        assert_eq!(bare("## 示例局2022年年度报告"), "示例局2022年年度报告");
        assert_eq!(bare("Page 8 - 示例局2022年年度报告"), "示例局2022年年度报告");
        assert_eq!(bare("名 称:示例局2022年年度报告"), "示例局2022年年度报告");
        assert_eq!(without_readings("新榮區(qū)交通局(示例)"), "新榮區交通局(示例)");
    }
}
