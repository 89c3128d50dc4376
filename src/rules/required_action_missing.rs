//! See the rule's documentation below.

use super::permissions_missing_workflow::start;
use super::reporter::Reporter;
use super::declare_rule;
use crate::detectors::pinning::all_uses;
use crate::model::uses_policy::covers;
use crate::model::workflow::Workflow;

declare_rule! {
    /// The workflow does not use an action that the repository requires
    ///
    /// ## Why is this bad?
    /// `plimsoll.yml` says under `lint.uses.require` what every workflow has to use, such as an action that
    /// watches the connections of a job.
    ///
    /// A workflow whose jobs are all called from elsewhere has no place for it, and what is used inside of
    /// local actions does not count.
    ///
    /// ## Bad
    /// ```yaml
    /// # uses: {require: [step-security/harden-runner]}
    /// - uses: actions/checkout@v4
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # uses: {require: [step-security/harden-runner]}
    /// - uses: step-security/harden-runner@v2
    /// - uses: actions/checkout@v4
    /// ```
    ///
    /// ## How to fix
    /// Add the action, or suppress the finding with the reason why this workflow does without.
    "required-action-missing",
    group: SupplyChain,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["required-actions"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let required = &reporter.surroundings().declared.uses.required;
    if required.is_empty() || workflow.jobs.iter().all(|job| job.steps.is_empty()) {
        return;
    }
    let uses = all_uses(workflow);
    let is_used = |pattern: &&String| uses.iter().any(|uses| covers(pattern, &uses.value));
    for pattern in required.iter().filter(|pattern| !is_used(pattern)) {
        reporter
            .report(workflow.on.unwrap_or_else(|| start(workflow)), format!("the workflow does not use `{pattern}`"))
            .note("`lint.uses.require` in plimsoll.yml asks for it in every workflow")
            .help(format!("add a step that uses `{pattern}`"));
    }
}
