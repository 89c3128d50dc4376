//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Concurrency, Job, Workflow};

declare_rule! {
    /// A job waits for the concurrency group of its own workflow
    ///
    /// ## Why is this bad?
    /// The run holds the group, and its job waits for the group: GitHub cancels the run.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// concurrency: deploy
    /// jobs:
    ///   build:
    ///     concurrency: deploy
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// concurrency: deploy
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Give the job another group, or none.
    "concurrency-self-deadlock",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "github": ["languageservice"] },
    checks: [Job(check)],
}

fn check(workflow: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let group = |concurrency: Option<&Concurrency>| concurrency.and_then(|concurrency| concurrency.group.clone());
    let (Some(own), Some(outer)) = (group(job.concurrency.as_ref()), group(workflow.concurrency.as_ref())) else {
        return;
    };
    if !own.has_expression() && own.value.eq_ignore_ascii_case(&outer.value) {
        reporter
            .report(own.span, format!("`{}` waits for the group `{}`, which its own run holds", job.id.value, own.value))
            .related(outer.span, "the workflow's group is here");
    }
}
