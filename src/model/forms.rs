//! All forms of a portal, and how they continue each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::document::Settings;
use crate::fingerprint::{Fingerprint, Fingerprinter};
use crate::form::{self, Form, Lineage};
use crate::path::SourcePath;

/// The forms known to a portal.
#[derive(Clone, Default)]
pub struct Forms {
    all: Vec<Arc<Form>>,
    lineages: BTreeMap<(Arc<str>, Arc<str>), Arc<Lineage>>,
}

impl Forms {
    /// Takes all forms; of two with one id the later wins.
    pub fn new(forms: impl IntoIterator<Item = Arc<Form>>) -> Self {
        let mut all: Vec<Arc<Form>> = Vec::new();
        for form in forms {
            all.retain(|other| other.id != form.id);
            all.push(form);
        }
        all.sort_by(|a, b| (a.from, &a.id).cmp(&(b.from, &b.id)));
        let mut lineages = BTreeMap::new();
        for form in &all {
            for older in &all {
                let lineage = Arc::new(Lineage::new(form, older));
                lineages.insert((form.id.clone(), older.id.clone()), lineage);
            }
        }
        Self { all, lineages }
    }

    /// The forms built into the program.
    pub fn standard() -> Vec<Arc<Form>> {
        let read = |(name, text): (&str, &str)| {
            let path = SourcePath::new(format!("content/forms/{name}"));
            form::read(&path, text).value.map(Arc::new)
        };
        form::standard_forms().into_par_iter().filter_map(read).collect()
    }

    /// All forms, by the year they came into force.
    pub fn all(&self) -> &[Arc<Form>] {
        &self.all
    }

    /// The form with this id.
    pub fn get(&self, id: &str) -> Option<&Arc<Form>> {
        self.all.iter().find(|form| &*form.id == id)
    }

    /// The forms a portal uses: those its settings name; else those in its language.
    pub fn in_use<'s>(&'s self, settings: &'s Settings) -> impl Iterator<Item = &'s Arc<Form>> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
        let used = move |form: &&Arc<Form>| match settings.forms.as_slice() {
            [] => primary(&form.language) == primary(&settings.language),
            named => named.iter().any(|id| **id == *form.id),
        };
        self.all.iter().filter(used)
    }

    /// The form in force for a reporting year; the newest edition where several are.
    pub fn in_force<'s>(&'s self, year: u16, settings: &'s Settings) -> Option<&'s Arc<Form>> {
        self.in_use(settings).filter(|form| form.in_force(year)).last()
    }

    /// Where the cells of a form stood in another.
    pub fn lineage(&self, form: &Form, older: &Form) -> Option<&Arc<Lineage>> {
        self.lineages.get(&(form.id.clone(), older.id.clone()))
    }

    /// A hash of all forms.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Fingerprinter::new("forms");
        for form in &self.all {
            hasher.text(&form.id).add(form.fingerprint);
        }
        hasher.finish()
    }
}
