//! A theme: templates, strings, static files, with one fingerprint.
//!
//! Three layers lie over each other: the portal's own `themes/<name>/`, the theme of that
//! name built into the program, and the default theme. A file is taken from the nearest.

use std::collections::{BTreeMap, BTreeSet};
#[cfg(feature = "pdf")]
use std::sync::OnceLock;

use include_dir::{Dir, include_dir};

#[cfg(feature = "pdf")]
use super::pdf::{Press, is_typeface};
use super::{Content, names, template};
use crate::diagnostic::{Diagnosed, Diagnostic, Diagnostics, Place};
use crate::fields::{self, Fields};
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::path::SourcePath;
use crate::plan::{Asset, Drawn, Subject};
use crate::source::SourceTree;

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// How the names of typefaces end.
#[cfg(feature = "pdf")]
const FONTS: [&str; 3] = [".otf", ".ttf", ".ttc"];
/// The theme that all others stand on.
const DEFAULT: &str = "default";

/// The names of the themes built into the program.
pub fn builtin_themes() -> impl Iterator<Item = &'static str> {
    BUILTIN.dirs().filter_map(|dir| dir.path().to_str())
}

/// The text of a file of a built-in theme, by the path it would have in a portal.
pub fn builtin_text(path: &SourcePath) -> Option<&'static str> {
    BUILTIN.get_file(path.as_str().strip_prefix("themes/")?)?.contents_utf8()
}

/// A theme as loaded.
pub struct Theme {
    /// Its name.
    pub name: String,
    /// Template names with their layer, their text and where they are.
    pub(super) templates: Vec<Template>,
    /// The words of the theme, per language.
    pub(super) strings: BTreeMap<String, serde_json::Value>,
    /// What `theme.toml` says for templates to use.
    pub(super) options: serde_json::Value,
    /// What it draws.
    pub drawn: Drawn,
    files: BTreeMap<String, Static>,
    /// Its typefaces for documents, by name.
    #[cfg(feature = "pdf")]
    fonts: BTreeMap<String, Vec<u8>>,
    #[cfg(feature = "pdf")]
    press: OnceLock<Press>,
    /// A hash of everything in it.
    pub fingerprint: Fingerprint,
    /// The engine with all templates compiled.
    pub(super) engine: tera::Tera,
}

/// A template as loaded.
pub(super) struct Template {
    /// `portal/report.html`: the layer and the name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Where it is.
    pub path: SourcePath,
}

