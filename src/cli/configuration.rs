//! The options that say where settings come from.

use std::path::PathBuf;

use clap::Args;

use crate::commands::configuration::Configuration;

/// Options that every verb with settings has.
#[derive(Args, Debug)]
#[group(skip)]
pub(super) struct Arguments {
    /// Read this configuration instead of the repository's plimsoll.yml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
}

impl From<Arguments> for Configuration {
    fn from(arguments: Arguments) -> Self {
        match arguments.config {
            Some(path) => Self::Named(path),
            None if arguments.no_config => Self::Ignored,
            None => Self::Discovered,
        }
    }
}
