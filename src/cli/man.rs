//! `plimsoll man`.

use std::path::PathBuf;

use clap::Args;

use crate::commands::man::Options;

/// Write the manual as roff, for `man -l -`
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Write a page for each command into this folder, instead of the main page to standard output
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self { folder: arguments.output, command: super::command() }
    }
}
