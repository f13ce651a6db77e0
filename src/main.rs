//! The program: see the library for what it is made of.

use std::process::ExitCode;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A fault of ours is told by the panic itself; the exit code says that it was one.
    std::panic::catch_unwind(gongkai::cli::run).unwrap_or(gongkai::cli::FAULT).into()
}
