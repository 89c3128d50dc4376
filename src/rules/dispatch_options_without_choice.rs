//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Event, Input, Workflow};

declare_rule! {
    /// Options are listed for an input that is no choice
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow, or takes any value in spite of the list.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       level:
    ///         type: string
    ///         options: [debug, release]
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
    ///   workflow_dispatch:
    ///     inputs:
    ///       level:
    ///         type: choice
    ///         options: [debug, release]
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Make the input a `choice`, or delete the options.
    "dispatch-options-without-choice",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["events"], "github": ["parser"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    for input in workflow.inputs(Event::WorkflowDispatch) {
        check_input(&input, reporter);
    }
}

fn check_input(input: &Input<'_>, reporter: &mut Reporter<'_>) {
    let is_choice = input.kind() == Some("choice");
    if input.options().is_some() && !is_choice {
        let message = format!("`{}` lists `options`, but its type is not `choice`", input.name.value);
        reporter.report(input.name.span, message);
    }
}
