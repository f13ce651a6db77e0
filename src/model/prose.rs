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

/// Of a passage: the section, where the heading ends, where the HTML ends.
pub(super) type Passage = (Option<u16>, u32, u32);

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

    /// The text as it is remembered: all of it, where the preface ends, and of each passage the
    /// section and where heading and HTML end.
    pub(super) fn parts(&self) -> (&[u8], usize, Vec<Passage>) {
        let passage = |cut: &Cut| (cut.section, cut.heading, cut.html);
        (self.whole.as_bytes(), self.preface, self.passages.iter().map(passage).collect())
    }

    /// The text that was remembered so; `None` when it is no such text.
    pub(super) fn of_parts(whole: &[u8], preface: usize, passages: &[Passage]) -> Option<Self> {
        let whole = simdutf8::basic::from_utf8(whole).ok()?;
        let ends = passages.iter().flat_map(|(_, heading, html)| [*heading as usize, *html as usize]);
        let mut last = 0;
        for end in std::iter::once(preface).chain(ends) {
            if end < last || !whole.is_char_boundary(end) {
                return None;
            }
            last = end;
        }
        let cut = |&(section, heading, html): &Passage| Cut { section, heading, html };
        Some(Self { whole: whole.into(), preface, passages: passages.iter().map(cut).collect() })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_remembered_as_it_was() {
        let prose = [
            Prose { section: Some(1), heading: "一、总体情况", html: "<p>甲</p>" },
            Prose { section: None, heading: "附", html: "" },
        ];
        let text = Text::new("前言", &prose);
        let (whole, preface, passages) = text.parts();
        let again = Text::of_parts(whole, preface, &passages).unwrap();
        assert_eq!(again.preface(), "前言");
        let told: Vec<_> = again.passages().map(|one| (one.section, one.heading, one.html)).collect();
        assert_eq!(told, [(Some(1), "一、总体情况", "<p>甲</p>"), (None, "附", "")]);
        // An end within a character, before another end, or behind the text is none.
        for wrong in [(Some(1), 7, 40), (Some(1), 40, 30), (Some(1), 24, 99)] {
            assert!(Text::of_parts(whole, preface, &[wrong]).is_none(), "{wrong:?}");
        }
        assert!(Text::of_parts(b"\xff", 0, &[]).is_none());
    }
}
