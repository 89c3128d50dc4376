//! See the rule's documentation below.

use crate::model::workflow::{Job, Workflow};
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A runner group is written in a form that GitHub does not know
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow. A group is named alone, or behind `organization/` or `enterprise/`.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on:
    ///       group: my-team/large
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on:
    ///       group: organization/large
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Name the group alone, or put `organization/` or `enterprise/` before it.
    "runner-group-invalid",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "github": ["parser"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let group = job.runs_on.as_ref().and_then(|runs_on| runs_on.group.as_ref());
    let Some(group) = group.filter(|group| !group.has_expression()) else { return };
    let Some((prefix, name)) = group.value.split_once('/') else { return };
    let reason = if !matches!(prefix, "org" | "organization" | "ent" | "enterprise") {
        "only `organization/` or `enterprise/` can stand before a group's name"
    } else if name.is_empty() {
        "no name follows the `/`"
    } else if name.contains('/') {
        "a group's name has no `/`"
    } else {
        return;
    };
    reporter.report(group.span, format!("`{}` names no runner group: {reason}", group.value));
}
