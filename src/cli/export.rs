//! `plimsoll export`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::{configuration, words};
use crate::commands::export::{Alerts, Dashboard, Options, Otlp, Parquet, Signal};
use crate::model::history::TableId;

/// Write alert rules, dashboards, telemetry and tables for other systems
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Alerts(AlertsArguments),
    Dashboard(DashboardArguments),
    Otlp(Box<OtlpArguments>),
    Parquet(ParquetArguments),
}

/// Write alert rules for Prometheus, with their unit tests, a runbook, and an example of routing
#[derive(Args, Debug)]
struct AlertsArguments {
    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Write all files into this folder instead of the rules to standard output
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Write dashboards for Grafana: ci, delivery, service
#[derive(Args, Debug)]
struct DashboardArguments {
    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Which dashboard; all of them with --output
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// Write a file for each into this folder instead of one to standard output
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Write runs as OpenTelemetry traces, and what series are like as metrics, or send them to a collector
#[derive(Args, Debug)]
struct OtlpArguments {
    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Read the tables from this folder [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,

    /// Write traces, metrics or all of it
    #[arg(long, value_enum, default_value_t = Signal::All)]
    signal: Signal,

    /// Write only traces of runs that began on this day or later
    #[arg(long, value_name = "DATE", value_parser = words::since)]
    since: Option<Timestamp>,

    /// The branch that metrics are of [default: the default branch]
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,

    /// Write one message a line to this file instead of standard output
    #[arg(long, value_name = "FILE", conflicts_with = "endpoint")]
    output: Option<PathBuf>,

    /// Send to the collector at this address, as JSON over HTTP; headers come from `OTEL_EXPORTER_OTLP_HEADERS`
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
}

/// Write the tables as Parquet, a folder a table, partitioned by year and month
#[derive(Args, Debug)]
struct ParquetArguments {
    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Read the tables from this folder and from all folders below it [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,

    /// Write only this table; may be given several times
    #[arg(long = "table", value_name = "NAME")]
    tables: Vec<TableId>,

    /// Write into this folder
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        match arguments.what {
            What::Alerts(asked) => {
                Self::Alerts(Alerts { configuration: asked.configuration.into(), output: asked.output })
            }
            What::Dashboard(asked) => Self::Dashboard(Dashboard {
                configuration: asked.configuration.into(),
                name: asked.name,
                output: asked.output,
            }),
            What::Otlp(asked) => Self::Otlp(Box::new(Otlp {
                configuration: asked.configuration.into(),
                metrics: asked.metrics,
                signal: asked.signal,
                since: asked.since,
                branch: asked.branch,
                output: asked.output,
                endpoint: asked.endpoint,
            })),
            What::Parquet(asked) => Self::Parquet(Parquet {
                configuration: asked.configuration.into(),
                metrics: asked.metrics,
                tables: asked.tables,
                output: asked.output,
            }),
        }
    }
}
