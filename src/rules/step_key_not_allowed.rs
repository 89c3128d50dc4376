//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A step has a key that its kind does not have
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/checkout@v5
    ///   shell: bash
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@v5
    /// - run: make
    ///   shell: bash
    /// ```
    ///
    /// ## How to fix
    /// Move the key to the step it belongs to. A step either runs a script or uses an action.
    "step-key-not-allowed",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::StepKeyNotAllowed)],
}
