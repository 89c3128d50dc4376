//! See the rule's documentation below.

use std::collections::BTreeMap;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::place::Span;
use crate::model::workflow::{Action, Job, Step, Workflow};

declare_rule! {
    /// Two steps of a job have the same id
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow. Letter case makes no difference.
    ///
    /// ## Bad
    /// ```yaml
    /// - id: build
    ///   run: make
    /// - id: Build
    ///   run: make all
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - id: build
    ///   run: make
    /// - id: all
    ///   run: make all
    /// ```
    ///
    /// ## How to fix
    /// Choose another id for one of them.
    "step-id-duplicate",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["id"], "github": ["parser"] },
    checks: [Job(check_job), Action(check_action)],
}

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    check(&job.steps, reporter);
}

fn check_action(action: &Action, reporter: &mut Reporter<'_>) {
    check(action.steps(), reporter);
}

fn check(steps: &[Step], reporter: &mut Reporter<'_>) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for id in steps.iter().flat_map(Step::flatten).filter_map(|step| step.id.as_ref()) {
        match seen.get(&id.value.to_ascii_lowercase()) {
            Some(first) if *first != id.span => {
                reporter
                    .report(id.span, format!("the id `{}` is taken by another step", id.value))
                    .related(*first, "it is taken here");
            }
            Some(_) => {}
            None => {
                seen.insert(id.value.to_ascii_lowercase(), id.span);
            }
        }
    }
}
