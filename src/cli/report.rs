//! `plimsoll report`.

use std::path::PathBuf;

use clap::Args;

use super::configuration;
use crate::commands::report::{Format, Options};

/// Report on the collected tables: how long, how often failed, and where it is going
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Read the tables from this folder [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,

    /// The heading [default: How CI is doing]
    #[arg(long)]
    title: Option<String>,

    /// Report on this many weeks, back from the newest row [default: 12]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    weeks: Option<u16>,

    /// Report on this branch alone
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,

    /// The form of the output
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,

    /// Write the output to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write the HTML page to this file as well
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            configuration: arguments.configuration.into(),
            metrics: arguments.metrics,
            title: arguments.title,
            weeks: arguments.weeks,
            branch: arguments.branch,
            format: arguments.format,
            output: arguments.output,
            html: arguments.html,
        }
    }
}
