//! See the rule's documentation below.

use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::ActionReference;

declare_rule! {
    /// A step uses nothing, or an image with an empty tag
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow, or the job fails before its first step.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: "docker://alpine:"
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: docker://alpine:3.22
    /// ```
    ///
    /// ## How to fix
    /// Name what is to be used.
    "uses-blank",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["action"], "github": ["invalid-uses-format"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(uses) = place.step.uses() else { return };
    if uses.value.trim().is_empty() && !uses.value.is_empty() {
        reporter.report(uses.span, "`uses` is blank");
    }
    if let ActionReference::Docker(image) = ActionReference::parse(&uses.value) {
        if image.is_empty() {
            reporter.report(uses.span, "no image follows `docker://`");
        } else if image.ends_with([':', '@']) {
            reporter.report(uses.span, format!("the tag or digest of `{image}` is empty"));
        }
    }
}
