//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A step says neither what to run nor what to use
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// - name: Build
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - name: Build
    ///   run: make
    /// ```
    ///
    /// ## How to fix
    /// Add `run` or `uses`, or delete the step.
    "step-missing-run-or-uses",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::StepMissingRunOrUses)],
}
