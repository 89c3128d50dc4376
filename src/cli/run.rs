//! `plimsoll run`.

use std::path::PathBuf;

use clap::Args;

use super::{configuration, network, notify};
use crate::commands::run::{Format, Options};

/// Lint, score, collect, gate and report as configured: one verdict
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Write the tables and commit them, whatever the configuration says
    #[arg(long)]
    commit: bool,

    #[command(flatten)]
    network: network::Arguments,

    /// The form of the output [default: github in a job, human elsewhere]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Write the output to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write the report as one HTML page to this file as well
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    #[command(flatten)]
    notify: notify::Arguments,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            configuration: arguments.configuration.into(),
            commit: arguments.commit,
            network: arguments.network.network(),
            token: arguments.network.token,
            repository: arguments.network.repository,
            format: arguments.format,
            output: arguments.output,
            html: arguments.html,
            notify: arguments.notify.into(),
        }
    }
}
