//! The text layer of a PDF: every character with its place on the page, and the ruled lines between which tables
//! stand. Pictures of text are not read; a file of nothing else is refused with a sentence.

mod cmap;
mod page;

use std::collections::HashMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream};

use crate::import::block::{Original, Remark};
use crate::import::limits::{self, Refusal};

use cmap::Codes;
use page::{Glyph, Page, Ruling};

/// Bytes that one stream of a PDF may inflate to.
const STREAM: usize = 16 << 20;
/// Forms drawn inside forms.
const FORM_DEPTH: usize = 8;
/// Characters of a page: beyond that it is a drawing.
const GLYPHS: usize = 50_000;
/// Ruled lines of a page.
const RULINGS: usize = 20_000;

/// Reads the text layer of a PDF.
pub(super) fn read(bytes: &[u8]) -> Result<Original, Refusal> {
    let options = LoadOptions {
        password: Some(String::new()),
        max_decompressed_size: Some(STREAM),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options.clone())
        .or_else(|_| Document::load_mem_with_options(bytes, LoadOptions { password: None, ..options }))
        .map_err(|error| match error {
            lopdf::Error::Decompress(_) => Refusal::Bomb,
            lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => Refusal::Encrypted,
            _ => Refusal::Damaged,
        })?;
    if document.is_encrypted() {
        return Err(Refusal::Encrypted);
    }
    let mut reader = Reader { document: &document, fonts: HashMap::new(), inflated: 0 };
    let mut pages = Vec::new();
    for id in document.page_iter().take(limits::PAGES) {
        pages.push(reader.page(id)?);
    }
    let empty: Vec<u32> = pages
        .iter()
        .enumerate()
        .filter(|(_, page)| page.glyphs.is_empty())
        .map(|(n, _)| n as u32 + 1)
        .collect();
    if pages.is_empty() {
        return Err(Refusal::Damaged);
    }
    if empty.len() == pages.len() {
        return Err(Refusal::NoText);
    }
    let mut original = Original { blocks: page::blocks(&pages), ..Original::default() };
    if !empty.is_empty() {
        original.remarks.push(Remark::PagesWithoutText(empty));
    }
    if let Some(title) = title(&document) {
        original.facts.push(("title".to_owned(), title));
    }
    Ok(original)
}

/// The title among the document's properties.
fn title(document: &Document) -> Option<String> {
    let info = document.trailer.get(b"Info").ok()?;
    let info = document.dereference(info).ok()?.1.as_dict().ok()?;
    let bytes = document.dereference(info.get(b"Title").ok()?).ok()?.1.as_str().ok()?;
    let text = match bytes.strip_prefix(b"\xFE\xFF") {
        Some(wide) => encoding_rs::UTF_16BE.decode_without_bom_handling(wide).0.into_owned(),
        None => String::from_utf8_lossy(bytes).into_owned(),
    };
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A font as far as text needs it.
struct Font {
    codes: Codes,
    widths: HashMap<u32, f32>,
    default_width: f32,
}

/// A place on the page: the six numbers of a transformation.
type Matrix = [f32; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn multiply(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

fn apply(m: Matrix, x: f32, y: f32) -> (f32, f32) {
    (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])
}

/// The state that `q` saves and `Q` brings back.
#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<ObjectKey>,
    size: f32,
    char_space: f32,
    word_space: f32,
    scale: f32,
    leading: f32,
    rise: f32,
}

/// What a font is remembered by: its object, or its dictionary's address within the resources.
type ObjectKey = (u32, u32, Vec<u8>);

struct Reader<'a> {
    document: &'a Document,
    fonts: HashMap<ObjectKey, Font>,
    inflated: usize,
}

impl<'a> Reader<'a> {
    fn page(&mut self, id: ObjectId) -> Result<Page, Refusal> {
        let mut page = Page::default();
        let limit = limits::INFLATED - self.inflated;
        let content = match self.document.get_page_content_with_limit(id, limit.min(STREAM)) {
            Ok(content) => content,
            Err(lopdf::Error::Decompress(_)) => return Err(Refusal::Bomb),
            Err(_) => return Ok(page),
        };
        self.inflated += content.len();
        let resources = self.resources(id);
        let state = State {
            matrix: IDENTITY,
            font: None,
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        self.run(&content, &resources, state, &mut page, 0)?;
        Ok(page)
    }

    /// The resources of a page, its own or those of a node above it.
    fn resources(&self, id: ObjectId) -> Vec<&'a Dictionary> {
        let Ok((own, inherited)) = self.document.get_page_resources(id) else { return Vec::new() };
        own.into_iter()
            .chain(inherited.iter().filter_map(|id| self.document.get_dictionary(*id).ok()))
            .collect()
    }

