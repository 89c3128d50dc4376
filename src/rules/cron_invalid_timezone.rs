//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::knowledge::timezones;
use crate::model::finding::Severity;
use crate::model::suggest;
use crate::model::workflow::Workflow;
use crate::model::yaml::Node;

declare_rule! {
    /// The time zone of a schedule is none that IANA lists
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow, or runs it at another time than was meant.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   schedule:
    ///     - cron: '0 4 * * *'
    ///       timezone: Berlin
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
    ///       timezone: Europe/Berlin
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write a name such as `Europe/Berlin`. Leave it out for UTC.
    "cron-invalid-timezone",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["events"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    for entry in workflow.schedule() {
        let Some(zone) = entry.get("timezone").and_then(Node::text).filter(|text| !text.value.is_empty()) else {
            continue;
        };
        let name = zone.value.as_str();
        if name == "UTC" {
            let report = reporter.report(zone.span, "`UTC` names no place of IANA's list");
            report.severity(Severity::Warning).help("leave `timezone` out: UTC is the default");
        } else if !timezones::is_known(name) && !zone.has_expression() {
            let report = reporter.report(zone.span, format!("`{name}` is no time zone that IANA lists"));
            let meant = suggest::closest(name, timezones::names());
            let meant = meant.or_else(|| timezones::names().find(|known| known.ends_with(&format!("/{name}"))));
            if let Some(meant) = meant {
                report.help(format!("did you mean `{meant}`?"));
            }
        }
    }
}
