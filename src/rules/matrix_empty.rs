//! See the rule's documentation below.

use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::{Text, Value};
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A matrix has no combination
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow: a matrix needs a row of values, or something to include.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     strategy:
    ///       matrix:
    ///         include: []
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     strategy:
    ///       matrix:
    ///         include:
    ///           - version: 1
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Add a row or an entry to `include`, or delete the matrix.
    "matrix-empty",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "github": ["parser"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) else { return };
    // A mapping without any key is empty whatever it is.
    let Some(first) = matrix.node.entries().first() else { return };
    let is_dynamic = matrix.node.entries().iter().any(|entry| entry.key.has_expression());
    let includes = matrix.include.as_ref().is_some_and(|include| match &include.value {
        Value::Sequence(items) => !items.is_empty(),
        Value::Scalar(text) => Text::has_expression(text),
        Value::Mapping(_) => true,
    });
    if matrix.rows.is_empty() && !includes && !is_dynamic {
        reporter.report(first.key.span, "this matrix has neither a row nor anything to include");
    }
}
