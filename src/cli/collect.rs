//! `plimsoll collect`.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use crate::commands::collect::{Format, Options};
use crate::model::collected::Writing;

/// Collect runs, test reports and sizes into the tables
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Read recorded API answers (*.json) from this folder
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Keep the tables in this folder
    #[arg(long, value_name = "DIR", default_value = "metrics")]
    metrics: PathBuf,
    /// Read JUnit reports that match this pattern; may be repeated
    #[arg(long, value_name = "GLOB", action = ArgAction::Append)]
    junit: Vec<String>,
    /// Measure the size of a file or a folder; may be repeated
    #[arg(long, value_name = "NAME=PATH", action = ArgAction::Append)]
    size: Vec<String>,
    /// The repository of records that do not say
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<String>,
    /// The id of the job that reports and sizes belong to: `${{ job.check_run_id }}`
    #[arg(long, value_name = "ID")]
    job_id: Option<u64>,
    /// Move damaged lines of the tables to NAME.rejected.csv instead of stopping
    #[arg(long)]
    quarantine: bool,
    /// Say what would change, but write nothing
    #[arg(long)]
    dry_run: bool,
    /// How to write what changed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write it to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            from: arguments.from,
            metrics: arguments.metrics,
            junit: arguments.junit,
            sizes: arguments.size,
            repository: arguments.repository,
            job_id: arguments.job_id,
            quarantine: arguments.quarantine,
            writing: if arguments.dry_run { Writing::Dry } else { Writing::Real },
            format: arguments.format,
            output: arguments.output,
        }
    }
}
