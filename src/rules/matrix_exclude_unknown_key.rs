//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::suggest;
use crate::model::workflow::{Job, Matrix, Workflow};
use crate::model::yaml::Node;

declare_rule! {
    /// A matrix excludes by a name that it does not have
    ///
    /// ## Why is this bad?
    /// GitHub refuses the matrix when the job starts.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     strategy:
    ///       matrix:
    ///         version: [1, 2]
    ///         exclude: [{os: linux}]
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
    /// Correct the name, or delete the entry.
    "matrix-exclude-unknown-key",
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
    let Some(exclude) = matrix.exclude.as_ref().filter(|_| !matrix.rows.is_empty()) else { return };
    let is_known = |name: &str| matrix.rows.iter().any(|(row, _)| row.value.eq_ignore_ascii_case(name));
    for entry in exclude.items().iter().flat_map(Node::entries) {
        let name = entry.key.value.as_str();
        if is_known(name) || entry.key.has_expression() || matrix.rows.iter().any(|(row, _)| row.has_expression()) {
            continue;
        }
        let rows: Vec<&str> = matrix.rows.iter().map(|(row, _)| row.as_str()).collect();
        let meant = suggest::closest(name, rows.iter().copied());
        reporter.report(entry.key.span, format!("the matrix has no `{name}` to exclude by")).help(match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("it has {}", rows.join(", ")),
        });
    }
}
