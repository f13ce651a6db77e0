//! The files of the search as scripts: a page may load them from a disk too.

use serde::Serialize;

use super::Content;
use crate::plan::Subject;

/// A call that hands the value of a file to the search page, with the file's name.
pub(super) fn file(subject: &Subject, value: &impl Serialize) -> Content {
    let route = subject.route();
    let name = route.as_str().trim_start_matches("search/").trim_end_matches(".js");
    let mut bytes = format!("gongkaiSearch(\"{name}\",").into_bytes();
    // Writing to memory cannot fail.
    let _ = serde_json::to_writer(&mut bytes, value);
    bytes.extend_from_slice(b");\n");
    Content::Made(bytes)
}
