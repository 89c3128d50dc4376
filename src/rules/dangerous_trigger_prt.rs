//! See the rule's documentation below.

use super::declare_rule;
use super::exposure::tokens;
use super::reporter::Reporter;
use crate::model::finding::Persona;
use crate::model::workflow::{Event, Job, Step, Trigger, Workflow};

declare_rule! {
    /// Pull requests and comments of strangers start a workflow that has secrets
    ///
    /// ## Why is this bad?
    /// `pull_request_target` and `issue_comment` run with the repository's secrets and a token that
    /// may write, unless `permissions` says otherwise, also for pull requests from forks. One checkout of the pull request's code, or one
    /// of its texts in a script, hands both to whoever opened it. Where none of them gets into a script, an
    /// action or the workspace, only the pedantic are told.
    ///
    /// ## Bad
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: pull_request
    /// permissions: {}
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   label:
    ///     permissions: {contents: read, pull-requests: write}
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/labeler@v6
    /// ```
    ///
    /// ## How to fix
    /// Use `pull_request` unless the workflow only labels or comments with actions that are known to do no more. If it has to stay, never
    /// check out or run what the pull request brings, and suppress the finding with the reason.
    "dangerous-trigger-prt",
    group: Injection,
    since: "0.1.0",
    severity: Warning,
    confidence: Medium,
    peers: { "zizmor": ["dangerous-triggers"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    if !workflow.jobs.is_empty() && workflow.jobs.iter().all(only_labels) {
        return;
    }
    for trigger in &workflow.triggers {
        let (event, name, who, help) = match trigger.event {
            Some(event @ Event::PullRequestTarget) => {
                (event, "pull_request_target", whose_pull_request(trigger), "use `pull_request`, or run nothing of the pull request and give its texts to scripts by `env` alone")
            }
            Some(event @ Event::IssueComment) => (
                event,
                "issue_comment",
                "whoever comments on an issue or a pull request starts it and decides what its event holds",
                "check who comments, run nothing of the pull request, and give texts to scripts by `env` alone",
            ),
            _ => continue,
        };
        let persona = if reporter.taint().is_reached_on(event) { Persona::Regular } else { Persona::Pedantic };
        reporter
            .report(trigger.name.span, format!("`{name}` runs with secrets and {}", tokens(workflow)))
            .note(who)
            .help(help)
            .persona(persona);
    }
}

/// Activities of pull requests that only people with the right to triage them, or more, can cause.
const TRIAGE: &[&str] = &[
    "assigned",
    "auto_merge_disabled",
    "auto_merge_enabled",
    "demilestoned",
    "dequeued",
    "enqueued",
    "labeled",
    "locked",
    "milestoned",
    "unassigned",
    "unlabeled",
    "unlocked",
];

/// Says who starts a workflow by a pull request, and who decides what it is given.
fn whose_pull_request(trigger: &Trigger) -> &'static str {
    let types = trigger.filter("types");
    let is_of_members = !types.is_empty() && types.iter().all(|name| TRIAGE.contains(&name.value.as_str()));
    if is_of_members {
        "people with the right to triage start it, and whoever opened the pull request, even from a fork, decides what its event holds"
    } else {
        "whoever opens a pull request, even from a fork, starts it and decides what its event holds"
    }
}

/// Actions that put labels, comments and milestones on pull requests and issues, and read nothing but their
/// own configuration, which is that of the default branch.
const HARMLESS: &[&str] = &[
    "actions/first-interaction",
    "actions/labeler",
    "actions/stale",
    "amannn/action-semantic-pull-request",
    "dessant/lock-threads",
    "thehanimo/pr-title-checker",
    "toshimaru/auto-author-assign",
];

/// Tells whether a job does nothing that what comes with the event could turn against the repository.
fn only_labels(job: &Job) -> bool {
    let steps = || job.steps.iter().flat_map(Step::flatten);
    let is_harmless = |step: &Step| HARMLESS.iter().any(|action| step.is_action(action));
    job.uses.is_none() && steps().next().is_some() && steps().all(is_harmless)
}
