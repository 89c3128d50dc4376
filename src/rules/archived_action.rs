//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;
use crate::knowledge::actions;
use crate::model::workflow::{ActionReference, Job, Workflow};
use crate::model::yaml::Text;

declare_rule! {
    /// An action's repository is archived
    ///
    /// ## Why is this bad?
    /// Nobody mends its defects or moves it to newer runtimes: one day GitHub stops running it.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions-rs/toolchain@v1
    /// ```
    ///
    /// ## How to fix
    /// Use the successor, or a command in a script.
    "archived-action",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["archived-uses"] },
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
    let Some(successor) = actions::archived(reference.owner, reference.repository) else { return };
    let repository = format!("{}/{}", reference.owner, reference.repository);
    let report = reporter.report(uses.span, format!("the repository `{repository}` is archived"));
    if !successor.is_empty() {
        report.help(format!("use {successor}"));
    }
}
