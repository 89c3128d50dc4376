//! See the rule's documentation below.

use std::collections::BTreeSet;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::suggest;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::{Node, Text};

declare_rule! {
    /// A step waits for or cancels what is no earlier background step
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow.
    ///
    /// ## Bad
    /// ```yaml
    /// - id: server
    ///   run: make serve
    /// - wait: server
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - id: server
    ///   run: make serve
    ///   background: true
    /// - wait: server
    /// ```
    ///
    /// ## How to fix
    /// Name the id of a step above that has `background: true`.
    "wait-unknown-step",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["parallel-steps"], "github": ["parser"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let mut background: BTreeSet<String> = BTreeSet::new();
    for step in &job.steps {
        for key in ["wait", "cancel"] {
            for name in step.node.get(key).map(Node::texts).unwrap_or_default() {
                let is_known = background.contains(&name.value.to_ascii_lowercase());
                if !is_known && !name.has_expression() && !name.value.is_empty() {
                    unknown(key, &name, &background, reporter);
                }
            }
        }
        let runs_behind = step.node.get("background").and_then(Node::text);
        if runs_behind.is_some_and(|value| value.value.eq_ignore_ascii_case("true") || value.has_expression()) {
            background.extend(step.id.as_ref().map(|id| id.value.to_ascii_lowercase()));
        }
    }
}

fn unknown(key: &str, name: &Text, background: &BTreeSet<String>, reporter: &mut Reporter<'_>) {
    let message = format!("`{key}` names `{}`, which is no background step above", name.value);
    let report = reporter.report(name.span, message);
    if let Some(meant) = suggest::closest(&name.value, background.iter().map(String::as_str)) {
        report.help(format!("did you mean `{meant}`?"));
    }
}
