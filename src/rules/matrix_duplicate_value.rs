//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::matrix;
use crate::model::workflow::{Job, Matrix, Workflow};

declare_rule! {
    /// A matrix lists a value twice
    ///
    /// ## Why is this bad?
    /// The same job runs twice, for time and money but no knowledge.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     strategy:
    ///       matrix:
    ///         version: [1, 2, 2]
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
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make ${{ matrix.version }}
    /// ```
    ///
    /// ## How to fix
    /// Delete one.
    "matrix-duplicate-value",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["matrix"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    if let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) {
        check_matrix(matrix, reporter);
    }
}

fn check_matrix(matrix: &Matrix, reporter: &mut Reporter<'_>) {
    for (name, row) in &matrix.rows {
        let items = row.items();
        for (at, item) in items.iter().enumerate().filter(|(_, item)| !matrix::is_dynamic(item)) {
            if let Some(first) = items.iter().take(at).find(|first| matrix::equal(first, item)) {
                let message = format!("`{}` is listed twice in `{}`", matrix::render(item), name.value);
                reporter.report(item.place(), message).related(first.place(), "it is listed here first");
            }
        }
    }
}
