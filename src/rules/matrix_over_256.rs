//! See the rule's documentation below.

use crate::detectors::matrix;
use crate::model::workflow::{Job, Workflow};
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A matrix makes more than 256 jobs
    ///
    /// ## Why is this bad?
    /// GitHub refuses to expand it: none of its jobs runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     strategy:
    ///       matrix:
    ///         a: [1, 2, 3, 4, 5, 6, 7, 8, 9]
    ///         b: [1, 2, 3, 4, 5, 6, 7, 8, 9]
    ///         c: [1, 2, 3, 4]
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
    ///         a: [1, 2, 3, 4, 5, 6, 7, 8]
    ///         b: [1, 2, 3, 4, 5, 6, 7, 8]
    ///         c: [1, 2, 3, 4]
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Split the job, or leave combinations out.
    "matrix-over-256",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    checks: [Job(check)],
}

/// The most jobs that a matrix makes.
const MOST: usize = 256;

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) else { return };
    let fewest = matrix::fewest(matrix);
    if fewest > MOST {
        let place = job.node.get("strategy").and_then(|strategy| strategy.entry("matrix"));
        let place = place.map_or(job.id.span, |entry| entry.key.span);
        reporter.report(place, format!("this matrix makes {fewest} jobs, but GitHub takes {MOST}"));
    }
}
