//! `plimsoll monitor resources`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::cli::{configuration, network, words};
use crate::commands::monitor::resources::Options;

/// Sample CPU, memory, disk, network and pressure: around a command, or until told to end
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Watch this command, and end as it does; without one, watch until a signal comes
    #[arg(value_name = "COMMAND", last = true, num_args = 1.., conflicts_with_all = ["from", "length"])]
    command: Vec<OsString>,

    /// What is watched, as the table calls it [default: the command's name, or `job`]
    #[arg(long, value_name = "NAME")]
    scope: Option<String>,

    /// Look in steps of this time
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = words::duration)]
    interval: Duration,

    /// Watch for this long
    #[arg(long = "for", id = "length", value_name = "TIME", value_parser = words::duration)]
    length: Option<Duration>,

    /// Sum this log up instead of watching
    #[arg(long, value_name = "FILE", conflicts_with = "length")]
    from: Option<PathBuf>,

    /// Write the samples to this file [default: resources/SCOPE.jsonl below the tables' folder]
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,

    /// Draw the timeline to this file [default: resources/SCOPE.svg below the tables' folder]
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// Read the machine's figures from this folder; inside a container, where the machine's is mounted
    #[arg(long, value_name = "DIR", default_value = "/proc")]
    proc: PathBuf,

    /// Look at the control group of this folder (version 2) too [default: the command's own]
    #[arg(long, value_name = "DIR")]
    cgroup: Option<PathBuf>,

    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Keep the tables in this folder [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,

    /// The id of the job that is watched: `${{ job.check_run_id }}`; with a token its steps are marked
    #[arg(long, value_name = "ID")]
    job_id: Option<u64>,

    #[command(flatten)]
    network: network::Arguments,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            command: arguments.command,
            scope: arguments.scope,
            interval: arguments.interval,
            length: arguments.length,
            from: arguments.from,
            log: arguments.log,
            svg: arguments.svg,
            proc: arguments.proc,
            cgroup: arguments.cgroup,
            configuration: arguments.configuration.into(),
            metrics: arguments.metrics,
            job_id: arguments.job_id,
            network: arguments.network.network(),
            repository: arguments.network.repository,
            token: arguments.network.token,
        }
    }
}
