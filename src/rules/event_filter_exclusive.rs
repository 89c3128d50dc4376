//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::Workflow;

declare_rule! {
    /// A filter and its opposite are given for the same event
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow: of `branches` and `branches-ignore`, `tags` and
    /// `tags-ignore`, `paths` and `paths-ignore`, an event can have one.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   push:
    ///     paths: ['src/**']
    ///     paths-ignore: ['**.md']
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
    ///   push:
    ///     paths: ['src/**', '!**.md']
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Keep one, and put `!` before the patterns that are to be left out.
    "event-filter-exclusive",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["events"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    for trigger in &workflow.triggers {
        let Some(node) = &trigger.node else { continue };
        for key in ["branches", "tags", "paths"] {
            let opposite = format!("{key}-ignore");
            let (Some(first), Some(second)) = (node.entry(key), node.entry(&opposite)) else { continue };
            let (first, second) =
                if first.key.span < second.key.span { (&first.key, &second.key) } else { (&second.key, &first.key) };
            reporter
                .report(second.span, format!("`{}` cannot have both `{key}` and `{opposite}`", trigger.name.value))
                .related(first.span, "the other one is here")
                .help("keep one, and put `!` before the patterns that are to be left out");
        }
    }
}
