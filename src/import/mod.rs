//! Foreign reports come in here: any file becomes blocks, the blocks are laid on a form by their labels, and the
//! result is a draft, ready to be written, with a finding for everything that was not plainly there.
//!
//! This room knows no portal and does no IO: it is given bytes, forms and the names of agencies.

mod block;
mod draft;
mod figure;
mod label;
mod limits;
mod line;
mod original;
mod prose;
mod table;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::diagnostic::{Diagnosed, Diagnostics};
use crate::form::Form;
use crate::language::Localised;
use crate::path::SourcePath;

pub use block::{
    Attachment, Block, Fragment, Line, Mark, Original, Paragraph, Place, Remark, Role, TextCell, TextGrid,
};
pub use draft::{Draft, DraftSection, DraftTable, Tally};
pub use limits::Refusal;
pub use original::read;
pub use prose::{Facts, KnownAgency};
pub use table::{CellReading, Doubt, Matched, Reading, TableReading, lay};

use draft::{short, told, whereabouts};
use table::{Lexicon, Pieces};

/// The components of an agency: id and name.
pub type Components = Vec<(Arc<str>, Localised)>;

/// What is known beforehand.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The forms a report can have.
    pub forms: Vec<Arc<Form>>,
    /// The agencies of the portal.
    pub agencies: Vec<KnownAgency>,
    /// The components of agencies that have any, by the id of the agency.
    components: BTreeMap<String, Components>,
    /// The words of each form, made ready once for all files.
    words: OnceLock<Vec<Arc<Lexicon>>>,
}

impl Known {
    /// What a portal knows.
    pub fn new(forms: Vec<Arc<Form>>, agencies: Vec<KnownAgency>) -> Self {
        Self { forms, agencies, components: BTreeMap::new(), words: OnceLock::new() }
    }

    /// This, and the components (id and name) of each agency.
    pub fn with_components(self, components: impl IntoIterator<Item = (String, Components)>) -> Self {
        Self { components: components.into_iter().collect(), ..self }
    }

    fn words(&self) -> &[Arc<Lexicon>] {
        self.words.get_or_init(|| self.forms.iter().map(|form| Arc::new(Lexicon::new(form))).collect())
    }
}

/// What is given, whatever the original says.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The id of the agency.
    pub agency: Option<String>,
    /// The reporting year.
    pub year: Option<u16>,
    /// The id of the form.
    pub form: Option<String>,
}

/// How much a form in force for the year is preferred, when the tables fit two.
const IN_FORCE: f32 = 8.0;

/// How much a form in the language of the text is preferred.
const OWN_LANGUAGE: f32 = 16.0;

/// Makes a draft of a file. `file` is only its name, for findings.
pub fn import(file: &SourcePath, bytes: &[u8], known: &Known, given: &Given) -> Diagnosed<Option<Draft>> {
    let mut found = Diagnostics::default();
    let original = match original::read(bytes) {
        Ok(original) => original,
        Err(refusal) => {
            found.push(draft::refused(refusal, file));
            return Diagnosed::new(None, found);
        }
    };
    for remark in &original.remarks {
        found.push(draft::remarked(remark, file));
    }
    let Some((form, matched)) = choose(&original, known, given) else {
        found.push(told("import/no-form", file));
        return Diagnosed::new(None, found);
    };
    let facts = prose::find_facts(&original, &matched.taken, &form, &known.agencies);
    let year = given.year.or(facts.year);
    let draft = if given.form.is_none() && is_before(&form, &matched, year, known) {
        prose(file, original, &form, facts, (known, given), &mut found)
    } else {
        compose(file, original, form, &matched, facts, (known, given), &mut found)
    };
    Diagnosed::new(Some(draft), found)
}

/// Whether the report is of a year before any form of its language, and has no tables of the one that fits best.
fn is_before(form: &Form, matched: &Matched, year: Option<u16>, known: &Known) -> bool {
    let forms = || known.forms.iter().filter(|other| other.language == form.language);
    let rows = || matched.tables.iter().flat_map(|table| &table.rows);
    year.is_some_and(|year| forms().all(|other| year < other.from))
        && rows().filter(|found| **found).count() * 4 < rows().count()
}

