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
    /// The same, tagged and for archives; written by programs with the feature `pdf`.
    Pdf,
}

impl Format {
    /// All formats, as they are offered.
    pub const ALL: [Self; 5] = [Self::Csv, Self::Json, Self::Xlsx, Self::Docx, Self::Pdf];

    /// Whether this program was built to write it.
    pub fn is_built(self) -> bool {
        self != Self::Pdf || cfg!(feature = "pdf")
    }

    /// The formats that this program writes.
    pub fn built() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|format| format.is_built())
    }

    /// The end of the file's name, which is also the name of the format.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
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
            Self::Json | Self::Docx | Self::Pdf => false,
        }
    }
}

/// A format that all figures of the portal are written in, besides CSV and JSON Lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataFormat {
    /// All tables in one workbook.
    Xlsx,
    /// A database, unless built without the feature `sqlite`.
    Sqlite,
    /// Columns, a file per year, unless built without the feature `parquet`.
    Parquet,
}

impl DataFormat {
    /// All formats, as they are offered.
    pub const ALL: [Self; 3] = [Self::Xlsx, Self::Sqlite, Self::Parquet];

    /// Whether this program was built to write it.
    pub fn is_built(self) -> bool {
        match self {
            Self::Xlsx => true,
            Self::Sqlite => cfg!(feature = "sqlite"),
            Self::Parquet => cfg!(feature = "parquet"),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Sqlite => "sqlite",
            Self::Parquet => "parquet",
        }
    }
}
