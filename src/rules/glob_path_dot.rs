//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::glob::{self, Fault};
use crate::model::workflow::Workflow;

declare_rule! {
    /// A path pattern begins with a dot and never matches
    ///
    /// ## Why is this bad?
    /// GitHub compares patterns with paths from the repository's root, which never begin with
    /// `./` or `../`.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   push:
    ///     paths: ['./docs/**']
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on:
    ///   push:
    ///     paths: ['docs/**']
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write the path from the repository's root.
    "glob-path-dot",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["glob"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    for (text, target) in glob::patterns(workflow) {
        for problem in glob::problems(&text.value, target) {
            if problem.fault == Fault::PathDot {
                let is_whole = problem.range == (0..text.value.len());
                let place = if is_whole { text.span } else { reporter.inside(&text, problem.range) };
                reporter.report(place, problem.message);
            }
        }
    }
}
