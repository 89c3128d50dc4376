//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;
use crate::knowledge::actions;
use crate::model::finding::{Confidence, Persona, Severity};
use crate::model::workflow::ActionReference;

declare_rule! {
    /// An action installs whatever version of its tool is the latest
    ///
    /// ## Why is this bad?
    /// The action may be pinned, but what it downloads is not: another tool may run tomorrow.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: extractions/setup-just@v3
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: extractions/setup-just@v3
    ///   with:
    ///     just-version: 1.40.0
    /// ```
    ///
    /// ## How to fix
    /// Name the version of the tool.
    "unpinned-tool",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["unpinned-tools"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    let Some(uses) = step.uses().filter(|_| !step.never_runs()) else { return };
    let Some(ActionReference::Repository(reference)) = step.reference() else { return };
    let Some(input) = actions::tool_version_input(&reference.name()) else { return };
    match step.input(input) {
        None => {
            reporter
                .report(uses.span, format!("`{}` installs the latest version of its tool", reference.name()))
                .help(format!("set `{input}` under `with`"));
        }
        Some(version) if version.value.eq_ignore_ascii_case("latest") => {
            reporter
                .report(version.span, format!("`{}` installs the latest version of its tool", reference.name()))
                .help(format!("name a version in `{input}`"));
        }
        Some(version) if version.has_expression() => {
            reporter
                .report(version.span, "the version of the tool is computed and may not be pinned")
                .severity(Severity::Info)
                .confidence(Confidence::Low)
                .persona(Persona::Auditor);
        }
        Some(_) => {}
    }
}
