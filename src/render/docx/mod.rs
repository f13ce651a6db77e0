//! A report as a Word file (ECMA-376) in the layout of official documents (GB/T 9704-2012).
//!
//! What is the same in every file lies in `parts/`, as it stands in the package; only the
//! text, its links and lists and the facts about the file are written here.

mod body;
mod table;

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use crate::plan::{Paper, Site, paper};
use crate::render::xml::escape;
use body::{Body, List};

const CONTENT_TYPES: &str = include_str!("parts/content-types.xml");
const PACKAGE_LINKS: &str = include_str!("parts/package.rels");
const DOCUMENT_LINKS: &str = include_str!("parts/document.rels");
const STYLES: &str = include_str!("parts/styles.xml");
const NUMBERING: &str = include_str!("parts/numbering.xml");
const SETTINGS: &str = include_str!("parts/settings.xml");
const FONTS: &str = include_str!("parts/fontTable.xml");
const ODD_FOOTER: &str = include_str!("parts/footer-odd.xml");
const EVEN_FOOTER: &str = include_str!("parts/footer-even.xml");
const CORE: &str = include_str!("parts/core.xml");
const APP: &str = include_str!("parts/app.xml");

/// The Word file of a report.
pub(super) fn report(site: &Site<'_>, agency: &str, year: u16) -> Option<Vec<u8>> {
    package(&paper(site, agency, year)?).ok()
}

/// The parts in the order in which readers look for them.
fn package(paper: &Paper) -> zip::result::ZipResult<Vec<u8>> {
    let body = Body::new(paper);
    let lists = numbering(&body.lists);
    let links = body.links.iter().enumerate().map(|(number, to)| link(number, to)).collect::<String>();
    let facts = [
        ("title", escape(&paper.title)),
        ("subject", escape(&paper.subject)),
        ("agency", escape(&paper.agency)),
        ("language", escape(&paper.language)),
        ("dates", dates(paper)),
    ];
    let manner = manner(&paper.language);
    let parts = [
        ("[Content_Types].xml", CONTENT_TYPES.to_owned()),
        ("_rels/.rels", PACKAGE_LINKS.to_owned()),
        ("word/document.xml", body.document),
        ("word/_rels/document.xml.rels", fill(DOCUMENT_LINKS, &[("links", links)])),
        ("word/styles.xml", fill(STYLES, &manner)),
        ("word/numbering.xml", fill(NUMBERING, &[("lists", lists)])),
        ("word/settings.xml", fill(SETTINGS, &manner)),
        ("word/fontTable.xml", FONTS.to_owned()),
        ("word/footer1.xml", ODD_FOOTER.to_owned()),
        ("word/footer2.xml", EVEN_FOOTER.to_owned()),
        ("docProps/core.xml", fill(CORE, &facts)),
        ("docProps/app.xml", fill(APP, &facts)),
    ];
    // No part has the time of day: the same report is the same file.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(name, options)?;
        writer.write_all(text.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}

/// Fills the places `{name}` of a part.
fn fill(part: &str, facts: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(part.len() + 256);
    let mut rest = part;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.extend(facts.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str()));
        rest = behind;
    }
    out + rest
}

/// How the styles are set. Chinese documents have the sizes, lines and indents of GB/T 9704:
/// size 3 (16 pt) in 28 characters a line and 22 lines a page, the title in size 2 (22 pt); in other scripts these
/// are too large, and headings are bold for want of typefaces that tell them apart.
fn manner(language: &str) -> [(&'static str, String); 14] {
    let chinese = language.starts_with("zh");
    let [latin, east] = if chinese { ["en-US", language] } else { [language, "zh-CN"] };
    let pick = |here: &str, elsewhere: &str| if chinese { here } else { elsewhere }.to_owned();
    let size = |half_points: u8| format!(r#"<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>"#);
    [
        ("latin", latin.to_owned()),
        ("east", east.to_owned()),
        ("body", size(if chinese { 32 } else { 23 })),
        ("title", size(if chinese { 44 } else { 36 })),
        ("caption", size(if chinese { 24 } else { 22 })),
        ("foot", size(if chinese { 28 } else { 22 })),
        ("bold", pick("", "<w:b/><w:bCs/>")),
        ("spacing", pick(r#"<w:spacing w:val="-5"/>"#, "")),
        ("title-line", pick("700", "480")),
        ("above", pick("240", "0")),
        ("below", pick("578", "300")),
        ("away", pick("1280", "0")),
        (
            "line",
            pick(
                r#"<w:spacing w:line="578" w:lineRule="exact"/>"#,
                r#"<w:spacing w:after="120" w:line="288" w:lineRule="auto"/>"#,
            ),
        ),
        ("indent", pick(r#"<w:ind w:firstLineChars="200" w:firstLine="640"/>"#, "")),
    ]
}

/// The days of the file are those of the report.
fn dates(paper: &Paper) -> String {
    let Some(day) = &paper.published else { return String::new() };
    let date = |name: &str| {
        format!(r#"<dcterms:{name} xsi:type="dcterms:W3CDTF">{}T00:00:00Z</dcterms:{name}>"#, escape(day))
    };
    date("created") + &date("modified")
}

/// A list of its own for each list of the text, so that each counts by itself.
fn numbering(lists: &[List]) -> String {
    let list = |(number, list): (usize, &List)| {
        let kind = if list.start.is_some() { 2 } else { 1 };
        let start = list.start.unwrap_or(1);
        format!(
            r#"<w:num w:numId="{}"><w:abstractNumId w:val="{kind}"/><w:lvlOverride w:ilvl="{}"><w:startOverride w:val="{start}"/></w:lvlOverride></w:num>"#,
            number + 1,
            list.level
        )
    };
    lists.iter().enumerate().map(list).collect()
}

fn link(number: usize, to: &str) -> String {
    const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink";
    let to = escape(to);
    format!(r#"<Relationship Id="link{number}" Type="{KIND}" Target="{to}" TargetMode="External"/>"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_nothing_else_is() {
        assert_eq!(fill("<a>{x}</a>{y}", &[("x", "1".into()), ("y", "{x}".into())]), "<a>1</a>{x}");
        assert!(!fill(STYLES, &manner("zh-CN")).contains(['{', '}']));
        assert!(!fill(SETTINGS, &manner("en")).contains(['{', '}']));
    }
}
