//! The files of the search and of the comparison as scripts: a page may load them from a disk too.

use serde::Serialize;

use super::Content;
use crate::plan::Subject;

/// A call that hands the value of a file of the search to its page, with the file's name.
pub(super) fn file(subject: &Subject, value: &impl Serialize) -> Content {
    call("gongkaiSearch", "search/", subject, value)
}

/// The same for a file of the comparison.
pub(super) fn compared(subject: &Subject, value: &impl Serialize) -> Content {
    call("gongkaiCompare", "compare/", subject, value)
}

fn call(function: &str, folder: &str, subject: &Subject, value: &impl Serialize) -> Content {
    let route = subject.route();
    let name = route.as_str().trim_start_matches(folder).trim_end_matches(".js");
    let mut bytes = format!("{function}(\"{name}\",").into_bytes();
    // Writing to memory cannot fail.
    let _ = serde_json::to_writer(&mut bytes, value);
    bytes.extend_from_slice(b");\n");
    Content::Made(bytes)
}
