//! placeholder
use clap::{Args, Subcommand};
use std::path::Path;
use super::terminal::Terminal;
/// x
#[derive(Args)]
pub(super) struct Init { dir: std::path::PathBuf, #[arg(long)] demo: bool }
impl Init { pub(super) fn run(self, _t: &Terminal) -> u8 { 0 } }
/// x
#[derive(Subcommand)]
pub(super) enum New { Agency, Report }
impl New { pub(super) fn run(self, _r: &Path, _t: &Terminal) -> u8 { 0 } }
