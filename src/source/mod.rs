//! The portal folder as a value: which files there are, and their bytes on request.
//!
//! Knows nothing of reports or forms. Bytes are not held: a portal may have 100,000
//! reports and gigabytes of attachments.

mod disk;
mod tree;
mod watch;

pub use disk::{places, rescan, scan};
pub use tree::SourceTree;
pub use watch::{Hints, Touched, Watcher};
