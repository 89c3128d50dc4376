//! See the rule's documentation below.

use std::collections::BTreeSet;

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::surroundings::LocalWorkflow;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// Workflows call each other in a circle, or more than ten one below the other
    ///
    /// ## Why is this bad?
    /// GitHub refuses the run: ten levels of workflows are allowed, the first caller included, and no circle.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   again:
    ///     uses: ./.github/workflows/example.yml
    /// ```
    ///
    /// ## How to fix
    /// Call the workflows side by side, or merge some of them.
    "call-nesting-too-deep",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["workflow-call"], "github": ["parser"] },
    checks: [Job(check)],
}

/// The levels that GitHub allows, the first caller included
/// (<https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations>).
const MOST_LEVELS: usize = 10;

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some((uses, called)) = job.uses.as_ref().zip(reporter.called_workflow(job)) else { return };
    if called.height < MOST_LEVELS {
        return;
    }
    let own = &reporter.file().path;
    if leads_to(called, own, &mut BTreeSet::new()) {
        let through = if called.path == *own { String::new() } else { format!(" through `{}`", called.path) };
        reporter.report(uses.span, format!("this workflow calls itself{through}"));
    } else {
        reporter.report(uses.span, format!("the calls from here go more than {MOST_LEVELS} levels deep"));
    }
}

fn leads_to<'called>(from: &'called LocalWorkflow, path: &str, seen: &mut BTreeSet<&'called str>) -> bool {
    if from.path == path {
        return true;
    }
    let next = from.local.keys().filter_map(|uses| from.called(uses));
    seen.insert(&from.path) && next.into_iter().any(|called| leads_to(called, path, seen))
}
