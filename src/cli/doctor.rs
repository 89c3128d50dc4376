//! `plimsoll doctor`.

use std::path::PathBuf;

use clap::Args;

use super::{configuration, network};
use crate::commands::doctor::{Format, Options};

/// Tell what is wrong with the machine, the network or the token, and what to do about it
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    configuration: configuration::Arguments,

    #[command(flatten)]
    network: network::Arguments,

    /// How to write what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    /// Write it to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            network: arguments.network.network(),
            token: arguments.network.token,
            repository: arguments.network.repository,
            configuration: arguments.configuration.into(),
            format: arguments.format,
            output: arguments.output,
        }
    }
}
