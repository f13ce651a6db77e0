//! gongkai compiles a folder of reports into a disclosure portal: Markdown narrative and TOML
//! figures, per agency and year, checked against the statutory forms and drawn through Tera
//! themes into a site that runs on any host.
//!
//! # The house
//!
//! One direction: source -> document -> model -> check, plan -> render -> site. A folder uses
//! only what stands below it:
//!
//! ```text
//! 9  cli        arguments and terminal; one file per command
//! 8  pipeline   the whole house in one place: a source tree becomes a checked portal
//! 7  render     an output and a theme give bytes
//! 6  check      what is wrong; one file per check     plan     every output, its route and view
//! 5  model      agencies, reports, sheets, totals     import    foreign files become drafts
//! 4  document   one file parsed, and the way back
//! 3  source     the folder as a value    form    statutory forms as data    site    bytes by route
//! 2  fields     TOML, key by key         diagnostic    anything to tell a person
//! 1  path       fingerprint       stamp       language
//! ```
//!
//! The same noun tells its story floor by floor: `document/agency.rs` (the file),
//! `model/agency.rs` (the thing), `plan/agency.rs` (the page).
//!
//! # The laws
//!
//! 1. Arrows point down.
//! 2. Files, network, clock and environment: only `source/`, `site/`, `cli/`.
//! 3. Same tree, same bytes, on any machine: ordered maps, exact decimals, no clock.
//! 4. A stage never fails: it gives what it could make, with what it found.
//! 5. A remembered value carries its diagnostics: a warm run says what a cold one says.
//! 6. A warm build is a cold build, byte for byte, after any edit.
//! 7. A template sees its view, the site and the theme's words, and nothing else.
//! 8. Views (`plan/`) are made to be written, readers (`document/`, `form/`) to be read; only
//!    what the program remembers for itself is both.
//! 9. No form and no agency is known by name in Rust: the forms are data.
//! 10. Served bytes are built bytes; the reload script is added at the door.
//!
//! # For 100,000 reports
//!
//! Nothing large is held whole: reports stay in memory in some kilobytes each (a cell takes
//! 16 bytes), rendered bytes go to disk as they are made, attachments are streamed. A view is
//! made when its output is rendered, without what no template of it mentions (`render/names.rs`).
//! What is the same on every page (grids, site, words) is made once and shared.
//!
//! Nothing is made twice: `plan/keys.rs` names all that goes into each output, as one
//! fingerprint, and `cli/store.rs` remembers what came of it. A new kind of output says there
//! what it is made of; too much costs time, too little would be a wrong site, so in doubt it is
//! everything. The figures of one report go into its own files and those of the year after,
//! into the pages of its agency and of two years, and into the lists of the whole portal: the
//! fewer outputs hang on the whole portal, the quicker the next build.
//!
//! What reading and checking gave is remembered beyond a run (`pipeline/memory.rs`), report by
//! report, with the key of all that went into it; so the next run reads what has changed. Prose
//! and figures are fetched when an output asks for them (`model/body.rs`): what is done for every
//! report of the portal should do with their heads, or every build fetches everything. The preview
//! looks only where the system says that something was touched, and what it does for every report
//! then is going along lists.
//!
//! A small change of a large site is made where it stands (`site/apply.rs`); anything else
//! becomes a new folder that changes places with the old one.

pub mod check;
pub mod cli;
pub mod diagnostic;
pub mod document;
pub mod fields;
pub mod fingerprint;
pub mod form;
pub mod import;
pub mod language;
pub mod model;
pub mod path;
pub mod pipeline;
pub mod plan;
pub mod render;
pub mod site;
pub mod source;
pub mod stamp;
