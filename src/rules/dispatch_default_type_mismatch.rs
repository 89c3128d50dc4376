//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Event, Input, Workflow};

declare_rule! {
    /// The default of a `workflow_dispatch` input does not fit its type
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       level:
    ///         type: boolean
    ///         default: yes
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
    ///         type: boolean
    ///         default: true
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write a default of the input's type.
    "dispatch-default-type-mismatch",
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
    let Some(default) = input.default().filter(|default| !default.has_expression()) else { return };
    if let Some(wanted) = input.unfit(default) {
        let message = format!("the default `{}` of `{}` is not {wanted}", default.value, input.name.value);
        reporter.report(default.span, message);
    }
}
