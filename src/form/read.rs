//! TOML to a form: every reference resolved, every mistake placed.

use std::ops::Range;
use std::sync::Arc;

use rust_decimal::Decimal;
use toml::de::{DeTable, DeValue};

use super::address::Address;
use super::axis::{Axis, Line};
use super::definition::{AgencyKind, Breakdown, Form, Highlight, Ranking, Section};
use super::formula::{self, Lines, Name, Reference};
use super::grid::Grid;
use super::heading::plain_heading;
use super::lead::{Piece, pieces};
use super::table::{Names, OpenRows, Rule, Table, Turn};
use super::value::{Blank, Kind};
use crate::diagnostic::{Diagnosed, Diagnostic, Diagnostics, Fact, Place, Severity};
use crate::fields::{self, Fields, nearest};
use crate::fingerprint::Fingerprint;
use crate::language::{DEFAULT_LANGUAGE, Language};
use crate::path::SourcePath;

/// Reads a form file. With any error there is no form: a mistake in the law file is told
/// once, here, and not once per report.
pub fn read(file: &SourcePath, text: &str) -> Diagnosed<Option<Form>> {
    let mut found = Diagnostics::default();
    let table = fields::parse(file, text, 0, &mut found);
    if !found.is_empty() {
        return Diagnosed::new(None, found);
    }
    let top = Fields::new(file, table.get_ref(), 0, 0..text.len().min(1));
    let mut reader = Reader { file, language: DEFAULT_LANGUAGE.into(), found };
    let form = reader.form(top, Fingerprint::of(text.as_bytes()));
    let usable = !reader.found.stop();
    Diagnosed::new(form.filter(|_| usable), reader.found)
}

struct Reader<'t> {
    file: &'t SourcePath,
    language: Arc<str>,
    found: Diagnostics,
}

impl<'t> Reader<'t> {
    fn wrong(&mut self, code: &'static str, what: &str, place: Place) {
        self.found.push(Diagnostic::new(code).fact("what", what).at(place));
    }

    fn form(&mut self, mut top: Fields<'t, '_>, fingerprint: Fingerprint) -> Option<Form> {
        self.language = top.text("language").unwrap_or(DEFAULT_LANGUAGE).into();
        let language = self.language.clone();
        let id = top.required_text("id").map(Arc::<str>::from);
        let stem = self.file.name().trim_end_matches(".toml").to_owned();
        if id.as_deref().is_some_and(|id| id != stem) {
            self.wrong("form/id", &stem, top.place_of("id"));
        }
        let title = top.required_localised("title", &language);
        let authority = top.localised("authority", &language).unwrap_or_default();
        let source = top.text("source").map(str::to_owned);
        let supersedes = top.text("supersedes").map(Arc::from);
        let (from, to) = self.years(&mut top);
        let kinds = self.kinds(&mut top);
        let tables = self.tables(&mut top);
        let sections = self.sections(&mut top, &tables);
        let rules = self.rules(top.tables("rule"), &tables, None);
        let highlights = self.highlights(top.tables("highlight"), &tables);
        let lead = self.lead(&mut top, &tables);
        let breakdown = self.breakdown(&mut top, &tables);
        let rankings = self.rankings(&mut top, &tables);
        let continues = self.continues(&mut top);
        self.found.extend(&top.finish());
        self.unique(tables.iter().flat_map(|t| &t.rules).chain(&rules));
        Some(Form {
            id: id?,
            title: title?,
            authority,
            source,
            language,
            from,
            to,
            supersedes,
            kinds,
            sections,
            tables: tables.into_iter().map(Arc::new).collect(),
            rules,
            highlights,
            lead,
            breakdown,
            rankings,
            continues,
            fingerprint,
        })
    }

    fn years(&mut self, top: &mut Fields<'t, '_>) -> (u16, Option<u16>) {
        let Some(mut years) = top.table("years") else {
            top.missing("years");
            return (0, None);
        };
        let (from, to) = (years.number("from"), years.number("to"));
        if from.is_none() {
            years.missing("from");
        }
        self.found.extend(&years.finish());
        (from.unwrap_or(0), to)
    }

