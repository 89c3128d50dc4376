//! `plimsoll deploy rollback`.

use std::time::Duration;

use clap::Args;

use super::{CommonArguments, doing};
use crate::cli::words;
use crate::commands::deploy::RollbackOptions;

/// Bring back what was there before, by the configured command or workflow, and watch it
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    common: CommonArguments,

    /// The version, ref or commit to bring back [default: the last other one that was deployed with success]
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,

    /// Watch it for this long afterwards [default: the environment's `watch`, 10m]
    #[arg(long, value_name = "TIME", value_parser = words::duration)]
    watch: Option<Duration>,

    /// Show every step and touch nothing
    #[arg(long)]
    dry_run: bool,
}

impl From<Arguments> for RollbackOptions {
    fn from(arguments: Arguments) -> Self {
        Self {
            common: arguments.common.into(),
            to: arguments.to,
            watch: arguments.watch,
            doing: doing(arguments.dry_run),
        }
    }
}
