//! `site.toml`.

use super::format::{DataFormat, Format};
use crate::diagnostic::{Diagnosed, Diagnostic, Diagnostics, Place};
use crate::fields::{self, Fields};
use crate::fingerprint::Fingerprint;
use crate::language::{DEFAULT_LANGUAGE, Language, Localised, is_tag};
use crate::path::SourcePath;

/// What `site.toml` says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the portal.
    pub title: Localised,
    /// What it is, in a sentence.
    pub description: Localised,
    /// Where it will stand, with a slash at the end.
    pub base_url: String,
    /// The language of the portal: its reports are written in it.
    pub language: Language,
    /// The other languages of its pages, each below a folder of its name.
    pub others: Vec<Language>,
    /// The name of its theme.
    pub theme: String,
    /// The output folder, relative to the portal folder.
    pub output_dir: String,
    /// Whether there is a feed.
    pub feeds: bool,
    /// Whether every report is there as a piece of HTML for other sites too.
    pub embed: bool,
    /// Whether all figures are there as Parquet too.
    pub parquet: bool,
    /// The formats each report is offered in.
    pub downloads: Vec<Format>,
    /// The formats that all figures are offered in besides CSV and JSON Lines; `None` for
    /// those that suit the size of the portal.
    pub data: Option<Vec<DataFormat>>,
    /// The forms in use, the preferred first; empty for those of the portal's language.
    pub forms: Vec<String>,
    /// Who stands behind it, for the foot of each page.
    pub facts: Facts,
    /// What is checked.
    pub checks: Checks,
    /// Anything for templates.
    pub extra: serde_json::Value,
    /// A hash of the file.
    pub fingerprint: Fingerprint,
}

/// The facts at the foot of each page (政府网站发展指引, 国办发〔2017〕47号).
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Where they stand in the file; `None` where the portal gives none.
    pub place: Option<Place>,
    /// The office the portal belongs to.
    pub organiser: Option<Localised>,
    /// The office that runs it.
    pub operator: Option<Localised>,
    /// How to reach them.
    pub contact: Option<Localised>,
    /// The code of the website in the national register.
    pub site_id_code: Option<String>,
    /// The record number of the internet content provider.
    pub icp: Option<String>,
    /// The record number with the police.
    pub police_record: Option<String>,
    /// Where errors of the website are reported.
    pub correction_url: Option<String>,
    /// Where the sign of a government website leads.
    pub identity_url: Option<String>,
}

/// What is checked beyond a single report.
#[derive(Clone, Debug, Default)]
pub struct Checks {
    /// Reports are expected from this year on.
    pub first_year: Option<u16>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            title: Localised::default(),
            description: Localised::default(),
            base_url: String::new(),
            language: DEFAULT_LANGUAGE.into(),
            others: Vec::new(),
            theme: "default".into(),
            output_dir: "public".into(),
            feeds: true,
            embed: false,
            parquet: false,
            downloads: Format::built().collect(),
            data: None,
            forms: Vec::new(),
            facts: Facts::default(),
            checks: Checks::default(),
            extra: serde_json::Value::Object(serde_json::Map::default()),
            fingerprint: Fingerprint::default(),
        }
    }
}

impl Settings {
    /// All languages of its pages, that of the portal first.
    pub fn languages(&self) -> impl Iterator<Item = &Language> {
        std::iter::once(&self.language).chain(&self.others)
    }

    /// The folders of the address the site will stand at: `/`, or `/sub/`.
    pub fn base_path(&self) -> &str {
        let host = self.base_url.split_once("://").map_or("", |(_, host)| host);
        host.find('/').map_or("/", |at| &host[at..])
    }
}

