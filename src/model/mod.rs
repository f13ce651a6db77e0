//! The portal as known: settings, forms, agencies, reports with their sheets.
//!
//! Made from documents by [`read_report`] and [`Portal::assemble`]; knows nothing of pages.

mod agency;
mod body;
mod carry;
mod checked;
mod forms;
mod memo;
mod portal;
mod proof;
mod prose;
mod report;
mod sheet;
mod total;

pub use agency::Agency;
pub use body::{Body, Shelved};
pub use carry::carried;
pub use checked::Checked;
pub use forms::Forms;
pub use memo::Memo;
pub use portal::{AgencyReports, Portal, Sources, Translations};
pub use proof::{Figure, Ground, Proof, at, prove, turns};
pub use prose::Prose;
pub use report::{Attachment, Report, Section, read_report};
pub use sheet::{Cell, Sheet, State};
pub use total::{Total, total};
