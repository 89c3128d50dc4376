//! `plimsoll gate`.

use std::path::PathBuf;

use clap::Args;

use super::{configuration, notify, words};
use crate::commands::gate::{Format, Options};
use crate::config::Preset;

/// Judge the collected metrics by the gates of plimsoll.yml and its preset
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    configuration: configuration::Arguments,
    /// Read the tables from this folder [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,
    /// Add the gates of this preset [default: standard]
    #[arg(long, value_parser = words::parser::<Preset>(Preset::WORDS))]
    preset: Option<Preset>,
    /// Take windows and baselines from this branch [default: the base or default branch]
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Write the verdicts in this format [default: github in a job, else human]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write the verdicts to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    notify: notify::Arguments,
    #[command(flatten)]
    account: notify::Account,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            configuration: arguments.configuration.into(),
            metrics: arguments.metrics,
            preset: arguments.preset,
            branch: arguments.branch,
            format: arguments.format,
            output: arguments.output,
            notify: arguments.notify.into(),
            token: arguments.account.token,
            repository: arguments.account.repository,
        }
    }
}
