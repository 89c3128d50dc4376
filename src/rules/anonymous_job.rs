//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A job has no name
    ///
    /// ## Why is this bad?
    /// GitHub shows the job's id instead, in checks and in the graph of a run.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   t1:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   t1:
    ///     name: Unit tests
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Add `name`.
    "anonymous-job",
    group: Hygiene,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    peers: { "zizmor": ["anonymous-definition"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    if job.name.is_none() {
        reporter.report(job.id.span, format!("the job `{}` has no name", job.id.value));
    }
}
