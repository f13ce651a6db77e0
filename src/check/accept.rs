//! Findings the agency stands by, with a reason.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Report;

/// Marks the findings that the head of the report accepts; an acceptance that accepts
/// nothing is a finding itself.
pub(super) fn apply(report: &Report, found: Diagnostics) -> Diagnostics {
    if report.head.accepts.is_empty() {
        return found;
    }
    let mut used = vec![false; report.head.accepts.len()];
    let mut marked = Diagnostics::default();
    for diagnostic in found.iter() {
        let accepts = report.head.accepts.iter().enumerate();
        let accept = accepts.into_iter().find(|(_, accept)| {
            accept.code == diagnostic.code
                && accept.cell.as_ref().is_none_or(|cell| is_about(diagnostic, cell))
        });
        let mut diagnostic = diagnostic.clone();
        if let Some((number, accept)) = accept {
            used[number] = true;
            diagnostic.accepted = Some(accept.reason.clone());
        }
        marked.push(diagnostic);
    }
    for (accept, used) in report.head.accepts.iter().zip(used) {
        if !used {
            let diagnostic = Diagnostic::new("accept/unused").fact("code", accept.code.as_str());
            marked.push(diagnostic.at(accept.place.clone()));
        }
    }
    marked
}

/// Whether a diagnostic is about a cell: the one it points to, or the one its rule is about.
fn is_about(diagnostic: &Diagnostic, cell: &str) -> bool {
    let same = |other: &str| {
        let bare = |text: &str| text.replace(' ', "");
        bare(other) == bare(cell)
    };
    let anchor = diagnostic.facts.iter().find(|(name, _)| *name == "anchor");
    diagnostic.cell.as_deref().is_some_and(same) || anchor.is_some_and(|(_, fact)| same(fact.get("")))
}
