//! Plimsoll measures, lints, scores and gates GitHub Actions.
//!
//! # Bird's-eye view
//!
//! The folders are rooms, and data goes through the house in one direction:
//!
//! ```text
//! sources → model → (rules | stats | scorecard | gates) → reports → formats → sinks
//! ```
//!
//! Everything is fetched first, judged synchronously by pure code, rendered to bytes by pure
//! code, and only then delivered. `commands` is the only room where the others meet, `cli` turns
//! what was typed into a command's options, and `main` turns the outcome into an exit code.
//!
//! Which room may import which is a table in `tests/integration/architecture.rs`, and a test
//! holds the code to it.
//!
//! The library is the binary's own: its public interface is the command line, and the Rust items
//! may change with any version.

pub mod cli;
pub mod commands;
pub mod config;
pub mod deploy;
pub mod detectors;
pub mod dora;
pub mod error;
pub mod exports;
pub mod expressions;
pub mod gates;
pub mod github;
pub mod knowledge;
pub mod migration;
pub mod model;
pub mod monitor;
pub mod outcome;
pub mod outputs;
pub mod pipeline;
pub mod reports;
pub mod rules;
pub mod scorecard;
pub mod shell;
pub mod simulation;
pub mod sources;
pub mod stats;
pub mod system;
pub mod templates;
pub mod world;
