//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::cron::Cron;
use crate::model::workflow::Workflow;
use crate::model::yaml::Node;

declare_rule! {
    /// A schedule has no valid cron expression
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   schedule:
    ///     - cron: '0 24 * * *'
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
    ///   schedule:
    ///     - cron: '0 4 * * *'
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Give minute, hour, day of the month, month and day of the week (0 to 6).
    "cron-syntax",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["events"], "github": ["parser"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    for entry in workflow.schedule() {
        let Some(text) = entry.get("cron").and_then(Node::text).filter(|text| !text.value.is_empty()) else { continue };
        if let Err(reason) = Cron::parse(&text.value) {
            reporter.report(text.span, format!("`{}` is no time of a schedule: {reason}", text.value));
        }
    }
}
