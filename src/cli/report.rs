//! `plimsoll report`.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

use super::{configuration, notify, words};
use crate::commands::report::{Format, Options, Since};

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

    /// Report on what began on this day (UTC) or later
    #[arg(long, value_name = "DATE", value_parser = words::since, conflicts_with = "weeks")]
    since: Option<Timestamp>,

    /// Report on the time since the earliest of the latest N runs
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with_all = ["weeks", "since"])]
    last: Option<u32>,

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

    /// Write the charts as pictures (SVG) into this folder, and show them in the Markdown
    #[arg(long, value_name = "DIR")]
    charts: Option<PathBuf>,

    #[command(flatten)]
    notify: notify::Arguments,

    #[command(flatten)]
    account: notify::Account,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let runs = arguments.last.and_then(|runs| usize::try_from(runs).ok()).map(Since::Runs);
        Self {
            configuration: arguments.configuration.into(),
            metrics: arguments.metrics,
            title: arguments.title,
            weeks: arguments.weeks,
            since: arguments.since.map(Since::Moment).or(runs),
            branch: arguments.branch,
            format: arguments.format,
            output: arguments.output,
            html: arguments.html,
            charts: arguments.charts,
            notify: arguments.notify.into(),
            token: arguments.account.token,
            repository: arguments.account.repository,
        }
    }
}