/// The form that fits best, and the original laid on it.
fn choose(original: &Original, known: &Known, given: &Given) -> Option<(Arc<Form>, Matched)> {
    let told = original.facts.iter().find(|(name, _)| name == "form").map(|(_, id)| id.clone());
    let wanted = given.form.as_ref().or(told.as_ref());
    let mut best: Option<(f32, Arc<Form>, Matched)> = None;
    let untaken = vec![false; original.blocks.len()];
    let pieces = Pieces::of(&original.blocks);
    let chinese = is_chinese(&original.blocks);
    for (form, words) in known.forms.iter().zip(known.words()) {
        if wanted.is_some_and(|wanted| **wanted != *form.id) {
            continue;
        }
        let year = given.year.or_else(|| prose::find_facts(original, &untaken, form, &[]).year);
        let form = of_components(original, known, form);
        let matched = pieces.lay(&form, words);
        let mut score = matched.score;
        score += if year.is_some_and(|year| form.in_force(year)) { IN_FORCE } else { 0.0 };
        score += if form.language.starts_with("zh") == chinese { OWN_LANGUAGE } else { 0.0 };
        // Of forms that fit alike the newer one is more likely.
        let better = |(other, older, _): &(f32, Arc<Form>, Matched)| {
            score > *other || score == *other && form.from > older.from
        };
        if best.as_ref().is_none_or(better) {
            best = Some((score, form, matched));
        }
    }
    best.map(|(_, form, matched)| (form, matched))
}

/// Whether there are more Chinese characters than Latin letters.
fn is_chinese(blocks: &[Block]) -> bool {
    let count = |text: &str| -> isize {
        let worth = |c: char| if c.is_ascii_alphabetic() { -1 } else { isize::from(c.is_alphabetic()) };
        text.chars().map(worth).sum()
    };
    let all = blocks.iter().map(|block| match block {
        Block::Paragraph(paragraph) => count(&paragraph.text),
        Block::Line(line) => line.fragments.iter().map(|fragment| count(&fragment.text)).sum(),
        Block::Grid(grid) => grid.rows.iter().flatten().map(|cell| count(&cell.text)).sum(),
        Block::Image(..) => 0,
    });
    all.sum::<isize>() > 0
}

/// The form with the rows of the agency's components, for a workbook of ours, which names each of its cells.
fn of_components(original: &Original, known: &Known, form: &Arc<Form>) -> Arc<Form> {
    let agency = original.facts.iter().find(|(name, _)| name == "gongkai-agency");
    match agency.and_then(|(_, id)| known.components.get(id)) {
        Some(components) => Arc::new(form.with_components(components)),
        None => form.clone(),
    }
}

/// A draft of words alone.
fn prose(
    file: &SourcePath,
    original: Original,
    form: &Form,
    facts: Facts,
    (known, given): (&Known, &Given),
    found: &mut Diagnostics,
) -> Draft {
    tell_agency(file, &facts, given, found);
    let (agency, agency_name) = agency(&facts, known, given);
    let year = given.year.or(facts.year);
    found.push(told("import/before-forms", file).fact("year", year.unwrap_or_default().to_string()));
    let names = pictures(file, &original, found);
    let dropped = |line: &str| is_fact_line(line, facts.title.as_deref(), &facts);
    let signed = |line: &str| facts.is_signature(line, &agency_name);
    let words = prose::chapters(&original.blocks, [&dropped, &signed], &|number| names.get(number).cloned());
    let sections = words.passages.into_iter().flatten();
    let id = Arc::from("");
    let section = |passage: prose::Passage| draft::section(&id, passage.heading, true, passage.markdown);
    Draft {
        form: None,
        agency,
        agency_name,
        year,
        title: facts.title.clone().unwrap_or_else(|| form.title.original().to_owned()),
        preface: words.preface,
        sections: sections.map(section).collect(),
        tables: Vec::new(),
        attachments: original.attachments,
        tally: Tally::default(),
        facts,
    }
}

/// The agency that it is, by id if it is a known one, and its name.
fn agency(facts: &Facts, known: &Known, given: &Given) -> (Option<String>, String) {
    let id = given.agency.clone().or_else(|| match &facts.agencies[..] {
        [only] => Some(only.clone()),
        _ => None,
    });
    let known = id.as_ref().and_then(|id| known.agencies.iter().find(|agency| agency.id == *id));
    let name = known.map(|agency| agency.name.clone()).or_else(|| facts.name.clone()).unwrap_or_default();
    (id, name)
}

/// The names of the pictures in the original, each told.
fn pictures(file: &SourcePath, original: &Original, found: &mut Diagnostics) -> Vec<String> {
    let names: Vec<String> = original.attachments.iter().map(|attachment| attachment.name.clone()).collect();
    for name in &names {
        found.push(told("import/image", file).fact("name", name.clone()));
    }
    names
}

