//! What failed, and what to do about it.

use super::Options;
use super::task::Task;
use crate::commands::online;
use crate::error::{Failure, FailureKind};
use crate::outputs::sinks::branch::{BranchError, GitError, Rule};
use crate::world::World;

/// Says what failed, and what to do about it.
pub(super) fn failure(error: BranchError, task: &Task, tries: u32, options: &Options, world: &World) -> Failure {
    let failure = explained(error, task, options, world);
    if tries > 1 { failure.hint(format!("it was tried {tries} times")) } else { failure }
}

fn explained(error: BranchError, task: &Task, options: &Options, world: &World) -> Failure {
    let of_output = |error: BranchError| Failure::new(FailureKind::Output, error);
    match error {
        BranchError::Request(error) => online::failure(error, options.token.as_ref(), world),
        BranchError::Protected(told) => {
            let rule = Rule::told_by(&told);
            protected(of_output(BranchError::Protected(told)), rule, task)
        }
        BranchError::Forbidden(told) if told.contains("create or approve pull requests") => {
            of_output(BranchError::Forbidden(told)).hint(
                "let jobs open pull requests: Settings > Actions > General > \
                 Allow GitHub Actions to create and approve pull requests",
            )
        }
        error @ BranchError::Forbidden(_) => {
            let permission = if task.request.is_some() {
                "give the job `permissions: contents: write` and `pull-requests: write`; \
                 jobs of pull requests from forks never get them"
            } else {
                "give the job `permissions: contents: write`; jobs of pull requests from forks never get it"
            };
            of_output(error).hint(permission).hint(
                "git pushes as the checkout does: actions/checkout must keep its credentials (persist-credentials)",
            )
        }
        error @ BranchError::Git(GitError::Start(_)) => {
            of_output(error).hint("install git, or use `--via graphql` with a token")
        }
        error @ (BranchError::Overtaken(_)
        | BranchError::Declined(_)
        | BranchError::Shape(_)
        | BranchError::Git(_)
        | BranchError::Route(_)) => of_output(error),
    }
}

/// Shows the ways out, by the rule that was in the way.
fn protected(failure: Failure, rule: Rule, task: &Task) -> Failure {
    let branch = &task.branch;
    let own = "commit to a branch without protection, as with `--branch metrics`";
    let bypass = format!("let what the token stands for bypass the rules of {branch}");
    match rule {
        Rule::PullRequest => {
            failure.hint(format!("open a pull request with `--pull-request --base {branch}`, or {own}")).hint(bypass)
        }
        Rule::Signatures => {
            failure.hint(format!("commit with `--via graphql`, which GitHub signs, without --author; or {own}"))
        }
        Rule::Checks => failure
            .hint(format!("open a pull request with `--pull-request --base {branch} --auto-merge squash`, or {own}"))
            .hint(bypass),
        Rule::NoRewriting => failure.hint(format!("commit without --compact and without squashing, or {own}")),
        Rule::Other => failure.hint(format!("{own}, or {bypass}")),
    }
}