    fn kinds(&mut self, top: &mut Fields<'t, '_>) -> Vec<AgencyKind> {
        let mut kinds = Vec::new();
        for mut kind in top.tables("kinds") {
            let id = kind.required_text("id");
            let label = kind.required_localised("label", &self.language);
            let due = kind.text("due");
            let day = due.and_then(month_and_day);
            if let (Some(due), None) = (due, day) {
                self.wrong("form/due", due, kind.place_of("due"));
            }
            self.found.extend(&kind.finish());
            if let (Some(id), Some(label)) = (id, label) {
                kinds.push(AgencyKind { id: id.into(), label, due: day });
            }
        }
        kinds
    }

    fn sections(&mut self, top: &mut Fields<'t, '_>, tables: &[Table]) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        for mut section in top.tables("section") {
            let id: Arc<str> = section.required_text("id").unwrap_or_default().into();
            let title = section.required_localised("title", &self.language).unwrap_or_default();
            let also = section.texts("also");
            let prose = section.text("prose").unwrap_or("optional");
            if !["required", "optional"].contains(&prose) {
                self.wrong("form/prose", prose, section.place_of("prose"));
            }
            let mut numbers = Vec::new();
            for name in section.texts("tables") {
                match tables.iter().position(|table| *table.id == *name) {
                    Some(number) => numbers.push(number),
                    None => self.wrong("form/unknown-table", &name, section.place_of("tables")),
                }
            }
            let hint = section.localised("hint", &self.language);
            if sections.iter().any(|other| other.id == id) {
                self.wrong("form/twice", &id, section.place_of("id"));
            }
            self.found.extend(&section.finish());
            let titles = title.all().map(|(_, title)| title).chain(also.iter().map(String::as_str));
            let plain_titles = titles.map(|title| plain_heading(title).into()).collect();
            let prose_required = prose == "required";
            sections.push(Section { id, title, also, plain_titles, prose_required, tables: numbers, hint });
        }
        for (number, table) in tables.iter().enumerate() {
            if !sections.iter().any(|section| section.tables.contains(&number)) {
                self.wrong("form/table-without-section", &table.id, Place::file(self.file));
            }
        }
        sections
    }

    fn tables(&mut self, top: &mut Fields<'t, '_>) -> Vec<Table> {
        let mut tables: Vec<Table> = Vec::new();
        let mut rules = Vec::new();
        for mut fields in top.tables("table") {
            rules.push(fields.tables("rule"));
            let place = fields.place_of("id");
            let table = self.table(&mut fields);
            self.found.extend(&fields.finish());
            if tables.iter().any(|other| other.id == table.id) {
                self.wrong("form/twice", &table.id, place);
            }
            tables.push(table);
        }
        for (number, rules) in rules.into_iter().enumerate() {
            tables[number].rules = self.rules(rules, &tables, Some(number));
        }
        tables
    }

    fn table(&mut self, fields: &mut Fields<'t, '_>) -> Table {
        let language = self.language.clone();
        let columns = self.axis(fields, "columns");
        let (rows, open) = match fields.value("rows").map(|v| v.get_ref()) {
            Some(DeValue::Table(_)) => (Axis::default(), self.open_rows(fields)),
            _ => (self.axis(fields, "rows"), None),
        };
        let table = Table {
            id: fields.required_text("id").unwrap_or_default().into(),
            title: fields.required_localised("title", &language).unwrap_or_default(),
            heading: fields.localised("heading", &language),
            corner: fields.localised("corner", &language),
            stub: fields.flag("stub").unwrap_or(true),
            unit: fields.localised("unit", &language),
            kind: self.word(fields, "kind", &Kind::ALL).unwrap_or(Kind::Count),
            blank: self.word(fields, "blank", &Blank::ALL).unwrap_or(Blank::Zero),
            note: fields.localised("note", &language),
            hint: fields.localised("hint", &language),
            rows,
            columns,
            open,
            rules: Vec::new(),
            grid: Grid::default(),
            names: Names::default(),
        };
        if table.columns.leaves.is_empty() {
            self.wrong("form/no-lines", "columns", fields.place_of("columns"));
        }
        if table.rows.leaves.is_empty() && table.open.is_none() {
            self.wrong("form/no-lines", "rows", fields.place_of("rows"));
        }
        match table.open {
            Some(_) => table.with_components(&[]),
            None => table.laid_out(),
        }
    }

    fn open_rows(&mut self, fields: &mut Fields<'t, '_>) -> Option<OpenRows> {
        let mut rows = fields.table("rows")?;
        if rows.text("each") != Some("component") {
            self.wrong("form/each", "component", rows.place_of("each"));
        }
        let combine = rows.text("combine");
        let place = rows.place_of("combine");
        let adds = self.combines(combine, place);
        let total = rows.table("total").map(|mut line| {
            let read = self.line(&mut line);
            self.found.extend(&line.finish());
            read
        });
        self.found.extend(&rows.finish());
        Some(OpenRows { total, adds })
    }

    fn combines(&mut self, combine: Option<&str>, place: Place) -> bool {
        match combine {
            None | Some("sum") => true,
            Some("none") => false,
            Some(other) => {
                self.wrong("form/combine", other, place);
                true
            }
        }
    }

    fn word<T: Copy>(
        &mut self,
        fields: &mut Fields<'t, '_>,
        key: &'static str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let written = fields.text(key)?;
        let found = words.iter().find(|(word, _)| *word == written);
        if found.is_none() {
            let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
            let place = fields.place_of(key);
            self.found
                .push(Diagnostic::new("form/word").fact("what", written).fact("known", known).at(place));
        }
        found.map(|(_, value)| *value)
    }

    fn line(&mut self, fields: &mut Fields<'t, '_>) -> Line {
        let language = self.language.clone();
        let combine = fields.text("combine");
        let combines = self.combines(combine, fields.place_of("combine"));
        Line {
            id: fields.required_text("id").unwrap_or_default().into(),
            label: fields.required_localised("label", &language).unwrap_or_default(),
            also: fields.texts("also"),
            parent: None,
            kind: self.word(fields, "kind", &Kind::ALL),
            unit: fields.localised("unit", &language),
            blank: self.word(fields, "blank", &Blank::ALL),
            sum: None,
            combines,
            hint: fields.localised("hint", &language),
            leaf: None,
            depth: 0,
        }
    }

    fn axis(&mut self, fields: &mut Fields<'t, '_>, key: &'static str) -> Axis {
        let mut lines: Vec<Line> = Vec::new();
        let mut sums: Vec<(Vec<String>, Place)> = Vec::new();
        for mut item in fields.tables(key) {
            let mut line = self.line(&mut item);
            let parent = item.text("parent").map(str::to_owned);
            let place = item.place_of("id");
            if !line.id.is_empty() && !is_line_id(&line.id) {
                self.wrong("form/line-id", &line.id, place.clone());
            }
            if lines.iter().any(|other| other.id == line.id) {
                self.wrong("form/twice", &line.id, place.clone());
            }
            line.parent = match &parent {
                Some(id) => lines.iter().position(|other| *other.id == **id),
                None => prefix(&lines, &line.id),
            };
            let orphan = parent.is_some() && line.parent.is_none();
            let dotted = parent.is_none() && line.id.contains('.') && line.parent.is_none();
            if orphan || dotted {
                let heading = parent.as_deref().or(line.id.rsplit_once('.').map(|(above, _)| above));
                self.wrong("form/parent", heading.unwrap_or_default(), place);
            }
            sums.push((item.texts("sum"), item.place_of("sum")));
            self.found.extend(&item.finish());
            lines.push(line);
        }
        let mut axis = Axis::new(lines);
        self.sums(&mut axis, &sums);
        axis
    }

    fn sums(&mut self, axis: &mut Axis, sums: &[(Vec<String>, Place)]) {
        let is_sum: Vec<bool> = sums.iter().map(|(parts, _)| !parts.is_empty()).collect();
        for (index, (parts, place)) in sums.iter().enumerate() {
            let mut leaves = Vec::new();
            for part in parts {
                match named_leaves(axis, part, &is_sum) {
                    Some(some) => leaves.extend(some),
                    None => self.unknown_line(axis, part, place.clone()),
                }
            }
            if parts.is_empty() {
                continue;
            }
            if axis.lines[index].leaf.is_none() {
                self.wrong("form/sum-heading", &axis.lines[index].id.clone(), place.clone());
            }
            axis.lines[index].sum = Some(leaves);
        }
        for (index, (_, place)) in sums.iter().enumerate() {
            if adds_itself(axis, index, &mut vec![None; axis.lines.len()]) {
                self.wrong("form/sum-circle", &axis.lines[index].id.clone(), place.clone());
                return;
            }
        }
    }

    fn unknown_line(&mut self, axis: &Axis, name: &str, place: Place) {
        let mut diagnostic = Diagnostic::new("form/unknown-line").fact("what", name).at(place);
        if let Some(near) = nearest(name, axis.lines.iter().map(|line| &*line.id)) {
            diagnostic = diagnostic.fact("near", near);
        }
        self.found.push(diagnostic);
    }

    fn rules(&mut self, rules: Vec<Fields<'t, '_>>, tables: &[Table], inside: Option<usize>) -> Vec<Rule> {
        let mut read = Vec::new();
        for mut fields in rules {
            let rule = self.rule(&mut fields, tables, inside);
            self.found.extend(&fields.finish());
            read.extend(rule);
        }
        read
    }

    fn rule(&mut self, fields: &mut Fields<'t, '_>, tables: &[Table], inside: Option<usize>) -> Option<Rule> {
        let turns = [("column", Turn::Columns), ("row", Turn::Rows)];
        let turn = match inside {
            Some(_) => self.word(fields, "each", &turns).unwrap_or(Turn::Once),
            None => Turn::Once,
        };
        let id = fields.required_text("id");
        let says = fields.required_localised("says", &self.language);
        let levels = [Severity::Error, Severity::Warning, Severity::Info].map(|level| (level.word(), level));
        let level = self.word(fields, "level", &levels).unwrap_or(Severity::Error);
        let tolerance = self.tolerance(fields);
        let only = self.only(fields, tables, inside, turn);
        let formula = fields.required_text("holds")?;
        let resolve = |name: &Name<'_>| resolve(name, tables, inside, turn);
        match formula::parse(formula, &resolve) {
            Ok(test) => Some(Rule {
                id: id?.into(),
                turn,
                only,
                test,
                formula: formula.into(),
                says: says?,
                level,
                tolerance,
            }),
            Err((range, word)) => {
                let place = inside_text(fields.place_of("holds"), formula, range);
                self.found
                    .push(Diagnostic::new("form/formula").fact("what", Fact::Word(word.into())).at(place));
                None
            }
        }
    }

    fn tolerance(&mut self, fields: &mut Fields<'t, '_>) -> Decimal {
        let Some(value) = fields.value("tolerance") else { return Decimal::ZERO };
        let written = match value.get_ref() {
            DeValue::Float(number) => number.as_str().to_owned(),
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        Decimal::from_str_exact(&written).unwrap_or_else(|_| {
            self.wrong("form/tolerance", &written, fields.place_of("tolerance"));
            Decimal::ZERO
        })
    }

    fn only(
        &mut self,
        fields: &mut Fields<'t, '_>,
        tables: &[Table],
        inside: Option<usize>,
        turn: Turn,
    ) -> Option<Vec<usize>> {
        let names = fields.texts("only");
        if names.is_empty() {
            return None;
        }
        let table = &tables[inside?];
        let axis = match turn {
            Turn::Columns => &table.columns,
            Turn::Rows => &table.rows,
            Turn::Once => return None,
        };
        let is_sum: Vec<bool> = axis.lines.iter().map(|line| line.sum.is_some()).collect();
        let mut leaves = Vec::new();
        for name in names {
            match named_leaves(axis, &name, &is_sum) {
                Some(some) => leaves.extend(some),
                None => self.unknown_line(axis, &name, fields.place_of("only")),
            }
        }
        Some(leaves)
    }

    fn highlights(&mut self, all: Vec<Fields<'t, '_>>, tables: &[Table]) -> Vec<Highlight> {
        let read = |fields| self.highlight(fields, tables);
        all.into_iter().filter_map(read).collect()
    }

    fn highlight(&mut self, mut fields: Fields<'t, '_>, tables: &[Table]) -> Option<Highlight> {
        let id = fields.required_text("id");
        let label = fields.required_localised("label", &self.language);
        let cell = fields.required_text("cell").unwrap_or_default();
        let found = cell.parse().ok().and_then(|address| find(tables, &address));
        if found.is_none() {
            self.wrong("form/unknown-cell", cell, fields.place_of("cell"));
        }
        self.found.extend(&fields.finish());
        let (table, cells) = found?;
        Some(Highlight { id: id?.into(), label: label?, table, cells })
    }

    /// The lead, taken apart in every language.
    fn lead(&mut self, top: &mut Fields<'t, '_>, tables: &[Table]) -> Vec<(Language, Vec<Piece>)> {
        let lead = top.localised("lead", &self.language).unwrap_or_default();
        let mut read = Vec::new();
        for (language, text) in lead.all() {
            match pieces(text, |address| find(tables, address)) {
                Ok(pieces) => read.push((language.into(), pieces)),
                Err(cell) => self.wrong("form/unknown-cell", cell, top.place_of("lead")),
            }
        }
        read
    }

    fn breakdown(&mut self, top: &mut Fields<'t, '_>, tables: &[Table]) -> Option<Breakdown> {
        let mut fields = top.table("breakdown")?;
        let title = fields.required_localised("title", &self.language);
        let whole = fields.table("whole");
        if whole.is_none() {
            fields.missing("whole");
        }
        let whole = whole.and_then(|whole| self.highlight(whole, tables));
        let parts = self.highlights(fields.tables("part"), tables);
        self.found.extend(&fields.finish());
        Some(Breakdown { title: title?, whole: whole?, parts })
    }

    fn rankings(&mut self, top: &mut Fields<'t, '_>, tables: &[Table]) -> Vec<Ranking> {
        let mut rankings = Vec::new();
        for mut fields in top.tables("ranking") {
            let title = fields.required_localised("title", &self.language);
            let figure = fields.table("figure");
            if figure.is_none() {
                fields.missing("figure");
            }
            let figure = figure.and_then(|figure| self.highlight(figure, tables));
            let among = fields.table("among").map(|among| self.highlight(among, tables));
            self.found.extend(&fields.finish());
            if let (Some(title), Some(figure), None | Some(Some(_))) = (title, figure, &among) {
                rankings.push(Ranking { title, figure, among: among.flatten() });
            }
        }
        rankings
    }

    fn continues(&mut self, top: &mut Fields<'t, '_>) -> Vec<(Arc<str>, String, Option<String>)> {
        let mut continues = Vec::new();
        let Some(older) = top.table("continues") else { return continues };
        for (form, table) in older.entries() {
            let Some(table) = table.get_ref().as_table() else {
                self.wrong("form/continues", form.get_ref(), older.place(table.span()));
                continue;
            };
            for (here, there) in sorted(table) {
                let target = match there.get_ref() {
                    DeValue::String(address) => Some(address.to_string()),
                    DeValue::Boolean(false) => None,
                    _ => {
                        self.wrong("form/continues", here.get_ref(), older.place(there.span()));
                        continue;
                    }
                };
                continues.push((Arc::from(&**form.get_ref()), here.get_ref().to_string(), target));
            }
        }
        continues
    }

    fn unique<'r>(&mut self, rules: impl Iterator<Item = &'r Rule>) {
        let mut ids: Vec<&str> = rules.map(|rule| &*rule.id).collect();
        ids.sort_unstable();
        for pair in ids.windows(2) {
            if pair[0] == pair[1] {
                self.wrong("form/twice", pair[0], Place::file(self.file));
            }
        }
    }
}

