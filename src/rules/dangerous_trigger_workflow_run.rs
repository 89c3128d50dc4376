//! See the rule's documentation below.

use super::declare_rule;
use super::exposure::tokens;
use super::reporter::Reporter;
use crate::model::finding::Persona;
use crate::model::workflow::{Event, Workflow};

declare_rule! {
    /// A run that strangers can start hands over to a workflow that has secrets
    ///
    /// ## Why is this bad?
    /// `workflow_run` runs with the repository's secrets and a token that may write, also when the
    /// workflow before it ran for a pull request from a fork. Its branch names, titles and artifacts
    /// come from that pull request. Where none of them gets into a script, an action or the workspace, only the
    /// pedantic are told.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_run:
    ///     workflows: [Tests]
    /// permissions: {}
    /// jobs:
    ///   report:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make report
    /// ```
    ///
    /// ## How to fix
    /// Take nothing from the other run that is not checked: no checkout of its branch, no artifact
    /// that is run or sourced, no title in a script. Then suppress the finding with the reason.
    "dangerous-trigger-workflow-run",
    group: Injection,
    since: "0.1.0",
    severity: Warning,
    confidence: Medium,
    peers: { "zizmor": ["dangerous-triggers"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    if let Some(trigger) = workflow.trigger(Event::WorkflowRun) {
        let is_reached = reporter.taint().is_reached_on(Event::WorkflowRun);
        reporter
            .report(trigger.name.span, format!("`workflow_run` runs with secrets and {}", tokens(workflow)))
            .note("the run before it may be for a pull request from a fork, whose author decides its branch, title and artifacts")
            .help("check `github.event.workflow_run.event`, and run nothing that comes from the other run")
            .persona(if is_reached { Persona::Regular } else { Persona::Pedantic });
    }
}
