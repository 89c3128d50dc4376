//! See the rule's documentation below.

use std::collections::BTreeMap;
use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::matrix;
use crate::model::place::Span;
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
    for (name, row) in &matrix.rows {
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for item in row.items().iter().filter(|item| !matrix::is_dynamic(item)) {
            let value = matrix::render(item);
            if let Some(first) = seen.get(&value) {
                let message = format!("`{value}` is listed twice in `{}`", name.value);
                reporter.report(item.place(), message).related(*first, "it is listed here first");
            } else {
                seen.insert(value, item.place());
            }
        }
    }
}
