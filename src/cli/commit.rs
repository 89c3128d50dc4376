//! `plimsoll commit`.

use std::path::PathBuf;

use clap::Args;

use super::configuration;
use crate::commands::commit::{Format, Jobs, Options, Via};
use crate::model::branch_name::BranchName;
use crate::model::collected::Writing;
use crate::model::repository_name::RepositoryName;
use crate::model::secret::Secret;

/// Put the rows of the work tree's tables on a branch, whoever else is pushing
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    configuration: configuration::Arguments,
    /// Take the rows from the tables in this folder [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,
    /// Commit to this branch; it is made if it is missing [default: metrics]
    #[arg(long, value_name = "NAME")]
    branch: Option<BranchName>,
    /// The commit's message [default: Update CI metrics]
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    message: Option<String>,
    /// How to reach the branch
    #[arg(long, value_enum, value_name = "WAY", default_value_t = Via::Auto)]
    via: Via,
    /// The repository, for the API [default: `GITHUB_REPOSITORY`]
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<RepositoryName>,
    /// Use the API with this token [default: that of `GITHUB_TOKEN` or `GH_TOKEN`]
    #[arg(long)]
    token: Option<Secret>,
    /// Commit in jobs of pull requests and of other branches than the default one, too
    #[arg(long)]
    allow_branch: bool,
    /// Say what would be committed, but write nothing
    #[arg(long)]
    dry_run: bool,
    /// How to write what happened
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write it to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            configuration: arguments.configuration.into(),
            metrics: arguments.metrics,
            branch: arguments.branch,
            message: arguments.message,
            via: arguments.via,
            repository: arguments.repository,
            token: arguments.token,
            jobs: if arguments.allow_branch { Jobs::All } else { Jobs::OfDefaultBranch },
            writing: if arguments.dry_run { Writing::Dry } else { Writing::Real },
            format: arguments.format,
            output: arguments.output,
        }
    }
}
