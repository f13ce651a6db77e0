//! One file parsed: settings, agencies, reports, prose pages, figures as written.
//!
//! Each file of this folder knows one format and nothing of the others. What the figures
//! mean is for the model to say, which knows the form.

mod agency;
mod correction;
mod entries;
mod format;
mod front_matter;
mod markdown;
mod narrative;
mod prose;
mod report;
mod schema;
mod settings;
mod write;

pub use agency::parse_agency;
pub use agency::{AgencyFile, Contact, FormerName};
pub use correction::{Correction, CorrectionPlaces, Target};
pub use entries::{Entries, Entry, Figures};
pub use format::{DataFormat, Format};
pub use front_matter::{Parts, split};
pub use markdown::Link;
pub use narrative::{Narrative, Passage, parse_narrative};
pub use prose::{Prose, parse_prose};
pub use report::{Accept, ReportHead, parse_head};
pub use schema::{Schema, schemas};
pub use settings::{Checks, Facts, Settings, parse_settings};
pub use write::{Written, front_matter, tables_toml, toml_text};
