//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::model::finding::{Persona, Severity};
use crate::model::workflow::ActionReference;

declare_rule! {
    /// A checkout leaves the token in the workspace
    ///
    /// ## Why is this bad?
    /// `actions/checkout` writes the token to `.git/config`, or since version 6 to a file beside
    /// it. Every later step can read it, and an artifact of the workspace publishes it.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/checkout@v4
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@v4
    ///   with:
    ///     persist-credentials: false
    /// ```
    ///
    /// ## How to fix
    /// Set `persist-credentials: false`. Where later steps push, set it to `true` to say so.
    "persist-credentials",
    group: Secrets,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["artipacked"], "ghalint": ["checkout_persist_credentials_should_be_false"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    if !step.is_action("actions/checkout") || step.never_runs() {
        return;
    }
    let ActionReference::Repository(reference) = step.reference().unwrap_or(ActionReference::Unknown) else { return };
    let help = "set `persist-credentials: false` under `with`";
    match step.input("persist-credentials") {
        Some(value) if value.value.eq_ignore_ascii_case("false") => {}
        Some(_) => {
            reporter
                .report(step.node.span, "this checkout leaves the token where later steps can read it")
                .severity(Severity::Info)
                .persona(Persona::Auditor);
        }
        None => {
            let major = reference.reference.and_then(|tag| tag.strip_prefix('v')?.split('.').next()?.parse::<u32>().ok());
            let severity = if major.is_some_and(|major| major >= 6) { Severity::Info } else { Severity::Warning };
            reporter
                .report(step.node.span, "this checkout leaves the token where later steps can read it")
                .severity(severity)
                .help(help);
        }
    }
}
