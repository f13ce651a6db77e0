//! What agencies say of themselves: their kind, who stands above them, who came after.

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::fields::nearest;
use crate::model::{Agency, Portal};

/// Finds kinds no form knows and agencies nobody knows.
pub(super) fn check(portal: &Portal, found: &mut Diagnostics) {
    let forms = || portal.forms.in_use(&portal.settings);
    let mut kinds: Vec<&str> = Vec::new();
    for kind in forms().flat_map(|form| &form.kinds) {
        if !kinds.contains(&&*kind.id) {
            kinds.push(&kind.id);
        }
    }
    for agency in &portal.agencies {
        let place = |key: &str| place(agency, key);
        if let Some(kind) = &agency.file.kind
            && !kinds.is_empty()
            && !kinds.contains(&kind.as_str())
        {
            let diagnostic = Diagnostic::new("agency/kind").fact("kind", kind.as_str());
            let diagnostic = diagnostic.fact("known", kinds.join(", "));
            found.push(suggest(diagnostic, nearest(kind, kinds.iter().copied())).at(place("kind")));
        }
        for (key, id) in [("parent", &agency.file.parent), ("successor", &agency.file.successor)] {
            let Some(id) = id else { continue };
            if portal.agency(id).is_none() {
                let diagnostic = Diagnostic::new("agency/unknown").fact("key", key).fact("id", id.as_str());
                let ids = portal.agencies.iter().map(|agency| &*agency.id);
                found.push(suggest(diagnostic, nearest(id, ids)).at(place(key)));
            }
        }
    }
}

fn place(agency: &Agency, key: &str) -> Place {
    let known = agency.file.places.iter().find(|(name, _)| *name == key);
    known.map_or_else(|| Place::file(&agency.path), |(_, place)| place.clone())
}

fn suggest(diagnostic: Diagnostic, near: Option<&str>) -> Diagnostic {
    match near {
        Some(near) => diagnostic.fact("near", near),
        None => diagnostic,
    }
}