/// Parses `site.toml`. Keys that mean the same as in Zola are spelled the same.
pub fn parse_settings(file: &SourcePath, text: &str) -> Diagnosed<Settings> {
    let mut found = Diagnostics::default();
    let table = fields::parse(file, text, 0, &mut found);
    let mut top = Fields::new(file, table.get_ref(), 0, 0..text.len().min(1));
    let mut settings = Settings { fingerprint: Fingerprint::of(text.as_bytes()), ..Settings::default() };
    if let Some(language) = top.text("default_language") {
        settings.language = language.into();
    }
    let language = settings.language.clone();
    settings.title = top.required_localised("title", &language).unwrap_or_default();
    settings.description = top.localised("description", &language).unwrap_or_default();
    if let Some(mut languages) = top.table("languages") {
        other_languages(&mut languages, &mut settings);
        found.extend(&languages.found);
    }
    settings.base_url = base_url(&mut top);
    settings.theme = name(&mut top, "theme").unwrap_or(settings.theme);
    settings.output_dir = name(&mut top, "output_dir").unwrap_or(settings.output_dir);
    settings.feeds = top.flag("generate_feeds").unwrap_or(true);
    let downloads = formats(&mut top, "downloads", &Format::ALL, Format::extension, Format::is_built);
    settings.downloads = downloads.unwrap_or(settings.downloads);
    settings.data = formats(&mut top, "data", &DataFormat::ALL, DataFormat::name, DataFormat::is_built);
    settings.forms = top.texts("forms");
    settings.extra = top.extra("extra");
    let place = top.place_of("portal");
    if let Some(mut portal) = top.table("portal") {
        settings.facts = Facts { place: Some(place), ..facts(&mut portal, &language) };
        found.extend(&portal.finish());
    }
    if let Some(mut checks) = top.table("checks") {
        settings.checks = Checks { first_year: checks.number("first_year") };
        found.extend(&checks.finish());
    }
    found.extend(&top.finish());
    Diagnosed::new(settings, found)
}

/// `[languages.en]`: what the portal is called in its other languages.
fn other_languages(languages: &mut Fields<'_, '_>, settings: &mut Settings) {
    for (key, mut fields) in languages.named_tables() {
        let tag: &str = key.get_ref();
        for (name, text) in [("title", &mut settings.title), ("description", &mut settings.description)] {
            if let Some(words) = fields.text(name) {
                text.push(tag, words);
            }
        }
        languages.found.extend(&fields.finish());
        if !is_tag(tag) {
            let diagnostic = Diagnostic::new("site/language").fact("language", tag);
            languages.found.push(diagnostic.at(languages.place(key.span())));
        } else if *tag != *settings.language {
            settings.others.push(tag.into());
        }
    }
}

fn facts(portal: &mut Fields<'_, '_>, language: &str) -> Facts {
    Facts {
        place: None,
        organiser: portal.localised("organiser", language),
        operator: portal.localised("operator", language),
        contact: portal.localised("contact", language),
        site_id_code: portal.text("site_id_code").map(str::to_owned),
        icp: portal.text("icp").map(str::to_owned),
        police_record: portal.text("police_record").map(str::to_owned),
        correction_url: portal.text("correction_url").map(str::to_owned),
        identity_url: portal.text("identity_url").map(str::to_owned),
    }
}

/// The address of the site: `http://` or `https://`, ended by a slash.
fn base_url(top: &mut Fields<'_, '_>) -> String {
    let Some(url) = top.required_text("base_url") else { return String::new() };
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if host.is_none_or(|host| host.is_empty() || host.contains(char::is_whitespace)) {
        let place = top.place_of("base_url");
        top.found.push(Diagnostic::new("site/base-url").fact("url", url).at(place));
    }
    format!("{}/", url.trim_end_matches('/'))
}

/// The formats that a key lists, in the order of `all`; `None` where the file does not say.
fn formats<F: Copy + PartialEq>(
    top: &mut Fields<'_, '_>,
    key: &'static str,
    all: &[F],
    name_of: impl Fn(F) -> &'static str,
    is_built: impl Fn(F) -> bool,
) -> Option<Vec<F>> {
    top.value(key)?;
    let mut formats = Vec::new();
    for name in top.texts(key) {
        let known = all.iter().find(|format| name_of(**format) == name);
        let diagnostic = match known {
            Some(format) if is_built(*format) => {
                formats.push(*format);
                continue;
            }
            Some(_) => Diagnostic::new("site/unbuilt-download"),
            None => {
                let known = all.iter().map(|format| name_of(*format)).collect::<Vec<_>>().join(", ");
                Diagnostic::new("site/unknown-download").fact("known", known)
            }
        };
        let place = top.place_of(key);
        top.found.push(diagnostic.fact("key", key).fact("name", name).at(place));
    }
    Some(all.iter().copied().filter(|format| formats.contains(format)).collect())
}

/// The name of a folder inside the portal folder.
fn name(top: &mut Fields<'_, '_>, key: &'static str) -> Option<String> {
    let name = top.text(key)?;
    let parts = || name.split('/');
    let good = !name.is_empty()
        && parts().all(|p| !p.is_empty() && p != "." && p != ".." && !p.contains(['\\', ':']));
    let source =
        key == "output_dir" && ["content", "themes", "src"].contains(&parts().next().unwrap_or_default());
    if good && !source {
        return Some(name.to_owned());
    }
    let place = top.place_of(key);
    top.found.push(Diagnostic::new("site/folder").fact("key", key).fact("name", name).at(place));
    None
}
