//! See the rule's documentation below.

use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::StepKind;

declare_rule! {
    /// A group of parallel steps holds a step that cannot stand there
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow: the steps of a group run in the background already, and no
    /// group stands in another.
    ///
    /// ## Bad
    /// ```yaml
    /// - parallel:
    ///     - run: make lint
    ///       background: true
    ///     - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - parallel:
    ///     - run: make lint
    ///     - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Move the step out of the group, or delete `background`.
    "parallel-step-not-allowed",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["parallel-steps"], "github": ["parser"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let StepKind::Parallel(steps) = &place.step.kind else { return };
    for step in steps {
        for key in ["background", "wait", "wait-all", "cancel", "parallel"] {
            if let Some(entry) = step.node.entry(key) {
                let message = format!("`{key}` cannot stand in a group of parallel steps");
                reporter.report(entry.key.span, message);
            }
        }
    }
}
