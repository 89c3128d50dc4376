//! `plimsoll time`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::configuration;
use crate::commands::time::{Options, Telling};

/// Time a command and record it: its streams, signals and exit code are passed through
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// What the measurements are called
    #[arg(value_name = "NAME")]
    name: String,

    /// The command with its arguments
    #[arg(value_name = "COMMAND", last = true, required = true, num_args = 1..)]
    command: Vec<OsString>,

    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Keep the tables in this folder [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,

    /// The repository that the measurements belong to [default: `GITHUB_REPOSITORY`]
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<String>,

    /// The id of the job that the measurements belong to: `${{ job.check_run_id }}`
    #[arg(long, value_name = "ID")]
    job_id: Option<u64>,

    /// Tell the figures on standard error when the command has ended
    #[arg(long)]
    show: bool,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            name: arguments.name,
            command: arguments.command,
            configuration: arguments.configuration.into(),
            metrics: arguments.metrics,
            repository: arguments.repository,
            job_id: arguments.job_id,
            telling: if arguments.show { Telling::Line } else { Telling::Nothing },
        }
    }
}