/// Puts the draft together and tells what is not plain.
fn compose(
    file: &SourcePath,
    original: Original,
    form: Arc<Form>,
    matched: &Matched,
    facts: Facts,
    (known, given): (&Known, &Given),
    found: &mut Diagnostics,
) -> Draft {
    let year = given.year.or(facts.year);
    tell_agency(file, &facts, given, found);
    tell_year(file, &facts, &form, year, (known, given), found);
    let (agency, agency_name) = agency(&facts, known, given);
    let (tables, tally) = draft::tables(matched, &form, file, found);
    let names = pictures(file, &original, found);
    let title = facts.title.clone();
    let dropped = |line: &str| is_fact_line(line, title.as_deref(), &facts);
    let signed = |line: &str| facts.is_signature(line, &agency_name);
    let words =
        prose::cut_sections(&original.blocks, &matched.taken, &form, [&dropped, &signed], &|number| {
            names.get(number).cloned()
        });
    let mut sections = Vec::new();
    for (section, passage) in form.sections.iter().zip(words.passages) {
        if passage.is_none() {
            found.push(told("import/no-section", file).fact("section", section.title.clone()));
        }
        let passage = passage.unwrap_or_else(|| prose::Passage {
            heading: section.title.original().to_owned(),
            usual: true,
            markdown: String::new(),
        });
        let mut markdown = passage.markdown;
        for line in notes(matched, &form, &section.tables) {
            if !markdown.is_empty() {
                markdown.push_str("\n\n");
            }
            markdown.push_str(&prose::escape(&line));
        }
        sections.push(draft::section(&section.id, passage.heading, passage.usual, markdown));
    }
    for (text, place, _) in &matched.extra {
        found.push(
            told("import/extra-text", file).fact("text", short(text)).fact("where", whereabouts(*place)),
        );
    }
    let title = facts.title.clone().unwrap_or_default();
    Draft {
        form: Some(form),
        agency,
        agency_name,
        year,
        title,
        facts,
        preface: words.preface,
        sections,
        tables,
        attachments: original.attachments,
        tally,
    }
}

/// What stands in the tables of a section beside the figures: texts of no label, and remarks inside cells.
fn notes(matched: &Matched, form: &Form, tables: &[usize]) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for number in tables {
        let table = &form.tables[*number];
        for (cell, reading) in matched.tables[*number].cells.iter().enumerate() {
            for doubt in reading.iter().flat_map(|reading| &reading.doubts) {
                let (Doubt::Remark(text) | Doubt::Unreadable(text) | Doubt::Converted(text)) = doubt else {
                    continue;
                };
                let (row, column) = table.crossing(cell);
                let (row, column) =
                    (table.rows.leaf(row).label.original(), table.columns.leaf(column).label.original());
                notes.push(format!("{row} / {column}: {text}"));
            }
        }
        let extra = matched.extra.iter().filter(|(_, _, table)| table == number);
        notes.extend(extra.map(|(text, ..)| text.replace('\n', " ")));
    }
    notes
}

/// Whether a line before the first section only says what the head of the report says again.
fn is_fact_line(line: &str, title: Option<&str>, facts: &Facts) -> bool {
    let line = label::widths(line);
    let line = line.trim();
    if title.is_some_and(|title| label::key(title) == label::key(line)) {
        return true;
    }
    let short = line.chars().count() <= 90 && !line.contains('。');
    let has = |value: &Option<String>| value.as_ref().is_some_and(|value| line.contains(value.as_str()));
    let dated = facts.published.as_ref().is_some_and(|date| {
        let digits: Vec<u16> = date.split('-').filter_map(|part| part.parse().ok()).collect();
        let own: Vec<u16> =
            line.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
        own.windows(digits.len()).any(|window| window == digits)
    });
    let marked = line.contains(':');
    short && marked && (has(&facts.source) || has(&facts.number) || has(&facts.index) || dated)
}

/// Tells whose report it seems to be.
fn tell_agency(file: &SourcePath, facts: &Facts, given: &Given, found: &mut Diagnostics) {
    if given.agency.is_some() {
        return;
    }
    match (&facts.agencies[..], &facts.name) {
        ([_], _) => {}
        ([], Some(name)) => found.push(told("import/agency-proposed", file).fact("name", name.clone())),
        ([], None) => found.push(told("import/agency-unknown", file)),
        (several, _) => found.push(told("import/agency-several", file).fact("names", several.join(", "))),
    }
}

/// Tells of which year and form it seems to be.
fn tell_year(
    file: &SourcePath,
    facts: &Facts,
    form: &Form,
    year: Option<u16>,
    (known, given): (&Known, &Given),
    found: &mut Diagnostics,
) {
    match year {
        None => found.push(told("import/year-unknown", file)),
        Some(year) => {
            if given.year.is_none() && facts.year_concluded {
                found.push(told("import/year-concluded", file).fact("year", year.to_string()));
            }
            let usual =
                known.forms.iter().find(|other| other.in_force(year) && other.language == form.language);
            if given.form.is_none()
                && let Some(usual) = usual.filter(|usual| usual.id != form.id)
            {
                let told = told("import/other-form", file).fact("year", year.to_string());
                found.push(told.fact("form", form.authority.clone()).fact("usual", usual.authority.clone()));
            }
        }
    }
}
