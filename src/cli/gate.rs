//! `plimsoll gate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::commands::gate::{Configuration, Format, Options};
use crate::config::Preset;

/// Judge the collected metrics by the gates of plimsoll.yml and its preset
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Read this configuration instead of the repository's plimsoll.yml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Ignore the repository's plimsoll.yml
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
    /// Read the tables from this folder [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,
    /// Add the gates of this preset [default: standard]
    #[arg(long, value_name = "NAME")]
    preset: Option<PresetName>,
    /// Take windows and baselines from this branch [default: the base or default branch]
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Write the verdicts in this format [default: github in a job, else human]
    #[arg(long)]
    format: Option<FormatName>,
    /// Write the verdicts to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PresetName {
    Standard,
    Strict,
    Saas,
    None,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatName {
    Human,
    Github,
    Json,
    Markdown,
}

impl From<PresetName> for Preset {
    fn from(name: PresetName) -> Self {
        match name {
            PresetName::Standard => Self::Standard,
            PresetName::Strict => Self::Strict,
            PresetName::Saas => Self::Saas,
            PresetName::None => Self::None,
        }
    }
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Human => Self::Human,
            FormatName::Github => Self::Github,
            FormatName::Json => Self::Json,
            FormatName::Markdown => Self::Markdown,
        }
    }
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let configuration = match (arguments.config, arguments.no_config) {
            (Some(path), _) => Configuration::Named(path),
            (None, true) => Configuration::Ignored,
            (None, false) => Configuration::Discovered,
        };
        Self {
            configuration,
            metrics: arguments.metrics,
            preset: arguments.preset.map(Preset::from),
            branch: arguments.branch,
            format: arguments.format.map(Format::from),
            output: arguments.output,
        }
    }
}
