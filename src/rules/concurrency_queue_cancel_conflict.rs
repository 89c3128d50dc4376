//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Concurrency, Job, Workflow};

declare_rule! {
    /// A concurrency group keeps every waiting run and cancels the running one
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow: `queue: max` and `cancel-in-progress: true` exclude each
    /// other.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// concurrency:
    ///   group: deploy
    ///   queue: max
    ///   cancel-in-progress: true
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
    /// concurrency:
    ///   group: deploy
    ///   queue: max
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Delete one of the two.
    "concurrency-queue-cancel-conflict",
    group: Schema,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["languageservice"] },
    checks: [Workflow(check_workflow), Job(check_job)],
}

fn check_workflow(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    check(workflow.concurrency.as_ref(), reporter);
}

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    check(job.concurrency.as_ref(), reporter);
}

fn check(concurrency: Option<&Concurrency>, reporter: &mut Reporter<'_>) {
    let Some(concurrency) = concurrency else { return };
    let queue = concurrency.queue.as_ref().filter(|queue| queue.value == "max");
    let cancels = concurrency.cancel_in_progress.as_ref().filter(|cancels| cancels.value.eq_ignore_ascii_case("true"));
    if let (Some(queue), Some(cancels)) = (queue, cancels) {
        reporter
            .report(queue.span, "`queue: max` excludes `cancel-in-progress: true`")
            .related(cancels.span, "the running one is cancelled here");
    }
}