enum Static {
    Source(SourcePath),
    Builtin(&'static [u8]),
}

/// One file of a layer.
enum File<'t> {
    Source(&'t SourcePath),
    Builtin(SourcePath, &'static [u8]),
}

impl File<'_> {
    fn path(&self) -> &SourcePath {
        match self {
            Self::Source(path) => path,
            Self::Builtin(path, _) => path,
        }
    }

    fn bytes(&self, tree: &SourceTree, found: &mut Diagnostics) -> Vec<u8> {
        match self {
            Self::Source(path) => match tree.bytes(path) {
                Ok(bytes) => bytes.into_owned(),
                Err(wrong) => {
                    found.push(*wrong);
                    Vec::new()
                }
            },
            Self::Builtin(_, bytes) => bytes.to_vec(),
        }
    }

    fn text(&self, tree: &SourceTree, found: &mut Diagnostics) -> String {
        match self {
            Self::Source(path) => match tree.text(path) {
                Ok(text) => text,
                Err(wrong) => {
                    found.push(*wrong);
                    String::new()
                }
            },
            Self::Builtin(_, bytes) => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

/// The names of the layers, the nearest first.
pub(super) const LAYERS: [&str; 3] = ["portal/", "theme/", "default/"];

impl Theme {
    /// Loads a theme. What is wrong with it is found; a theme nobody knows is an error and
    /// the default is loaded.
    pub fn load(tree: &SourceTree, name: &str) -> Diagnosed<Self> {
        let mut found = Diagnostics::default();
        let own = builtin_files(name);
        if tree.under(&format!("themes/{name}/")).is_empty() && own.is_empty() {
            let known = builtin_themes().collect::<Vec<_>>().join(", ");
            let diagnostic = Diagnostic::new("theme/missing").fact("theme", name).fact("known", known);
            found.push(diagnostic.at(Place::file(&SourcePath::from("site.toml"))));
        }
        let portal =
            tree.under(&format!("themes/{name}/")).iter().map(|(path, _)| File::Source(path)).collect();
        let own = if name == DEFAULT { Vec::new() } else { own };
        let layers: [(&str, Vec<File<'_>>); 3] =
            [(LAYERS[0], portal), (LAYERS[1], own), (LAYERS[2], builtin_files(DEFAULT))];
        let mut theme = Self {
            name: name.to_owned(),
            templates: Vec::new(),
            strings: BTreeMap::new(),
            options: serde_json::Value::Object(serde_json::Map::new()),
            drawn: Drawn::default(),
            files: BTreeMap::new(),
            #[cfg(feature = "pdf")]
            fonts: BTreeMap::new(),
            #[cfg(feature = "pdf")]
            press: OnceLock::new(),
            fingerprint: Fingerprint::default(),
            engine: tera::Tera::default(),
        };
        let mut hasher = Fingerprinter::new("theme");
        // From the farthest layer to the nearest, so that the nearest wins.
        for (layer, files) in layers.into_iter().rev() {
            for file in files {
                theme.take(layer, &file, tree, &mut hasher, &mut found);
            }
        }
        theme.fingerprint = hasher.finish();
        theme.drop_unused();
        theme.engine = template::compile(&theme, &mut found);
        theme.drawn.names = names::names(&theme.templates);
        Diagnosed::new(theme, found)
    }

    fn take(
        &mut self,
        layer: &str,
        file: &File<'_>,
        tree: &SourceTree,
        hasher: &mut Fingerprinter,
        found: &mut Diagnostics,
    ) {
        let path = file.path().clone();
        let inside = path.as_str().splitn(3, '/').nth(2).unwrap_or_default().to_owned();
        hasher.text(layer).text(&inside);
        match inside.split_once('/') {
            Some(("templates", name)) => {
                let text = file.text(tree, found);
                hasher.text(&text);
                self.templates.push(Template { name: format!("{layer}{name}"), text, path });
            }
            Some(("static", name)) => {
                let bytes = file.bytes(tree, found);
                hasher.bytes(&bytes);
                self.take_static(name, &bytes, file);
            }
            #[cfg(feature = "pdf")]
            Some(("fonts", name)) if FONTS.iter().any(|end| name.to_lowercase().ends_with(end)) => {
                let bytes = file.bytes(tree, found);
                hasher.bytes(&bytes);
                self.take_font(name, bytes, &path, found);
            }
            Some(("strings", name)) if name.ends_with(".toml") => {
                let text = file.text(tree, found);
                hasher.text(&text);
                let table = fields::parse(&path, &text, 0, found);
                let words = fields::json(&toml::de::DeValue::Table(table.into_inner()));
                let language = name.trim_end_matches(".toml").to_owned();
                merge(self.strings.entry(language).or_insert(serde_json::Value::Null), words);
            }
            None if inside == "theme.toml" => {
                let text = file.text(tree, found);
                hasher.text(&text);
                let (options, kinds) = manifest(&path, &text, found);
                merge(&mut self.options, options);
                if !kinds.is_empty() {
                    self.drawn.kinds = Some(kinds);
                }
            }
            _ => {}
        }
    }

    /// Drops the templates nobody can reach: those of outputs the theme does not draw, and
    /// those that a nearer layer replaces and nobody names with their layer. They may ask for
    /// blocks that the theme's own base does not have.
    fn drop_unused(&mut self) {
        let kinds = self.drawn.kinds.clone();
        let wanted = |name: &str| {
            let kind = name.split(['.', '-']).next().unwrap_or_default();
            !Subject::TEMPLATES.contains(&name) || kinds.as_ref().is_none_or(|kinds| kinds.contains(kind))
        };
        let all: Vec<(String, String)> =
            self.templates.iter().map(|t| (t.name.clone(), t.text.clone())).collect();
        let is_named = |full: &str| all.iter().any(|(_, text)| text.contains(full));
        let is_replaced = |layer: &str, name: &str| {
            let nearer = LAYERS.iter().take_while(|near| near.trim_end_matches('/') != layer);
            nearer.into_iter().any(|near| all.iter().any(|(full, _)| *full == format!("{near}{name}")))
        };
        self.templates.retain(|template| {
            let (layer, name) = template.name.split_once('/').unwrap_or_default();
            wanted(name) && (!is_replaced(layer, name) || is_named(&template.name))
        });
    }

    /// A static file gets a piece of its hash into its name, so that hosts may keep it for
    /// ever and never show an old one.
    fn take_static(&mut self, name: &str, bytes: &[u8], file: &File<'_>) {
        let mark = Fingerprint::of(bytes).mark();
        let published = match name.rsplit_once('.') {
            Some((stem, end)) => format!("{stem}.{mark}.{end}"),
            None => format!("{name}.{mark}"),
        };
        let source = match file {
            File::Source(path) => Static::Source((*path).clone()),
            File::Builtin(_, bytes) => Static::Builtin(bytes),
        };
        if let Some(farther) = self.drawn.assets.get(name) {
            self.files.remove(&farther.published);
        }
        self.files.insert(published.clone(), source);
        let href = format!("static/{published}");
        self.drawn.assets.insert(name.to_owned(), Asset { published, href });
    }

    #[cfg(feature = "pdf")]
    fn take_font(&mut self, name: &str, bytes: Vec<u8>, path: &SourcePath, found: &mut Diagnostics) {
        if is_typeface(&bytes) {
            self.fonts.insert(name.to_owned(), bytes);
        } else {
            found.push(Diagnostic::new("theme/font").at(Place::file(path)));
        }
    }

    /// What prints documents; made when the first is asked for.
    #[cfg(feature = "pdf")]
    pub(super) fn press(&self) -> &Press {
        self.press.get_or_init(|| Press::new(self.fonts.values()))
    }

    /// The static file with this published name.
    pub(super) fn static_file(&self, published: &str) -> Option<Content> {
        Some(match self.files.get(published)? {
            Static::Source(path) => Content::Source(path.clone()),
            Static::Builtin(bytes) => Content::Builtin(bytes),
        })
    }

    /// The words of the theme in a language, or in one of the same primary tag.
    pub(super) fn words(&self, language: &str) -> Option<&serde_json::Value> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
        let alike = || self.strings.iter().find(|(known, _)| primary(known) == primary(language));
        self.strings.get(language).or_else(|| alike().map(|(_, words)| words))
    }

    /// The words that the theme has in another language and not in this one.
    pub fn lacking(&self, language: &str) -> Diagnostics {
        let mut found = Diagnostics::default();
        let file = SourcePath::new(format!("themes/{}/strings/{language}.toml", self.name));
        let place = || Place::file(&file);
        let known = || self.strings.keys().cloned().collect::<Vec<_>>().join(", ");
        let Some(words) = self.words(language) else {
            let diagnostic = Diagnostic::new("theme/language").fact("language", language);
            found.push(diagnostic.fact("theme", self.name.as_str()).fact("known", known()).at(place()));
            return found;
        };
        let mut lacking = BTreeSet::new();
        for other in self.strings.values() {
            missing("", other, words, &mut lacking);
        }
        if !lacking.is_empty() {
            let names = lacking.into_iter().collect::<Vec<_>>().join(", ");
            let diagnostic = Diagnostic::new("theme/words").fact("language", language);
            found.push(diagnostic.fact("names", names).at(place()));
        }
        found
    }

    /// Where a template is, by layer and name.
    pub(super) fn path_of(&self, template: &str) -> Option<&Template> {
        self.templates.iter().find(|known| known.name == template)
    }
}

/// The files of a built-in theme, sorted.
fn builtin_files(name: &str) -> Vec<File<'static>> {
    fn collect(dir: &'static Dir<'static>, out: &mut Vec<File<'static>>) {
        for file in dir.files() {
            if let Some(path) = file.path().to_str() {
                let path = SourcePath::new(format!("themes/{}", path.replace('\\', "/")));
                out.push(File::Builtin(path, file.contents()));
            }
        }
        dir.dirs().for_each(|dir| collect(dir, out));
    }
    let mut files = Vec::new();
    if let Some(dir) = BUILTIN.get_dir(name) {
        collect(dir, &mut files);
    }
    files.sort_by(|a, b| a.path().cmp(b.path()));
    files
}

/// What `theme.toml` says: its options, for templates, and the kinds of output it draws.
fn manifest(path: &SourcePath, text: &str, found: &mut Diagnostics) -> (serde_json::Value, BTreeSet<String>) {
    let table = fields::parse(path, text, 0, found);
    let mut top = Fields::new(path, table.get_ref(), 0, 0..text.len().min(1));
    top.required_text("name");
    for key in ["description", "license", "homepage", "author", "extends"] {
        top.text(key);
    }
    let options = top.extra("options");
    let kinds = top.texts("outputs");
    for kind in kinds.iter().filter(|kind| !Subject::KINDS.contains(&kind.as_str())) {
        let known = Subject::KINDS.join(", ");
        let diagnostic = Diagnostic::new("theme/output").fact("kind", kind.as_str()).fact("known", known);
        top.found.push(diagnostic.at(top.place_of("outputs")));
    }
    found.extend(&top.finish());
    (options, kinds.into_iter().collect())
}

/// The names of the words that `all` has and `some` has not.
fn missing(above: &str, all: &serde_json::Value, some: &serde_json::Value, lacking: &mut BTreeSet<String>) {
    for (key, value) in all.as_object().into_iter().flatten() {
        let name = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        match some.get(key) {
            Some(own) => missing(&name, value, own, lacking),
            None => drop(lacking.insert(name)),
        }
    }
}

/// Lays one value over another: tables key by key, anything else as a whole.
fn merge(under: &mut serde_json::Value, over: serde_json::Value) {
    match (under, over) {
        (serde_json::Value::Object(under), serde_json::Value::Object(over)) => {
            for (key, value) in over {
                merge(under.entry(key).or_insert(serde_json::Value::Null), value);
            }
        }
        (under, over) => *under = over,
    }
}
