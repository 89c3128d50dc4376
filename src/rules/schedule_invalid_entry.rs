//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::knowledge::schema::Topic;
use crate::model::workflow::{Event, Workflow};

declare_rule! {
    /// A schedule says no time
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: without `cron` nothing says when to run.
    ///
    /// ## Bad
    /// ```yaml
    /// on: schedule
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
    ///     - cron: 17 4 * * 1
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Add an entry with `cron`.
    "schedule-invalid-entry",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::ScheduleInvalidEntry), Workflow(bare_schedule)],
}

fn bare_schedule(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let bare = workflow.trigger(Event::Schedule).filter(|trigger| trigger.node.as_ref().is_none());
    if let Some(trigger) = bare {
        reporter.report(trigger.name.span, "`schedule` has no `cron`: nothing says when to run");
    }
}
