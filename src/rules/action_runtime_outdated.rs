//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::knowledge::action_interfaces;
use crate::knowledge::runtimes::{Support, support};
use crate::model::finding::Severity;
use crate::model::workflow::ActionReference;

declare_rule! {
    /// An action is made for a runtime that GitHub has retired
    ///
    /// ## Why is this bad?
    /// Runners start it with a later version of Node.js, on which its authors may never have tried it,
    /// and tell so at every run. Nobody mends an action that was left behind that long.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/checkout@v3
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@v5
    /// ```
    ///
    /// ## How to fix
    /// Use a newer version of the action, or another action.
    "action-runtime-outdated",
    group: Actions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["action"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    // An action of the repository is told of in its manifest, by `action-retired-runtime`.
    let Some(ActionReference::Repository(reference)) = place.step.reference() else { return };
    let Some((uses, interface)) = place.step.uses().zip(reporter.interface(place.step)) else { return };
    let Some((message, severity)) = verdict(&interface.using) else { return };
    let current = |using: &str| support(using) == Some(Support::Current);
    let newer = action_interfaces::major_since(&reference, current);
    let confidence = Reporter::certainty(place.step);
    let report = reporter.report(uses.span, message).severity(severity).confidence(confidence);
    if let Some(major) = newer {
        report.help(format!("use the newest v{major}, or a later one"));
    }
}

/// Nothing fails as long as runners take a later version instead, so neither is an error.
fn verdict(using: &str) -> Option<(String, Severity)> {
    let (fate, severity) = match support(using)? {
        Support::Current => return None,
        Support::Leaving => ("GitHub is taking out of its runners", Severity::Info),
        Support::Gone => ("runners do not have any more", Severity::Warning),
    };
    Some((format!("the action is made for `{using}`, which {fate}"), severity))
}
