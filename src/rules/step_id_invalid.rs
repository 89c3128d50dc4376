//! See the rule's documentation below.

use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::ids;

declare_rule! {
    /// A step id has a character that GitHub does not take
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow.
    ///
    /// ## Bad
    /// ```yaml
    /// - id: 1st
    ///   run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - id: first
    ///   run: make
    /// ```
    ///
    /// ## How to fix
    /// Use letters, digits, `-` and `_`, and begin with a letter or `_`.
    "step-id-invalid",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["id"], "github": ["parser"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(id) = place.step.id.as_ref().filter(|id| !id.has_expression() && !id.value.is_empty()) else { return };
    if !ids::is_valid(&id.value) {
        let message = format!("`{}` is no step id: {}", id.value, ids::FORM);
        reporter.report(id.span, message);
    }
}
