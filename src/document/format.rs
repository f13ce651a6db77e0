//! The formats a report is offered in.

/// A format that a report is written in, beside its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One line per cell.
    Csv,
    /// Everything that is known of it.
    Json,
    /// The tables as a workbook, with live sums.
    Xlsx,
    /// A document in the official layout.
    Docx,
}

impl Format {
    /// All formats that this program writes, as they are offered.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Json, Self::Xlsx, Self::Docx];

    /// The end of the file's name, which is also the name of the format.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
        }
    }

    /// The format by the end of the file's name.
    pub fn named(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension() == extension)
    }

    /// Whether it holds figures only, so that a report without tables has none.
    pub fn needs_tables(self) -> bool {
        match self {
            Self::Csv | Self::Xlsx => true,
            Self::Json | Self::Docx => false,
        }
    }
}
