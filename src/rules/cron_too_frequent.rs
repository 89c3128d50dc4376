//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::cron::Cron;
use crate::model::workflow::Workflow;
use crate::model::yaml::Node;

declare_rule! {
    /// A schedule runs more often than every five minutes
    ///
    /// ## Why is this bad?
    /// GitHub starts scheduled runs five minutes apart at the least: the others never happen.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   schedule:
    ///     - cron: '*/2 * * * *'
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
    ///     - cron: '*/5 * * * *'
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Run every five minutes or less often.
    "cron-too-frequent",
    group: Events,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["events"], "github": ["languageservice"] },
    checks: [Workflow(check)],
}

/// The shortest interval that GitHub keeps, in minutes.
const SHORTEST: u16 = 5;

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    for entry in workflow.schedule() {
        let Some(text) = entry.get("cron").and_then(Node::text) else { continue };
        let interval = Cron::parse(&text.value).map_or(SHORTEST, |cron| cron.shortest_interval());
        if interval < SHORTEST {
            let minutes = if interval == 1 { "1 minute".to_owned() } else { format!("{interval} minutes") };
            reporter.report(text.span, format!("this schedule runs {minutes} apart, GitHub {SHORTEST} minutes at the least"));
        }
    }
}
