//! See the rule's documentation below.

use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;
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
    checks: [Schema(Topic::StepKeyNotAllowed), Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let node = &place.step.node;
    if let (Some(wait), Some(all)) = (node.entry("wait"), node.entry("wait-all")) {
        reporter
            .report(all.key.span, "a step that waits for some steps cannot wait for all of them too")
            .related(wait.key.span, "it waits for some here");
    }
}
