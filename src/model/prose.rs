//! The prose of a report: one text, cut into passages. A portal may hold a great many, so each
//! takes one piece of memory.

/// The prose of a report.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// The preface, then heading and HTML of each passage in turn.
    whole: Box<str>,
    /// Where the preface ends.
    preface: usize,
    passages: Box<[Cut]>,
}

/// Where a passage of the text ends, and which section of the form it is.
#[derive(Debug)]
struct Cut {
    section: Option<u16>,
    heading: u32,
    html: u32,
}

/// The prose of one section.
#[derive(Clone, Copy, Debug)]
pub struct Prose<'r> {
    /// The section of the form, by number; `None` when it fits none.
    pub section: Option<usize>,
    /// The heading as written.
    pub heading: &'r str,
    /// The HTML below it.
    pub html: &'r str,
}

impl Text {
    /// Takes the preface and the passages, in order.
    pub(super) fn new(preface: &str, prose: &[Prose<'_>]) -> Self {
        let length: usize = prose.iter().map(|one| one.heading.len() + one.html.len()).sum();
        let mut whole = String::with_capacity(preface.len() + length);
        whole.push_str(preface);
        let mut cut = |one: &Prose<'_>| {
            whole.push_str(one.heading);
            let heading = offset(whole.len());
            whole.push_str(one.html);
            let section = one.section.and_then(|section| section.try_into().ok());
            Cut { section, heading, html: offset(whole.len()) }
        };
        let passages = prose.iter().map(&mut cut).collect();
        Self { whole: whole.into(), preface: preface.len(), passages }
    }

    /// The HTML before the first section.
    pub(super) fn preface(&self) -> &str {
        &self.whole[..self.preface]
    }

    /// The passages.
    pub(super) fn passages(&self) -> impl Iterator<Item = Prose<'_>> {
        let starts = std::iter::once(self.preface).chain(self.passages.iter().map(|cut| cut.html as usize));
        starts.zip(&self.passages).map(|(start, cut)| Prose {
            section: cut.section.map(usize::from),
            heading: &self.whole[start..cut.heading as usize],
            html: &self.whole[cut.heading as usize..cut.html as usize],
        })
    }
}

/// A place in the text. No source file is larger than this can tell.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
