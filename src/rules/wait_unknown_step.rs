//! See the rule's documentation below.

use std::collections::BTreeMap;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::Severity;
use crate::model::suggest;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Text;

declare_rule! {
    /// A step waits for or cancels what is no earlier background step
    ///
    /// ## Why is this bad?
    /// GitHub refuses a workflow with an id of no step above. Another step has ended already, so
    /// there is nothing to wait for or to cancel.
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
    let mut earlier: BTreeMap<String, Runs> = BTreeMap::new();
    for step in &job.steps {
        if let Some(control) = &step.control {
            let names = control.targets().iter().filter(|name| !name.has_expression() && !name.value.is_empty());
            names.for_each(|name| check_name(control.key(), name, &earlier, reporter));
        }
        if let Some(id) = &step.id {
            let runs = if step.runs_in_background() { Runs::InBackground } else { Runs::ToItsEnd };
            earlier.insert(id.value.to_ascii_lowercase(), runs);
        }
    }
}

/// How a step runs beside those that follow it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runs {
    InBackground,
    ToItsEnd,
}

fn check_name(key: &str, name: &Text, earlier: &BTreeMap<String, Runs>, reporter: &mut Reporter<'_>) {
    match earlier.get(&name.value.to_ascii_lowercase()) {
        Some(Runs::InBackground) => {}
        Some(Runs::ToItsEnd) => {
            reporter
                .report(name.span, format!("`{key}` names `{}`, which has ended before the next step begins", name.value))
                .help("set `background: true` there, or delete this step")
                .severity(Severity::Warning);
        }
        None => {
            let report = reporter.report(name.span, format!("`{key}` names `{}`, which is no step above", name.value));
            if let Some(meant) = suggest::closest(&name.value, earlier.keys().map(String::as_str)) {
                report.help(format!("did you mean `{meant}`?"));
            }
        }
    }
}
