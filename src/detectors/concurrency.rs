//! Pull requests whose outdated runs go on although a newer push replaced them.

use crate::model::place::Span;
use crate::model::workflow::{Concurrency, Event, Step, Workflow};

/// Actions that cancel outdated runs themselves, from before `concurrency` was there.
const CANCELLING: &[&str] = &[
    "styfle/cancel-workflow-action",
    "potiuk/cancel-workflow-runs",
    "rokroskar/workflow-run-cleanup-action",
    "n1hility/cancel-previous-runs",
    "andymckay/cancel-action",
    "khan/pull-request-workflow-cancel",
    "yellowmegaman/gh-build-canceller",
];

/// What a pull-request workflow lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConcurrencyGap {
    /// No `concurrency`, neither for the workflow nor for each of its jobs.
    Missing {
        /// The key `on`, or the start of the file.
        span: Span,
    },
    /// A group without `cancel-in-progress`: newer runs wait for outdated ones.
    KeepsOutdatedRuns {
        /// The key `concurrency`.
        span: Span,
    },
}

/// Tells whether pull requests start the workflow.
pub fn is_for_pull_requests(workflow: &Workflow) -> bool {
    workflow.is_triggered_by(Event::PullRequest) || workflow.is_triggered_by(Event::PullRequestTarget)
}

/// Returns what a pull-request workflow lacks to stop outdated runs; `None` for any other
/// workflow, and for one that does stop them.
pub fn gap(workflow: &Workflow) -> Option<ConcurrencyGap> {
    if !is_for_pull_requests(workflow) {
        return None;
    }
    if let Some(concurrency) = &workflow.concurrency {
        return keeps(concurrency);
    }
    if cancelling(workflow).is_some() {
        return None;
    }
    let jobs: Vec<Option<&Concurrency>> = workflow.jobs.iter().map(|job| job.concurrency.as_ref()).collect();
    if jobs.is_empty() || jobs.iter().any(Option::is_none) {
        return Some(ConcurrencyGap::Missing { span: workflow.on.unwrap_or_default() });
    }
    jobs.into_iter().flatten().find_map(keeps)
}

/// Returns the step of a workflow that cancels outdated runs, if it has one.
pub fn cancelling(workflow: &Workflow) -> Option<&Step> {
    let mut steps =
        workflow.jobs.iter().filter(|job| !job.never_runs()).flat_map(|job| &job.steps).flat_map(Step::flatten);
    steps.find(|step| {
        let skips = step.is_action("fkirc/skip-duplicate-actions")
            && step.input("cancel_others").is_some_and(|value| value.value == "true");
        !step.never_runs() && (skips || CANCELLING.iter().any(|name| step.is_action(name)))
    })
}

/// Returns the workflow that cancels outdated runs of another one, started by its runs.
pub fn cancelled_by<'workflow>(
    workflow: &Workflow,
    path: &str,
    mut others: impl Iterator<Item = &'workflow Workflow>,
) -> Option<&'workflow Workflow> {
    let name = workflow.name.as_ref().map_or(path, |name| name.as_str());
    others.find(|other| {
        let mut triggers = other.triggers.iter().filter(|trigger| trigger.name.value == "workflow_run");
        let follows = triggers.any(|trigger| trigger.filter("workflows").iter().any(|wanted| wanted.value == name));
        follows && cancelling(other).is_some()
    })
}

fn keeps(concurrency: &Concurrency) -> Option<ConcurrencyGap> {
    (!concurrency.cancels()).then_some(ConcurrencyGap::KeepsOutdatedRuns { span: concurrency.key })
}

#[cfg(test)]
mod tests {
    use super::super::testing::workflow;
    use super::*;

    fn found(text: &str) -> Option<ConcurrencyGap> {
        gap(&workflow(text))
    }

    #[test]
    fn outdated_runs_are_stopped_by_the_workflow_or_by_every_job() {
        assert_eq!(found("on: push\njobs:\n  a: {}\n"), None);
        assert_eq!(
            found("on: pull_request\njobs:\n  a: {}\n"),
            Some(ConcurrencyGap::Missing { span: Span::new(0, 2) })
        );
        assert_eq!(
            found("on: pull_request\nconcurrency: {group: x, cancel-in-progress: true}\njobs:\n  a: {}\n"),
            None
        );
        assert_eq!(
            found("on: pull_request\nconcurrency: x\njobs:\n  a: {}\n"),
            Some(ConcurrencyGap::KeepsOutdatedRuns { span: Span::new(17, 28) })
        );
        let cancel = "concurrency: {group: x, cancel-in-progress: true}";
        assert_eq!(found(&format!("on: pull_request\njobs:\n  a: {{{cancel}}}\n")), None);
        assert!(found(&format!("on: pull_request\njobs:\n  a: {{{cancel}}}\n  b: {{}}\n")).is_some());
        let by_action = |condition: &str| {
            let step = format!("{{if: {condition}, uses: styfle/cancel-workflow-action@0.12.1}}");
            found(&format!("on: pull_request\njobs:\n  a: {{steps: [{step}]}}\n"))
        };
        assert_eq!(by_action("always()"), None);
        assert!(by_action("false").is_some());
    }

    #[test]
    fn a_workflow_that_follows_another_one_can_stop_its_runs() {
        let ci = workflow("name: CI\non: pull_request\njobs:\n  a: {}\n");
        let other = |name: &str| {
            workflow(&format!(
                "on: {{workflow_run: {{workflows: [{name}], types: [requested]}}}}\njobs:\n  a: {{steps: [{{uses: styfle/cancel-workflow-action@0.12.1}}]}}\n"
            ))
        };
        assert!(cancelled_by(&ci, "x", std::iter::once(&other("CI"))).is_some());
        assert!(cancelled_by(&ci, "x", std::iter::once(&other("Docs"))).is_none());
    }
}
