//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Event, Input, Workflow};

declare_rule! {
    /// A required `workflow_call` input has a default
    ///
    /// ## Why is this bad?
    /// The default is never used: a call without the input is refused.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_call:
    ///     inputs:
    ///       level:
    ///         type: number
    ///         required: true
    ///         default: 3
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
    ///   workflow_call:
    ///     inputs:
    ///       level:
    ///         type: number
    ///         default: 3
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Delete `required`, or the default.
    "call-input-required-with-default",
    group: Events,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["events"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    for input in workflow.inputs(Event::WorkflowCall) {
        check_input(&input, reporter);
    }
}

fn check_input(input: &Input<'_>, reporter: &mut Reporter<'_>) {
    if let Some(default) = input.default().filter(|_| input.is_required()) {
        let message = format!("`{}` is required, so its default is never used", input.name.value);
        reporter.report(default.span, message);
    }
}
