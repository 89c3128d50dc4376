//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Event, Input, Workflow};

declare_rule! {
    /// A choice input lists no options
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow: there is nothing to choose from.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       level:
    ///         type: choice
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
    /// List the options.
    "dispatch-choice-missing-options",
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
    let has_options = input.options().is_some_and(|options| !options.is_empty());
    if input.kind() == Some("choice") && !has_options {
        reporter.report(input.name.span, format!("`{}` is a choice without `options`", input.name.value));
    }
}
