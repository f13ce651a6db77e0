//! Statutory forms as data: sections, tables, lines, kinds, sums, rules, and their layout.
//!
//! A form is one TOML file; the standard ones are embedded, a portal may add its own. All
//! else is derived from it. This room knows no report and does no IO.

mod address;
mod axis;
mod definition;
mod evaluate;
mod formula;
mod grid;
mod heading;
mod lead;
mod lineage;
mod read;
mod standard;
mod table;
mod value;

pub use address::Address;
pub use axis::{Axis, Line};
pub use definition::{AgencyKind, Breakdown, Form, FormRule, Highlight, Ranking, Section};
pub use evaluate::{At, Figures, Outcome, Term, cells, evaluate, sides, terms};
pub use formula::{Expression, Function, Lines, Operator, Reference, Test};
pub use grid::{Grid, GridCell};
pub use heading::plain_heading;
pub use lead::Piece;
pub use lineage::{Lineage, Origin};
pub use read::read;
pub use standard::standard_forms;
pub use table::{Name, OpenRows, Rule, Table, Turn};
pub use value::{Blank, Kind, NOT_APPLICABLE, Spelling, Value, parse_value};
