//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::matrix;
use crate::model::workflow::{Job, Matrix, Workflow};
use crate::model::yaml::{Node, Text};

declare_rule! {
    /// A matrix excludes a value that it does not list
    ///
    /// ## Why is this bad?
    /// The entry excludes nothing; often a value was renamed in one place only.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     strategy:
    ///       matrix:
    ///         version: [1, 2]
    ///         exclude: [{version: 3}]
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
    ///         exclude: [{version: 2}]
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make ${{ matrix.version }}
    /// ```
    ///
    /// ## How to fix
    /// Correct the value, or delete the entry.
    "matrix-exclude-no-match",
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
    let Some(exclude) = &matrix.exclude else { return };
    for entry in exclude.items().iter().flat_map(Node::entries) {
        let same = |name: &Text| name.value.eq_ignore_ascii_case(&entry.key.value);
        let Some((_, row)) = matrix.rows.iter().find(|(name, _)| same(name)) else { continue };
        let is_open = row.items().is_empty() || matrix::is_dynamic(row) || matrix::is_dynamic(&entry.value);
        if is_open || row.items().iter().any(|item| matrix::matches(item, &entry.value)) {
            continue;
        }
        let values: Vec<String> = row.items().iter().map(matrix::render).collect();
        let message = format!("`{}` lists no `{}` to exclude", entry.key.value, matrix::render(&entry.value));
        reporter.report(entry.value.place(), message).help(format!("it lists {}", values.join(", ")));
    }
}
