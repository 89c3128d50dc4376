//! Starts the image and every action in a real container engine exactly the way GitHub's runner
//! does, and looks at what the runner would see. `run.sh` beside this file starts the engine.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]
#![expect(clippy::string_slice, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "sizes and times are figures to look at")]
#![expect(clippy::disallowed_methods, reason = "tests read files, start programs, wait and read variables")]

mod actions;
mod commands;
mod engine;
#[expect(dead_code, unused_imports, reason = "the integration tests use the rest of it")]
#[path = "../integration/support/fake_github/mod.rs"]
mod fake_github;
mod https;
mod image;
mod manifest;
mod online;
mod runner;
mod service;
mod signals;
mod situations;
