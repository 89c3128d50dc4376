//! `plimsoll monitor health`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args};

use crate::cli::{configuration, words};
use crate::commands::monitor::health::{Format, Options};
use crate::model::secret::Secret;

/// Probe what was deployed: once, or again and again for a time
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Probe this address instead of the configuration's endpoints
    #[arg(long, value_name = "URL", conflicts_with = "environment")]
    url: Option<String>,

    /// Probe the endpoints of this environment alone; may be repeated
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    environment: Vec<String>,

    /// Probe every endpoint once, which is what happens without --for
    #[arg(long, conflicts_with = "length")]
    once: bool,

    /// Probe in the environments' intervals for this long
    #[arg(long = "for", id = "length", value_name = "TIME", value_parser = words::duration)]
    length: Option<Duration>,

    /// Keep the tables in this folder [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,

    /// Write a log a day, and the history of alerts, to this folder [default: health below the tables' folder]
    #[arg(long, value_name = "DIR")]
    log: Option<PathBuf>,

    /// The repository that rows belong to [default: `GITHUB_REPOSITORY`]
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<String>,

    /// Keep an issue for each incident: opened with the alert, closed when it is over
    #[arg(long)]
    issues: bool,

    /// Keep issues with this token [default: that of `GITHUB_TOKEN` or `GH_TOKEN`]
    #[arg(long)]
    token: Option<Secret>,

    /// How to write what was found [default: github in a job, else human]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Write it to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        // Once is what happens anyway; the option says it to readers.
        let length = arguments.length.filter(|_| !arguments.once);
        Self {
            configuration: arguments.configuration.into(),
            url: arguments.url,
            environments: arguments.environment,
            length,
            metrics: arguments.metrics,
            log: arguments.log,
            repository: arguments.repository,
            format: arguments.format,
            output: arguments.output,
            issues: arguments.issues,
            token: arguments.token,
        }
    }
}