fn sorted<'t, 'i>(
    table: &'t DeTable<'i>,
) -> Vec<(&'t toml::Spanned<std::borrow::Cow<'i, str>>, &'t toml::Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// The place of a piece of a text value: its bytes lie behind the opening quote, if the
/// text is written without escapes.
fn inside_text(place: Place, text: &str, range: Range<usize>) -> Place {
    let Some(whole) = &place.range else { return place };
    let quotes = (whole.len() - text.len().min(whole.len())) / 2;
    let start = whole.start + quotes;
    let end = (start + range.end).min(whole.end);
    Place { range: Some((start + range.start).min(end)..end), ..place }
}

fn month_and_day(text: &str) -> Option<(u8, u8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day): (u8, u8) = (month.parse().ok()?, day.parse().ok()?);
    // A day of some year: of one that has 29 February.
    fields::day(&format!("2000-{month:02}-{day:02}"))?;
    Some((month, day))
}

/// Ids of lines: names of lower-case ASCII letters, digits and `_`, joined by dots.
fn is_line_id(id: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    id.split('.').all(|name| name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(good))
}

/// The heading whose id is all of this one but the last name.
fn prefix(lines: &[Line], id: &str) -> Option<usize> {
    let (above, _) = id.rsplit_once('.')?;
    lines.iter().position(|line| &*line.id == above)
}

