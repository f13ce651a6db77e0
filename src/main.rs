//! The program: see the library for what it is made of.

use std::process::ExitCode;

fn main() -> ExitCode {
    gongkai::cli::run().into()
}
