//! How the cells of a workbook look.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

const LINE: Color = Color::RGB(0x9A_A5_B1);
const HEAD: Color = Color::RGB(0xE8_EE_F4);
const SUM: Color = Color::RGB(0xF5_F7_FA);
const INPUT: Color = Color::RGB(0xFF_FB_E6);
const DOUBT: Color = Color::RGB(0xFD_E8_E6);
const GREY: Color = Color::RGB(0x5A_64_70);

/// The looks of a workbook.
pub(super) struct Styles {
    /// The title of a sheet.
    pub title: Format,
    /// The line below it.
    pub subtitle: Format,
    /// The caption of a table.
    pub caption: Format,
    /// A label over columns, and of a heading before rows.
    pub head: Format,
    /// The label of a row.
    pub label: Format,
    /// A figure.
    pub figure: Format,
    /// A figure that is a sum.
    pub sum: Format,
    /// A figure with a finding.
    pub found: Format,
    /// A cell to fill in.
    pub input: Format,
    /// A note under a table.
    pub note: Format,
    /// Running text in a bordered cell.
    pub text: Format,
    /// A long text to fill in.
    pub prose: Format,
    /// What a rule comes to.
    pub check: Format,
    /// A rule that holds.
    pub good: Format,
    /// A rule that does not.
    pub bad: Format,
    /// A rule that should hold.
    pub warn: Format,
}

impl Styles {
    pub(super) fn new() -> Self {
        let plain = Format::new().set_align(FormatAlign::VerticalCenter).set_text_wrap();
        let framed = plain.clone().set_border(FormatBorder::Thin).set_border_color(LINE);
        let centred = framed.clone().set_align(FormatAlign::Center);
        let figure = centred.clone().set_num_format("0");
        let left = framed.clone().set_align(FormatAlign::Left);
        Self {
            title: plain.clone().set_bold().set_font_size(14).set_align(FormatAlign::Center),
            subtitle: plain.clone().set_font_color(GREY).set_align(FormatAlign::Center),
            caption: plain.clone().set_bold().set_align(FormatAlign::Left),
            head: centred.clone().set_bold().set_background_color(HEAD),
            label: left.clone(),
            sum: figure.clone().set_bold().set_background_color(SUM),
            found: figure.clone().set_bold().set_background_color(DOUBT),
            input: figure.clone().set_background_color(INPUT).set_unlocked(),
            figure,
            note: plain.clone().set_font_color(GREY).set_align(FormatAlign::Left),
            text: left.clone().set_align(FormatAlign::Top),
            prose: left.set_align(FormatAlign::Top).set_background_color(INPUT).set_unlocked(),
            check: centred.set_font_color(GREY),
            good: Format::new().set_font_color(Color::RGB(0x1B_6E_3C)),
            bad: Format::new().set_font_color(Color::RGB(0xA8_1C_12)).set_background_color(DOUBT).set_bold(),
            warn: Format::new().set_font_color(Color::RGB(0x7A_4B_00)).set_background_color(INPUT),
        }
    }
}

/// A number shown with so many decimals.
pub(super) fn decimals(format: &Format, decimals: u32) -> Format {
    match decimals {
        0 => format.clone(),
        _ => format.clone().set_num_format(format!("0.{}", "0".repeat(decimals as usize))),
    }
}
