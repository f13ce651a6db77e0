//! The portal as known: settings, forms, agencies, reports with their sheets.
//!
//! Made from documents by [`read_report`] and [`Portal::assemble`]; knows nothing of pages.

mod agency;
mod forms;
mod portal;
mod proof;
mod report;
mod sheet;

pub use agency::Agency;
pub use forms::Forms;
pub use portal::{AgencyReports, Portal, Sources};
pub use proof::{Figure, Proof, Ground, prove};
pub use report::{Attachment, Prose, Report, read_report};
pub use sheet::{Cell, Sheet, State};
