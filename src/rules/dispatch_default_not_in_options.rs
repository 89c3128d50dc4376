//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Event, Input, Workflow};

declare_rule! {
    /// The default of a choice is not among its options
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
    ///         type: choice
    ///         options: [debug, release]
    ///         default: fast
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
    ///         default: debug
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Choose the default from the options, or add it to them.
    "dispatch-default-not-in-options",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["events"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    for input in workflow.inputs(Event::WorkflowDispatch) {
        check_input(&input, reporter);
    }
}

fn check_input(input: &Input<'_>, reporter: &mut Reporter<'_>) {
    let (Some(default), Some(options)) = (input.default(), input.options()) else { return };
    if input.kind() != Some("choice") || options.is_empty() || options.iter().any(|option| option.value == default.value) {
        return;
    }
    let listed: Vec<String> = options.iter().map(|option| format!("`{}`", option.value)).collect();
    reporter
        .report(default.span, format!("the default `{}` is not among the options", default.value))
        .help(format!("the options are {}", listed.join(", ")));
}
