//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::knowledge::schema::Topic;
use crate::model::workflow::{Event, Workflow};

declare_rule! {
    /// A `workflow_run` event names no workflows
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file, or the event never starts it.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_run:
    ///     types: [completed]
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on:
    ///   workflow_run:
    ///     workflows: [CI]
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Name the workflows after which this one runs.
    "workflow-run-missing-workflows",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["events", "syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::WorkflowRunMissingWorkflows), Workflow(bare_workflow_run)],
}

fn bare_workflow_run(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let bare = workflow.trigger(Event::WorkflowRun).filter(|trigger| trigger.node.as_ref().is_none());
    if let Some(trigger) = bare {
        reporter.report(trigger.name.span, "`workflow_run` names no `workflows`: nothing starts this workflow");
    }
}
