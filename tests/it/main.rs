//! Tests of the whole: suites that read like chapters, laws read from the sources, and
//! portals edited at random.

#![expect(clippy::disallowed_methods, reason = "the sources and the suite are files to be read")]

#[cfg(unix)]
mod disk;
mod fuzz;
mod import;
mod keys;
mod layers;
mod office;
mod paper;
mod portal;
mod rebuild;
mod roundtrip;
mod schema;
mod shapes;
mod suite;
mod weight;
mod workbook;
