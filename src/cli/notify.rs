//! The options that say who is told beside the log and the summary.

use clap::Args;

use super::words;
use crate::commands::notify::Options;
use crate::config::CommentWhen;
use crate::model::secret::Secret;

/// Options that every verb has whose result others may be told of.
#[derive(Args, Debug)]
#[group(skip)]
pub(super) struct Arguments {
    /// Comment on the pull request, and update the comment in place [default: never]
    #[arg(long, value_name = "WHEN", value_parser = words::parser::<CommentWhen>(CommentWhen::WORDS))]
    comment: Option<CommentWhen>,

    /// Make a check run of this name on the commit, with annotations
    #[arg(long, value_name = "NAME")]
    check_run: Option<String>,

    /// Give the commit a status of this name
    #[arg(long, value_name = "NAME")]
    status: Option<String>,

    /// Keep an issue open from a scheduled run that fails until one passes
    #[arg(long)]
    issue: bool,

    /// Tell the comment and the issue from those of others in the workflow [default: the job's id]
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// The options of verbs that need GitHub for nothing but to tell people.
#[derive(Args, Debug)]
#[group(skip)]
pub(super) struct Account {
    /// Tell GitHub with this token [default: that of `GITHUB_TOKEN` or `GH_TOKEN`]
    #[arg(long)]
    pub(super) token: Option<Secret>,
    /// The repository to tell [default: `GITHUB_REPOSITORY`]
    #[arg(long, value_name = "OWNER/NAME")]
    pub(super) repository: Option<String>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            comment: arguments.comment,
            key: arguments.key,
            check_run: arguments.check_run,
            status: arguments.status,
            issue: arguments.issue,
        }
    }
}
