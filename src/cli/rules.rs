//! `plimsoll rules`.

use std::path::PathBuf;

use clap::Args;

use crate::commands::rules::{Format, Options};

/// List the lint rules
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// How to write the list
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write the list to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self { format: arguments.format, output: arguments.output }
    }
}