/// The leaves meant by a name: `x` is a leaf, `x.*` the leaves below x that are not sums.
fn named_leaves(axis: &Axis, name: &str, is_sum: &[bool]) -> Option<Vec<usize>> {
    let Some(heading) = name.strip_suffix(".*") else {
        return axis.leaf_number(name).map(|leaf| vec![leaf]);
    };
    let index = axis.lines.iter().position(|line| &*line.id == heading)?;
    Some(axis.leaves_below(index).filter(|&leaf| !is_sum[axis.leaves[leaf]]).collect())
}

/// The cells of an address whose lines may be headings: their leaves, sums left out.
/// The table and the cells of an address, by number.
fn find(tables: &[Table], address: &Address) -> Option<(usize, Vec<usize>)> {
    let number = tables.iter().position(|table| *table.id == *address.table)?;
    Some((number, cells_of(&tables[number], address)?))
}

fn cells_of(table: &Table, address: &Address) -> Option<Vec<usize>> {
    let leaves = |axis: &Axis, id: &str| match axis.line(id)?.leaf {
        Some(leaf) => Some(vec![leaf]),
        None => {
            let is_sum: Vec<bool> = axis.lines.iter().map(|line| line.sum.is_some()).collect();
            named_leaves(axis, &format!("{id}.*"), &is_sum)
        }
    };
    let (rows, columns) = (leaves(&table.rows, &address.row)?, leaves(&table.columns, &address.column)?);
    Some(rows.iter().flat_map(|&row| columns.iter().map(move |&column| table.cell(row, column))).collect())
}

