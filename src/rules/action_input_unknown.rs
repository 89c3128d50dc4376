//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::model::finding::Severity;
use crate::model::interface::ActionInterface;
use crate::model::suggest::closest;
use crate::model::workflow::ActionReference;

declare_rule! {
    /// An action is given an input that it does not have
    ///
    /// ## Why is this bad?
    /// GitHub warns and runs the action without it: what the input was to change stays as it is.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/checkout@v4
    ///   with:
    ///     fetch_depth: 0
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@v4
    ///   with:
    ///     fetch-depth: 0
    /// ```
    ///
    /// ## How to fix
    /// Correct the name, or delete the input. Actions of the repository are read; widely used ones of
    /// others are known at each of their releases, also where a comment names the release of a pinned
    /// commit.
    "action-input-unknown",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["action"], "github": ["languageservice"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(interface) = reporter.interface(place.step).filter(|interface| !interface.openness.inputs) else { return };
    let known = || interface.inputs.values().map(|input| input.name.as_str());
    for (name, _) in place.step.with() {
        let written = name.value.to_ascii_lowercase();
        if interface.inputs.contains_key(&written) || is_of_every(interface, &written) || name.has_expression() {
            continue;
        }
        let message = format!("the action has no input `{}`", name.value);
        let confidence = Reporter::certainty(place.step);
        let report = reporter.report(name.span, message).among(&name.value, known()).confidence(confidence);
        if may_be_read(place, interface) && closest(&name.value, known()).is_none() {
            report
                .severity(Severity::Warning)
                .note("GitHub passes it to the action's program all the same, which may read it undeclared");
        }
    }
}

/// Tells whether every action of a kind takes an input: containers' start can be changed.
fn is_of_every(interface: &ActionInterface, input: &str) -> bool {
    interface.using == "docker" && matches!(input, "args" | "entrypoint")
}

/// Tells whether an action may read what it does not declare: a program of the repository itself,
/// which is not looked into. Of others it is known, and the steps of composite actions cannot.
fn may_be_read(place: &StepPlace<'_>, interface: &ActionInterface) -> bool {
    interface.using != "composite" && !matches!(place.step.reference(), Some(ActionReference::Repository(_)))
}
