//! A view and a template give text.

use std::io;

use tera::{Context, ErrorKind, Tera};

use super::filters;
use super::theme::{LAYERS, Theme};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::path::SourcePath;
use crate::plan::SiteView;

/// The template engine with a theme in it, for one portal and language.
pub(super) struct Engine(Tera);

/// No page is larger than this; a template that makes one runs wild.
const PAGE_LIMIT: usize = 256 << 20;

/// An engine with the templates of a theme; every template that cannot be understood is
/// found.
pub(super) fn compile(theme: &Theme, found: &mut Diagnostics) -> Tera {
    let mut tera = empty();
    let all = theme.templates.iter().map(|template| (template.name.as_str(), template.text.as_str()));
    let Err(error) = tera.add_raw_templates(all) else { return tera };
    let mut wrong = Diagnostics::default();
    for template in &theme.templates {
        let alone = empty().add_raw_template(&template.name, &template.text);
        if let Err(error) = alone
            && matches!(error.kind(), ErrorKind::SyntaxError(_))
        {
            wrong.push(diagnostic(&error, &template.name, theme, "theme/syntax"));
        }
    }
    if wrong.is_empty() {
        wrong.push(diagnostic(&error, "", theme, "theme/syntax"));
    }
    found.extend(&wrong);
    empty()
}

fn empty() -> Tera {
    let mut tera = Tera::default();
    filters::register(&mut tera);
    tera.autoescape_on([".html", ".htm", ".xml", ".svg"]);
    // Only refused once there are templates.
    let _ = tera.set_fallback_prefixes(LAYERS);
    tera
}

impl Engine {
    /// Takes the compiled theme for one portal and language.
    pub(super) fn new(theme: &Theme, site: &SiteView, language: &str) -> Self {
        let mut tera = theme.engine.clone();
        let strings = theme.words(language).or_else(|| theme.strings.values().next());
        let global = tera.global_context();
        global.insert("site", site);
        global.insert("theme", &theme.options);
        global.insert("t", &strings);
        Self(tera)
    }

    /// Draws a view.
    ///
    /// # Errors
    /// A diagnostic with the template, the line, and the names in scope where one was
    /// missing.
    pub(super) fn render(
        &self,
        template: &str,
        view: &Context,
        theme: &Theme,
    ) -> Result<Vec<u8>, Box<Diagnostic>> {
        let mut page = Bounded(Vec::with_capacity(32 << 10));
        match self.0.render_to(template, view, &mut page) {
            Ok(()) => Ok(page.0),
            Err(error) => Err(Box::new(diagnostic(&error, template, theme, "theme/render"))),
        }
    }
}

/// A page that may not grow without end.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > PAGE_LIMIT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An error of the engine as a diagnostic, placed where the engine says.
fn diagnostic(error: &tera::Error, template: &str, theme: &Theme, code: &'static str) -> Diagnostic {
    let (message, name, range) = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            (report.message().to_owned(), report.filename().to_owned(), Some(report.span().range.clone()))
        }
        _ => {
            let (message, name, line, column) = from_text(&error.to_string(), template);
            let text = theme.path_of(&name).map_or("", |known| &known.text);
            let start = offset(text, line, column);
            (message, name, Some(start..(start + 1).min(text.len())))
        }
    };
    let (what, scope) = match message.split_once(" Available") {
        Some((what, rest)) => (what.to_owned(), rest.split_once(": ").map(|(_, names)| sorted(names))),
        None => (message, None),
    };
    let what = what.trim_end_matches('.').to_owned();
    let diagnostic = Diagnostic::new(code).fact("what", what).fact("template", name.as_str());
    let diagnostic = match scope {
        Some(scope) => diagnostic.fact("scope", scope),
        None => diagnostic,
    };
    match theme.path_of(&name) {
        Some(known) => diagnostic.at(Place { range, ..Place::file(&known.path) }),
        None => diagnostic.at(Place::file(&SourcePath::new(format!("themes/{}", theme.name)))),
    }
}

/// A list of names in the order of the alphabet.
fn sorted(names: &str) -> String {
    let mut names: Vec<&str> = names.trim_end_matches('.').split(", ").collect();
    names.sort_unstable();
    names.join(", ")
}

/// The message, template, line and column out of an error that is text only: the engine
/// writes ` --> template:line:column` under the message.
fn from_text(text: &str, template: &str) -> (String, String, usize, usize) {
    let first = |line: &str| line.trim_start_matches("error: ").trim().to_owned();
    let message = text.lines().map(first).find(|line| !line.is_empty()).unwrap_or_default();
    let arrow = text.lines().find_map(|line| line.trim().strip_prefix("--> "));
    let place = arrow.and_then(|place| {
        let (rest, column) = place.trim_end_matches(']').rsplit_once(':')?;
        let (name, line) = rest.rsplit_once(':')?;
        Some((name.trim_start_matches('[').to_owned(), line.parse().ok()?, column.parse::<usize>().ok()?))
    });
    match place {
        Some((name, line, column)) => (message, name, line, column.saturating_sub(1)),
        None => (message, template.to_owned(), 1, 0),
    }
}

/// The byte offset of a line (from 1) and a column (from 0, in characters).
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    let column: usize = rest.chars().take(column).take_while(|c| *c != '\n').map(char::len_utf8).sum();
    (start + column).min(text.len())
}
