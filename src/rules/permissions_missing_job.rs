//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A job does not say what its token may do, nor does its workflow
    ///
    /// ## Why is this bad?
    /// The token has whatever the repository's settings, or the caller of the workflow, give it.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     permissions:
    ///       contents: read
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write `permissions` in the job, or for all jobs at the top.
    "permissions-missing-job",
    group: Permissions,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    peers: {
        "zizmor": ["excessive-permissions"],
        "ghalint": ["job_permissions"],
        "scorecard": ["Token-Permissions"],
    },
    checks: [Job(check)],
}

fn check(workflow: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    if workflow.permissions.is_none() && job.permissions.is_none() && !job.never_runs() {
        reporter
            .report(job.id.span, format!("the job `{}` does not say what its token may do", job.id.value))
            .help("add `permissions: {contents: read}`, or what the job needs");
    }
}
