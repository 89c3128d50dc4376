//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::ids;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A job id has a character that GitHub does not take
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build.linux:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build-linux:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Use letters, digits, `-` and `_`, and begin with a letter or `_`.
    "job-id-invalid",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["id"], "github": ["parser"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    if !ids::is_valid(&job.id.value) && !job.id.has_expression() {
        let message = format!("`{}` is no job id: {}", job.id.value, ids::FORM);
        reporter.report(job.id.span, message);
    }
}
