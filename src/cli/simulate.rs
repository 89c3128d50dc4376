//! `plimsoll simulate`.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::configuration;
use crate::commands::simulate::{Change, Format, Options};

/// Tell what a change to workflows would make of the recorded runs: time, billed minutes, cost
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    configuration: configuration::Arguments,

    /// What to try: drop:JOB>NEED, split:JOB=N, join:A+B, at-once:N, speed:JOB=FACTOR, price:JOB=DOLLARS, warm:JOB, filter:WORKFLOW=SHARE; may be repeated
    #[arg(long, value_name = "CHANGE", action = ArgAction::Append, required_unless_present = "check")]
    change: Vec<Change>,

    /// Tell how far the simulator is off, by predicting runs that are known
    #[arg(long, conflicts_with = "change")]
    check: bool,

    /// Read the tables from this folder [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,

    /// Simulate runs of this branch alone
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,

    /// Simulate runs of workflows with this name alone, which may hold *
    #[arg(long, value_name = "NAME")]
    workflow: Option<String>,

    /// Simulate the latest N runs of each workflow
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..))]
    last: u16,

    /// The form of the output
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,

    /// Write the output to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            configuration: arguments.configuration.into(),
            changes: arguments.change,
            metrics: arguments.metrics,
            branch: arguments.branch,
            workflow: arguments.workflow,
            last: usize::from(arguments.last),
            format: arguments.format,
            output: arguments.output,
        }
    }
}