    fn lookup(
        &self,
        resources: &[&'a Dictionary],
        kind: &[u8],
        name: &[u8],
    ) -> Option<(ObjectId, &'a Object)> {
        resources.iter().find_map(|resources| {
            let named = self
                .document
                .dereference(resources.get(kind).ok()?)
                .ok()?
                .1
                .as_dict()
                .ok()?
                .get(name)
                .ok()?;
            let (id, object) = self.document.dereference(named).ok()?;
            Some((id.unwrap_or((0, 0)), object))
        })
    }

    #[expect(clippy::too_many_lines, reason = "one arm per operator of the format")]
    fn run(
        &mut self,
        content: &[u8],
        resources: &[&'a Dictionary],
        mut state: State,
        page: &mut Page,
        depth: usize,
    ) -> Result<(), Refusal> {
        let Ok(content) = Content::decode(content) else { return Ok(()) };
        let mut saved: Vec<State> = Vec::new();
        let (mut text, mut line) = (IDENTITY, IDENTITY);
        let mut path = Path::default();
        for operation in &content.operations {
            let operands = &operation.operands;
            let n = |at: usize| operands.get(at).and_then(|o| o.as_float().ok()).unwrap_or(0.0);
            match operation.operator.as_str() {
                "q" if saved.len() < 256 => saved.push(state.clone()),
                "Q" => state = saved.pop().unwrap_or(state),
                "cm" => state.matrix = multiply([n(0), n(1), n(2), n(3), n(4), n(5)], state.matrix),
                "BT" => (text, line) = (IDENTITY, IDENTITY),
                "Tf" => {
                    state.size = n(1);
                    state.font = operands
                        .first()
                        .and_then(|o| o.as_name().ok())
                        .and_then(|name| self.font(resources, name));
                }
                "Tc" => state.char_space = n(0),
                "Tw" => state.word_space = n(0),
                "Tz" => state.scale = n(0) / 100.0,
                "TL" => state.leading = n(0),
                "Ts" => state.rise = n(0),
                "Td" | "TD" => {
                    if operation.operator == "TD" {
                        state.leading = -n(1);
                    }
                    line = multiply([1.0, 0.0, 0.0, 1.0, n(0), n(1)], line);
                    text = line;
                }
                "Tm" => {
                    line = [n(0), n(1), n(2), n(3), n(4), n(5)];
                    text = line;
                }
                "T*" | "'" | "\"" => {
                    if operation.operator == "\"" {
                        state.word_space = n(0);
                        state.char_space = n(1);
                    }
                    line = multiply([1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], line);
                    text = line;
                    if let Some(Ok(bytes)) = operands.last().map(Object::as_str) {
                        self.show(bytes, &state, &mut text, page);
                    }
                }
                "Tj" => {
                    if let Some(Ok(bytes)) = operands.first().map(Object::as_str) {
                        self.show(bytes, &state, &mut text, page);
                    }
                }
                "TJ" => {
                    for piece in operands.first().and_then(|o| o.as_array().ok()).into_iter().flatten() {
                        match piece {
                            Object::String(bytes, _) => self.show(bytes, &state, &mut text, page),
                            number => {
                                let back =
                                    number.as_float().unwrap_or(0.0) / 1000.0 * state.size * state.scale;
                                text = multiply([1.0, 0.0, 0.0, 1.0, -back, 0.0], text);
                            }
                        }
                    }
                }
                "Do" => {
                    let name = operands.first().and_then(|o| o.as_name().ok());
                    if let Some((_, Object::Stream(form))) =
                        name.and_then(|name| self.lookup(resources, b"XObject", name))
                    {
                        self.draw(form, resources, &state, page, depth)?;
                    }
                }
                "m" => path.start(apply(state.matrix, n(0), n(1))),
                "l" => path.line(apply(state.matrix, n(0), n(1))),
                "c" => path.jump(apply(state.matrix, n(4), n(5))),
                "v" | "y" => path.jump(apply(state.matrix, n(2), n(3))),
                "h" => path.close(),
                "re" => {
                    let (x, y, w, h) = (n(0), n(1), n(2), n(3));
                    path.start(apply(state.matrix, x, y));
                    for (x, y) in [(x + w, y), (x + w, y + h), (x, y + h)] {
                        path.line(apply(state.matrix, x, y));
                    }
                    path.close();
                }
                "S" | "s" | "B" | "B*" | "b" | "b*" => path.paint(true, page),
                "f" | "F" | "f*" => path.paint(false, page),
                "n" => path = Path::default(),
                _ => {}
            }
            if page.glyphs.len() > GLYPHS || page.rulings.len() > RULINGS {
                break;
            }
        }
        Ok(())
    }

    /// Draws a form: content with resources of its own.
    fn draw(
        &mut self,
        form: &'a Stream,
        outer: &[&'a Dictionary],
        state: &State,
        page: &mut Page,
        depth: usize,
    ) -> Result<(), Refusal> {
        if depth >= FORM_DEPTH || !matches!(form.dict.get(b"Subtype").and_then(Object::as_name), Ok(b"Form"))
        {
            return Ok(());
        }
        let limit = (limits::INFLATED - self.inflated).min(STREAM);
        let Ok(content) = form.get_plain_content_with_limit(limit) else { return Err(Refusal::Bomb) };
        self.inflated += content.len();
        let own = form.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict).ok();
        let resources: Vec<&Dictionary> = own.into_iter().chain(outer.iter().copied()).collect();
        let mut state = state.clone();
        if let Ok(numbers) = form.dict.get(b"Matrix").and_then(Object::as_array) {
            let mut matrix = IDENTITY;
            for (place, number) in matrix.iter_mut().zip(numbers) {
                *place = number.as_float().unwrap_or(*place);
            }
            state.matrix = multiply(matrix, state.matrix);
        }
        self.run(&content, &resources, state, page, depth + 1)
    }

    fn font(&mut self, resources: &[&'a Dictionary], name: &[u8]) -> Option<ObjectKey> {
        let (id, object) = self.lookup(resources, b"Font", name)?;
        let key = (id.0, u32::from(id.1), if id.0 == 0 { name.to_vec() } else { Vec::new() });
        if !self.fonts.contains_key(&key) {
            let font = self.read_font(object.as_dict().ok()?);
            self.fonts.insert(key.clone(), font);
        }
        Some(key)
    }

    fn read_font(&mut self, font: &'a Dictionary) -> Font {
        let name = |dictionary: &Dictionary, key: &[u8]| {
            dictionary
                .get_deref(key, self.document)
                .and_then(Object::as_name)
                .map(<[u8]>::to_vec)
                .unwrap_or_default()
        };
        let to_unicode = font.get_deref(b"ToUnicode", self.document).and_then(Object::as_stream).ok();
        let map = to_unicode
            .and_then(|stream| stream.get_plain_content_with_limit(2 << 20).ok())
            .map(|bytes| cmap::parse(&bytes))
            .unwrap_or_default();
        let composite = name(font, b"Subtype") == b"Type0";
        let codes = Codes::new(map, composite, &name(font, b"Encoding"));
        let mut widths = HashMap::new();
        let mut default_width = if composite { 1.0 } else { 0.5 };
        let descendant = font
            .get_deref(b"DescendantFonts", self.document)
            .and_then(Object::as_array)
            .ok()
            .and_then(|fonts| self.document.dereference(fonts.first()?).ok()?.1.as_dict().ok());
        if let Some(descendant) = descendant {
            if let Ok(width) = descendant.get_deref(b"DW", self.document).and_then(Object::as_float) {
                default_width = width / 1000.0;
            }
            if let Ok(list) = descendant.get_deref(b"W", self.document).and_then(Object::as_array) {
                cid_widths(list, self.document, &mut widths);
            }
        } else if let Ok(list) = font.get_deref(b"Widths", self.document).and_then(Object::as_array) {
            let first = font.get_deref(b"FirstChar", self.document).and_then(Object::as_i64).unwrap_or(0);
            for (offset, width) in list.iter().enumerate().take(256) {
                if let (Ok(code), Ok(width)) = (u32::try_from(first + offset as i64), width.as_float()) {
                    widths.insert(code, width / 1000.0);
                }
            }
        }
        Font { codes, widths, default_width }
    }

    fn show(&self, bytes: &[u8], state: &State, text: &mut Matrix, page: &mut Page) {
        let Some(font) = state.font.as_ref().and_then(|key| self.fonts.get(key)) else { return };
        for (code, length, decoded) in font.codes.decode(bytes) {
            let width = font.widths.get(&code).copied().unwrap_or(font.default_width);
            let at = multiply([state.size * state.scale, 0.0, 0.0, state.size, 0.0, state.rise], *text);
            let at = multiply(at, state.matrix);
            let (x0, y0) = apply(at, 0.0, 0.0);
            let (x1, y1) = apply(at, width, 0.0);
            let (_, top) = apply(at, 0.0, 1.0);
            // Text that runs upward is a watermark or a stamp, not part of a line.
            if (x1 - x0).abs() >= (y1 - y0).abs() && page.glyphs.len() <= GLYPHS {
                page.glyphs.push(Glyph {
                    text: decoded,
                    left: x0.min(x1),
                    right: x0.max(x1),
                    base: y0,
                    size: (top - y0).abs(),
                });
            }
            let space = if length == 1 && code == 32 { state.word_space } else { 0.0 };
            let advance = (width * state.size + state.char_space + space) * state.scale;
            *text = multiply([1.0, 0.0, 0.0, 1.0, advance, 0.0], *text);
        }
    }
}

/// The widths of a composite font: `first [w w w]` or `first last w`.
fn cid_widths(list: &[Object], document: &Document, widths: &mut HashMap<u32, f32>) {
    let mut at = 0;
    while at + 1 < list.len() && widths.len() < 70_000 {
        let first = list[at].as_i64().unwrap_or(0).clamp(0, 65_535) as u32;
        let second = document.dereference(&list[at + 1]).map_or(&list[at + 1], |(_, object)| object);
        if let Ok(each) = second.as_array() {
            for (offset, width) in each.iter().enumerate().take(65_536) {
                widths.insert(first + offset as u32, width.as_float().unwrap_or(1000.0) / 1000.0);
            }
            at += 2;
        } else {
            let last = second.as_i64().unwrap_or(0).clamp(0, 65_535) as u32;
            let width = list.get(at + 2).and_then(|w| w.as_float().ok()).unwrap_or(1000.0) / 1000.0;
            for code in first..=last.max(first) {
                widths.insert(code, width);
            }
            at += 3;
        }
    }
}

/// The outline being drawn.
#[derive(Default)]
struct Path {
    lines: Vec<((f32, f32), (f32, f32))>,
    at: (f32, f32),
    begin: (f32, f32),
    /// Where each outline begins among the lines.
    outlines: Vec<usize>,
}

impl Path {
    fn start(&mut self, at: (f32, f32)) {
        self.outlines.push(self.lines.len());
        (self.at, self.begin) = (at, at);
    }

    fn line(&mut self, to: (f32, f32)) {
        if self.lines.len() < RULINGS {
            self.lines.push((self.at, to));
        }
        self.at = to;
    }

    fn jump(&mut self, to: (f32, f32)) {
        self.at = to;
    }

    fn close(&mut self) {
        let begin = self.begin;
        self.line(begin);
    }

    /// Keeps what is ruled: stroked straight lines, and filled boxes as thin as a line.
    fn paint(&mut self, stroked: bool, page: &mut Page) {
        let path = std::mem::take(self);
        if stroked {
            page.rulings.extend(path.lines.iter().filter_map(|(from, to)| Ruling::between(*from, *to)));
            return;
        }
        for (number, start) in path.outlines.iter().enumerate() {
            let end = path.outlines.get(number + 1).copied().unwrap_or(path.lines.len());
            let points = path.lines[*start..end].iter().flat_map(|(from, to)| [*from, *to]);
            let start = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
            let (left, right, bottom, top) =
                points.fold(start, |b, (x, y)| (b.0.min(x), b.1.max(x), b.2.min(y), b.3.max(y)));
            page.rulings.extend(Ruling::from_box(left, right, bottom, top));
        }
    }
}
