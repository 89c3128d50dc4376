//! `plimsoll run`.

use std::path::PathBuf;

use clap::Args;

use super::configuration;
use crate::commands::run::{Format, Network, Options};
use crate::model::secret::Secret;

/// Lint, score, collect, gate and report as configured: one verdict
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Write the tables and commit them, whatever the configuration says
    #[arg(long)]
    commit: bool,

    /// Ask nothing of the network
    #[arg(long, conflicts_with = "online")]
    offline: bool,

    /// Ask GitHub, also without a token [default: only with a token]
    #[arg(long)]
    online: bool,

    /// Ask GitHub with this token [default: that of `GITHUB_TOKEN` or `GH_TOKEN`]
    #[arg(long)]
    token: Option<Secret>,

    /// The repository to ask GitHub for [default: `GITHUB_REPOSITORY`]
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<String>,

    /// The form of the output [default: github in a job, human elsewhere]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Write the output to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write the report as one HTML page to this file as well
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let network = match (arguments.offline, arguments.online) {
            (true, _) => Network::Offline,
            (false, true) => Network::Online,
            (false, false) => Network::WithToken,
        };
        Self {
            configuration: arguments.configuration.into(),
            commit: arguments.commit,
            network,
            token: arguments.token,
            repository: arguments.repository,
            format: arguments.format,
            output: arguments.output,
            html: arguments.html,
        }
    }
}
