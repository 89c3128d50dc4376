//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;
use crate::model::workflow::{ActionReference, Job, Workflow};
use crate::model::yaml::Text;

declare_rule! {
    /// The path of an action is written in a roundabout way
    ///
    /// ## Why is this bad?
    /// `//`, `./` and `..` inside a path make it hard to see, for people and for tools, which action
    /// is used.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/cache/save/../restore@v4
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/cache/restore@v4
    /// ```
    ///
    /// ## How to fix
    /// Write the path as it is.
    "obfuscated-uses-path",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["obfuscation"] },
    checks: [Step(check), Job(check_job)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    if let Some(uses) = place.step.uses() {
        check_uses(uses, reporter);
    }
}

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    if let Some(uses) = &job.uses {
        check_uses(uses, reporter);
    }
}

fn check_uses(uses: &Text, reporter: &mut Reporter<'_>) {
    let ActionReference::Repository(reference) = ActionReference::parse(&uses.value) else { return };
    let odd = |part: &str| matches!(part, "" | "." | "..");
    if !reference.path.is_empty() && reference.path.split('/').any(odd) {
        reporter
            .report(uses.span, format!("the path `{}` is written in a roundabout way", reference.path))
            .help("write the path without `//`, `./` and `..`");
    }
}
