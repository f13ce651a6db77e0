//! The list of forms, and the page of one form: its tables and its rules in words.

use serde::Serialize;

use super::Subject;
use super::frame::Site;
use super::page::PageView;
use super::table::TableView;
use crate::diagnostic::Catalogue;
use crate::form::Form;

#[derive(Serialize)]
struct FormView {
    id: String,
    title: String,
    authority: String,
    source: Option<String>,
    from: u16,
    to: Option<u16>,
    supersedes: Option<String>,
    href: String,
    sections: Vec<FormSection>,
    rules: Vec<RuleView>,
    kinds: Vec<KindView>,
}

#[derive(Serialize)]
struct FormSection {
    id: String,
    title: String,
    required: bool,
    hint: Option<String>,
    tables: Vec<TableView>,
}

#[derive(Serialize)]
struct RuleView {
    code: String,
    says: String,
    formula: String,
    level: &'static str,
    table: String,
}

#[derive(Serialize)]
struct KindView {
    label: String,
    due: String,
}

fn view(site: &Site<'_>, form: &Form) -> FormView {
    let language = site.language;
    FormView {
        id: form.id.to_string(),
        title: form.title.get(language).to_owned(),
        authority: form.authority.get(language).to_owned(),
        source: form.source.clone(),
        from: form.from,
        to: form.to,
        supersedes: form.supersedes.as_deref().map(str::to_owned),
        href: Subject::Form(form.id.to_string()).route().to_string(),
        sections: sections(site, form),
        rules: form
            .all_rules()
            .map(|(table, rule)| RuleView {
                code: format!("rule/{}", rule.id),
                says: rule.says.get(language).to_owned(),
                formula: rule.formula.to_string(),
                level: rule.level.word(),
                table: table
                    .map(|number| form.tables[number].title.get(language).to_owned())
                    .unwrap_or_default(),
            })
            .collect(),
        kinds: form
            .kinds
            .iter()
            .map(|kind| KindView {
                label: kind.label.get(language).to_owned(),
                due: kind.due.map(|(month, day)| format!("{month:02}-{day:02}")).unwrap_or_default(),
            })
            .collect(),
    }
}

fn sections(site: &Site<'_>, form: &Form) -> Vec<FormSection> {
    let section = |section: &crate::form::Section| FormSection {
        id: section.id.to_string(),
        title: section.title.get(site.language).to_owned(),
        required: section.prose_required,
        hint: section.hint.as_ref().map(|hint| hint.get(site.language).to_owned()),
        tables: section
            .tables
            .iter()
            .map(|number| TableView::blank(form, &form.tables[*number], site.grids))
            .collect(),
    };
    form.sections.iter().map(section).collect()
}

pub(super) fn insert_list(site: &Site<'_>, context: &mut tera::Context) -> PageView {
    let portal = site.portal();
    let mut forms: Vec<FormView> =
        portal.forms.in_use(&portal.settings).map(|form| view(site, form)).collect();
    forms.reverse();
    context.insert("forms", &forms);
    PageView::new(site, &Subject::Forms, Catalogue::get().word("forms", site.language).to_owned())
}

pub(super) fn insert(site: &Site<'_>, id: &str, context: &mut tera::Context) -> Option<PageView> {
    let portal = site.portal();
    let form = portal.forms.in_use(&portal.settings).find(|form| *form.id == *id)?;
    context.insert("form", &view(site, form));
    let title = format!("{} ({})", form.title.get(site.language), form.authority.get(site.language));
    let forms = Catalogue::get().word("forms", site.language);
    Some(PageView::new(site, &Subject::Form(id.to_owned()), title).below(forms, &Subject::Forms))
}
