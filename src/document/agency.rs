//! `agency.toml`.

use std::sync::Arc;

use crate::diagnostic::{Diagnosed, Diagnostics, Place};
use crate::fields::{self, Fields};
use crate::fingerprint::Fingerprint;
use crate::language::Localised;
use crate::path::SourcePath;

/// What `agency.toml` says.
#[derive(Clone, Debug, Default)]
pub struct AgencyFile {
    /// Its full name.
    pub name: Localised,
    /// Its short name.
    pub short: Option<Localised>,
    /// The id of its kind, as the form names kinds.
    pub kind: Option<String>,
    /// The region it works in.
    pub region: Option<Localised>,
    /// Whether its reports include those of the agencies below it, so that they must not be
    /// added to them.
    pub area: bool,
    /// The id of the agency above it.
    pub parent: Option<String>,
    /// The first year it reports for.
    pub since: Option<u16>,
    /// The last.
    pub until: Option<u16>,
    /// The id of the agency that took over.
    pub successor: Option<String>,
    /// Names it had before.
    pub former: Vec<FormerName>,
    /// Parts with a row of their own in open tables: id and name.
    pub components: Vec<(Arc<str>, Localised)>,
    /// How to reach it.
    pub contact: Contact,
    /// Anything for templates.
    pub extra: serde_json::Value,
    /// Where its kind, parent and successor are written, for findings.
    pub places: Vec<(&'static str, Place)>,
    /// A hash of the file.
    pub fingerprint: Fingerprint,
}

/// A name an agency had until some year.
#[derive(Clone, Debug)]
pub struct FormerName {
    /// The name.
    pub name: Localised,
    /// The last year it had it.
    pub until: Option<u16>,
}

/// How to reach an agency.
#[derive(Clone, Debug, Default)]
pub struct Contact {
    /// The office in charge.
    pub office: Option<Localised>,
    /// Where it is.
    pub address: Option<Localised>,
    /// Telephone.
    pub phone: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
}

/// Parses `agency.toml`; texts without a language are in `language`.
pub fn parse_agency(file: &SourcePath, text: &str, language: &str) -> Diagnosed<AgencyFile> {
    let mut found = Diagnostics::default();
    let table = fields::parse(file, text, 0, &mut found);
    let mut top = Fields::new(file, table.get_ref(), 0, 0..text.len().min(1));
    let mut agency = AgencyFile {
        name: top.required_localised("name", language).unwrap_or_default(),
        short: top.localised("short", language),
        kind: top.text("kind").map(str::to_owned),
        region: top.localised("region", language),
        area: top.flag("area").unwrap_or(false),
        parent: top.text("parent").map(str::to_owned),
        since: top.number("since"),
        until: top.number("until"),
        successor: top.text("successor").map(str::to_owned),
        extra: top.extra("extra"),
        fingerprint: Fingerprint::of(text.as_bytes()),
        ..AgencyFile::default()
    };
    agency.places = ["kind", "parent", "successor"].map(|key| (key, top.place_of(key))).into();
    for mut former in top.tables("former") {
        let name = former.required_localised("name", language);
        let until = former.number("until");
        found.extend(&former.finish());
        agency.former.extend(name.map(|name| FormerName { name, until }));
    }
    for mut component in top.tables("components") {
        let id = component.required_text("id").map(Arc::from);
        let name = component.required_localised("name", language);
        found.extend(&component.finish());
        agency.components.extend(id.zip(name));
    }
    if let Some(mut contact) = top.table("contact") {
        agency.contact = read_contact(&mut contact, language);
        found.extend(&contact.finish());
    }
    found.extend(&top.finish());
    Diagnosed::new(agency, found)
}

fn read_contact(contact: &mut Fields<'_, '_>, language: &str) -> Contact {
    Contact {
        office: contact.localised("office", language),
        address: contact.localised("address", language),
        phone: contact.text("phone").map(str::to_owned),
        email: contact.text("email").map(str::to_owned),
        postcode: contact.text("postcode").map(str::to_owned),
    }
}
