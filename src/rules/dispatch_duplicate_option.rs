//! See the rule's documentation below.

use std::collections::BTreeMap;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::place::Span;
use crate::model::workflow::{Event, Input, Workflow};

declare_rule! {
    /// A choice input lists an option twice
    ///
    /// ## Why is this bad?
    /// One of the two cannot be told from the other.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       level:
    ///         type: choice
    ///         options: [debug, debug]
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
    /// Delete one.
    "dispatch-duplicate-option",
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
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for option in input.options().unwrap_or_default() {
        if let Some(first) = seen.get(option.as_str()) {
            reporter
                .report(option.span, format!("the option `{}` is listed twice", option.value))
                .related(*first, "it is listed here first");
        } else {
            seen.insert(option.as_str(), option.span);
        }
    }
}