/// Whether the sums below a line lead back to one that is being looked into. `seen` says of
/// each line whether that is so now, or was before without a circle being found.
fn adds_itself(axis: &Axis, index: usize, seen: &mut [Option<bool>]) -> bool {
    if let Some(is_above) = seen[index] {
        return is_above;
    }
    seen[index] = Some(true);
    let mut parts = axis.lines[index].sum.iter().flatten();
    let circle = parts.any(|&leaf| adds_itself(axis, axis.leaves[leaf], seen));
    seen[index] = Some(circle);
    circle
}

/// Looks a name of a formula up. Errors are words of the catalogue.
fn resolve(
    name: &Name<'_>,
    tables: &[Table],
    inside: Option<usize>,
    turn: Turn,
) -> Result<Reference, &'static str> {
    let reference = |table, row, column| Reference { previous: name.previous, table, row, column };
    if let Some(id) = name.table {
        let number = tables.iter().position(|table| &*table.id == id).ok_or("formula-table")?;
        let table = &tables[number];
        let row = lines(&table.rows, name.first, table.open.is_some(), name.many)?;
        let column = lines(&table.columns, name.second.unwrap_or_default(), false, name.many)?;
        return Ok(reference(number, row, column));
    }
    let number = inside.ok_or("formula-address")?;
    let table = &tables[number];
    match turn {
        Turn::Columns => Ok(reference(
            number,
            lines(&table.rows, name.first, table.open.is_some(), name.many)?,
            Lines::Turn,
        )),
        Turn::Rows => {
            Ok(reference(number, Lines::Turn, lines(&table.columns, name.first, false, name.many)?))
        }
        Turn::Once => Err("formula-address"),
    }
}

fn lines(axis: &Axis, name: &str, open: bool, many: bool) -> Result<Lines, &'static str> {
    if name == "*" {
        return Ok(Lines::Turn);
    }
    let is_sum: Vec<bool> = axis.lines.iter().map(|line| line.sum.is_some()).collect();
    match named_leaves(axis, name, &is_sum) {
        Some(leaves) if name.ends_with(".*") && many => Ok(Lines::Leaves(leaves)),
        Some(_) if name.ends_with(".*") => Err("formula-many"),
        Some(leaves) if open => Ok(Lines::Named(axis.leaf(leaves[0]).id.clone())),
        Some(leaves) => Ok(Lines::Leaf(leaves[0])),
        None => Err("formula-line"),
    }
}
