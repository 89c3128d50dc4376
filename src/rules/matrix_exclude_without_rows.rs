//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Job, Matrix, Workflow};

declare_rule! {
    /// A matrix excludes combinations but has no rows to combine
    ///
    /// ## Why is this bad?
    /// There is nothing to exclude from: `exclude` has no effect on `include`.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     strategy:
    ///       matrix:
    ///         include: [{version: 1}]
    ///         exclude: [{version: 1}]
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make ${{ matrix.version }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     strategy:
    ///       matrix:
    ///         version: [1, 2]
    ///         exclude: [{version: 1}]
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make ${{ matrix.version }}
    /// ```
    ///
    /// ## How to fix
    /// Delete `exclude`, or list rows.
    "matrix-exclude-without-rows",
    group: Jobs,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["matrix"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    if let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) {
        check_matrix(matrix, reporter);
    }
}

fn check_matrix(matrix: &Matrix, reporter: &mut Reporter<'_>) {
    let Some(exclude) = matrix.node.entry("exclude").filter(|_| matrix.rows.is_empty()) else { return };
    if exclude.value.text().is_none() {
        reporter.report(exclude.key.span, "`exclude` has no effect: the matrix has no rows to combine");
    }
}
