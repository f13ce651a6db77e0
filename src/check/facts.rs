//! What pages of a government site must say of themselves (国办发〔2017〕47号): the office
//! behind it, its numbers in the registers, and when each page was published. Asked of portals
//! that give such facts at all.

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::document::Prose;
use crate::model::Portal;
use crate::path::SourcePath;

/// How many digits the code of a website has.
const DIGITS: usize = 10;

/// Finds what tags and the foot of pages would lack.
pub(super) fn check(portal: &Portal, found: &mut Diagnostics) {
    let (settings, facts) = (&portal.settings, &portal.settings.facts);
    let Some(place) = &facts.place else { return };
    let there = [
        ("description", !settings.description.is_empty()),
        ("portal.organiser", facts.organiser.is_some()),
        ("portal.contact", facts.contact.is_some()),
        ("portal.site_id_code", facts.site_id_code.is_some()),
        ("portal.icp", facts.icp.is_some()),
        ("portal.police_record", facts.police_record.is_some()),
        ("portal.correction_url", facts.correction_url.is_some()),
        ("portal.identity_url", facts.identity_url.is_some()),
    ];
    let lacking: Vec<&str> = there.iter().filter(|(_, there)| !there).map(|(key, _)| *key).collect();
    if !lacking.is_empty() {
        found.push(Diagnostic::new("portal/lacking").fact("keys", lacking.join(", ")).at(place.clone()));
    }
    if let Some(code) = &facts.site_id_code
        && (code.len() != DIGITS || !code.bytes().all(|digit| digit.is_ascii_digit()))
    {
        found.push(Diagnostic::new("portal/site-id-code").fact("code", code.as_str()).at(place.clone()));
    }
    for (name, page) in
        portal.pages.iter().filter(|(name, page)| &**name != "index" && page.published.is_none())
    {
        let file = SourcePath::new(format!("content/{name}.md"));
        found.push(Diagnostic::new("page/undated").fact("title", page.title.as_str()).at(Place::file(&file)));
    }
    parts(portal, place, found);
}

/// The parts of the disclosure column belong together.
fn parts(portal: &Portal, place: &Place, found: &mut Diagnostics) {
    let has = |part: &&str| portal.pages.iter().any(|(_, page)| page.part == Some(*part));
    let lacking: Vec<&str> = Prose::PARTS.into_iter().filter(|part| !has(part)).collect();
    if !lacking.is_empty() && lacking.len() < Prose::PARTS.len() {
        found.push(Diagnostic::new("page/parts").fact("parts", lacking.join(", ")).at(place.clone()));
    }
}
