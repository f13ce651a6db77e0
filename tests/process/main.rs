//! The program as a process: killed, rebuilt, previewed and commanded, on portals in
//! temporary folders. Every test that goes by chance goes by a fixed seed.

#![allow(clippy::disallowed_methods, reason = "a test reads and writes what it likes")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![cfg(unix)]

mod commands;
mod edits;
mod http;
mod kill;
mod languages;
mod portal;
mod random;
mod rebuild;
mod serve;
mod site;
mod usa;
