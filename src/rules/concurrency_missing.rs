//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::concurrency::{ConcurrencyGap, gap};
use crate::model::finding::{Persona, Safety};
use crate::model::workflow::{Event, Workflow};

declare_rule! {
    /// Outdated runs go on beside newer ones
    ///
    /// ## Why is this bad?
    /// Every push to a pull request starts a run, and the runs for the pushes before it go on
    /// although nobody needs their result: they cost minutes and make the newest run wait.
    ///
    /// ## Bad
    /// ```yaml
    /// on: pull_request
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: pull_request
    /// concurrency:
    ///   group: ${{ github.workflow }}-${{ github.ref }}
    ///   cancel-in-progress: true
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Add `concurrency` with a group for each branch or pull request. In a workflow that others call, begin the
    /// group with a name of its own: `github.workflow` is the name of the caller there.
    "concurrency-missing",
    group: Performance,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    fixable: Unsafe,
    peers: { "zizmor": ["concurrency-limits"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    // In a called workflow `github.workflow` is the caller's, and so would be the group.
    let help = if workflow.is_reusable() {
        let file = reporter.file().path.rsplit('/').next().unwrap_or_default();
        let name = file.split('.').next().unwrap_or_default();
        format!("add `concurrency` with a name of its own, as in `group: {name}-${{{{ github.ref }}}}`: `github.workflow` is the caller's")
    } else {
        "add `concurrency` with `group: ${{ github.workflow }}-${{ github.ref }}`".to_owned()
    };
    if let Some(ConcurrencyGap::Missing { span }) = gap(workflow) {
        let lines = [
            "concurrency:",
            "  group: ${{ github.workflow }}-${{ github.event.pull_request.number || github.run_id }}",
            "  cancel-in-progress: true",
        ];
        // In a called workflow it would be the group of the caller, which waits for the end of the call.
        let jobs = workflow.node.entry("jobs").filter(|_| !workflow.is_reusable());
        let draft = jobs.and_then(|jobs| reporter.layout().add_section(&workflow.node, jobs, &lines));
        reporter
            .report(span, "outdated runs of a pull request go on beside the newest")
            .help(help)
            .fix(Safety::Unsafe, "let a newer run of a pull request stop the one before", draft);
        return;
    }
    let only_called = workflow.triggers.iter().all(|trigger| trigger.event == Some(Event::WorkflowCall));
    let has_none = workflow.concurrency.is_none() && workflow.jobs.iter().all(|job| job.concurrency.is_none());
    if has_none && !only_called && gap(workflow).is_none() {
        reporter.report(workflow.on.unwrap_or_default(), "runs of this workflow go on beside each other").persona(Persona::Auditor).help(help);
    }
}
