//! `plimsoll commit`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::configuration;
use crate::commands::commit::{
    AutoMerge, Ci, Format, Jobs, Options, Patience, Request, Rewriting, Saying, SignOff, Via,
};
use crate::model::branch_name::BranchName;
use crate::model::collected::Writing;
use crate::model::identity::Identity;
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
    /// Make this report anew from the branch's tables, and commit it with them: .md, .html or .json
    #[arg(long, value_name = "FILE")]
    report: Vec<PathBuf>,
    /// Commit this file or folder with the tables, unless somebody else has changed it
    #[arg(long, value_name = "PATH")]
    file: Vec<PathBuf>,
    /// Commit to this branch; it is made if it is missing [default: metrics, or plimsoll/metrics for a
    /// pull request]
    #[arg(long, value_name = "NAME")]
    branch: Option<BranchName>,
    #[command(flatten)]
    saying: SayingArguments,
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
    #[command(flatten)]
    request: RequestArguments,
    #[command(flatten)]
    history: HistoryArguments,
    /// Try so often at most
    #[arg(long, value_name = "N", default_value_t = Patience::default().tries, value_parser = clap::value_parser!(u32).range(1..=1000))]
    tries: u32,
    /// Try for so many minutes at most
    #[arg(long, value_name = "MINUTES", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=360))]
    timeout: u64,
    /// Show what would be committed as a diff, but write nothing
    #[arg(long)]
    dry_run: bool,
    /// How to write what happened
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write it to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct SayingArguments {
    /// The commit's message; {rows}, {tables}, {date} and others are filled in [default: Update CI metrics]
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    message: Option<String>,
    /// Name this author of the commit, as NAME <EMAIL>; it is not signed then
    #[arg(long, value_name = "WHO")]
    author: Option<Identity>,
    /// Name this co-author of the commit, as NAME <EMAIL>
    #[arg(long, value_name = "WHO")]
    co_author: Vec<Identity>,
    /// Sign the commit off as who commits
    #[arg(long)]
    sign_off: bool,
    /// Keep workflows from running for the commit
    #[arg(long)]
    skip_ci: bool,
}

#[derive(Args, Debug)]
struct RequestArguments {
    /// Have a pull request carry the rows; one that is open is brought up to date
    #[arg(long)]
    pull_request: bool,
    /// The branch that the pull request asks to be merged into [default: the default branch]
    #[arg(long, value_name = "NAME", requires = "pull_request")]
    base: Option<BranchName>,
    /// Have the pull request merged by itself as soon as it may be
    #[arg(long, value_enum, value_name = "HOW", requires = "pull_request")]
    auto_merge: Option<AutoMerge>,
}

#[derive(Args, Debug)]
struct HistoryArguments {
    /// Replace the branch's last commit if it was made like this on the same day
    #[arg(long, conflicts_with_all = ["compact", "pull_request"])]
    squash_daily: bool,
    /// Make one commit of the branch's history, and give closed months files of their own; no row is lost
    #[arg(long, conflicts_with = "pull_request")]
    compact: bool,
}

impl From<SayingArguments> for Saying {
    fn from(arguments: SayingArguments) -> Self {
        Self {
            message: arguments.message,
            author: arguments.author,
            co_authors: arguments.co_author,
            sign_off: if arguments.sign_off { SignOff::Yes } else { SignOff::No },
            ci: if arguments.skip_ci { Ci::Skipped } else { Ci::AsConfigured },
        }
    }
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let RequestArguments { pull_request, base, auto_merge } = arguments.request;
        let HistoryArguments { squash_daily, compact } = arguments.history;
        let squashed = squash_daily.then_some(Rewriting::Daily);
        Self {
            configuration: arguments.configuration.into(),
            metrics: arguments.metrics,
            reports: arguments.report,
            files: arguments.file,
            branch: arguments.branch,
            saying: arguments.saying.into(),
            via: arguments.via,
            repository: arguments.repository,
            token: arguments.token,
            jobs: if arguments.allow_branch { Jobs::All } else { Jobs::OfDefaultBranch },
            request: pull_request.then_some(Request { base, auto_merge }),
            history: if compact { Some(Rewriting::Compact) } else { squashed },
            patience: Patience { tries: arguments.tries, time: Duration::from_secs(60 * arguments.timeout) },
            writing: if arguments.dry_run { Writing::Dry } else { Writing::Real },
            format: arguments.format,
            output: arguments.output,
        }
    }
}
