//! `gongkai explain`.

use std::io::Write;
use std::path::Path;

use clap::Args;

use super::memory::pipeline;
use super::terminal::Terminal;
use super::{CLEAN, FAULT};
use crate::diagnostic::Catalogue;
use crate::pipeline::Prepared;
use crate::plan::{self, Subject};
use crate::source::scan;

/// Explain a finding's code, or where a page comes from.
#[derive(Args)]
pub(super) struct Explain {
    /// A code such as rule/balance, or a page such as /agencies/water/2023/
    what: String,
}

impl Explain {
    pub(super) fn run(self, root: Option<&Path>, terminal: &Terminal) -> u8 {
        let catalogue = Catalogue::get();
        let prepared = root
            .filter(|root| root.join("site.toml").is_file())
            .map(|root| pipeline(root, true).prepare(&scan(root)));
        let rule = self.what.strip_prefix("rule/").and_then(|id| rule(id, prepared.as_ref(), terminal));
        let code = catalogue
            .sentence(&self.what)
            .map(|sentence| sentence.explain.get(&terminal.language).to_owned());
        let text = match (rule, code) {
            (Some(rule), Some(code)) => Some(format!("{rule}\n\n{code}")),
            (rule, code) => rule.or(code.filter(|_| !self.what.starts_with("rule/"))),
        };
        let text = text
            .map(|text| format!("{}\n\n{text}", self.what))
            .or_else(|| self.page(prepared.as_ref(), terminal));
        match text {
            Some(text) => {
                let _ = writeln!(anstream::stdout(), "{text}");
                CLEAN
            }
            None => {
                terminal.say("talk-unknown-code", &[("code", &self.what)]);
                FAULT
            }
        }
    }

    /// Where a page comes from.
    fn page(&self, prepared: Option<&Prepared>, terminal: &Terminal) -> Option<String> {
        let prepared = prepared?;
        let route = self.what.trim_start_matches('/');
        let page = format!("{}/index.html", route.trim_end_matches('/'));
        let routes = [route.to_owned(), page.trim_start_matches('/').to_owned()];
        let (portal, drawn) = (&prepared.checked.portal, &prepared.theme.drawn);
        let subject = routes.iter().find_map(|route| plan::find(portal, drawn, route))?;
        Some(origin(&subject, terminal))
    }
}

fn origin(subject: &Subject, terminal: &Terminal) -> String {
    let (route, origin) = (subject.route().to_string(), plan::origin(subject));
    match subject.template() {
        Some(template) => {
            let facts = [("route", &*route), ("template", template), ("origin", &origin)];
            terminal.words("talk-template", &facts)
        }
        None => terminal.words("talk-file", &[("route", &route), ("origin", &origin)]),
    }
}

/// A rule of the forms in use, as its sentence and formula.
fn rule(id: &str, prepared: Option<&Prepared>, terminal: &Terminal) -> Option<String> {
    let forms = prepared
        .map_or_else(crate::model::Forms::standard, |prepared| prepared.checked.portal.forms.all().to_vec());
    let rules = forms.iter().flat_map(|form| form.all_rules().map(move |(_, rule)| (form, rule)));
    let said: Vec<String> = rules
        .filter(|(_, rule)| *rule.id == *id)
        .map(|(form, rule)| {
            let (says, authority) =
                (rule.says.get(&terminal.language), form.authority.get(&terminal.language));
            format!("{} ({authority})\n  {says}\n  {}", form.id, rule.formula)
        })
        .collect();
    (!said.is_empty()).then(|| said.join("\n"))
}
