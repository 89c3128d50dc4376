//! `plimsoll baseline`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::configuration;
use crate::commands::baseline::Options;

/// Keep what the series are like now, to set goals and to compare with later
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Typed,
}

#[derive(Debug, Subcommand)]
enum Typed {
    /// Write the level of every series to baselines/NAME.json in the folder of the tables
    Save(Save),
}

#[derive(Args, Debug)]
struct Save {
    /// The baseline's name: letters, digits, dots, dashes and underscores
    name: String,
    #[command(flatten)]
    configuration: configuration::Arguments,
    /// Read the tables from this folder [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,
    /// Take the runs of this branch [default: the default branch]
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Sum up this many of the latest runs
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    last: u16,
    /// Replace a baseline of that name
    #[arg(long)]
    replace: bool,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let Typed::Save(save) = arguments.verb;
        Self {
            configuration: save.configuration.into(),
            name: save.name,
            metrics: save.metrics,
            branch: save.branch,
            runs: save.last.into(),
            replace: save.replace,
        }
    }
}
