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

/// Tells whether new commits of pull requests start the workflow; one that only runs when they are closed has nothing
/// that could be outdated.
pub fn is_for_pull_requests(workflow: &Workflow) -> bool {
    let events = [Event::PullRequest, Event::PullRequestTarget];
    events.into_iter().filter_map(|event| workflow.trigger(event)).any(|trigger| {
        let types = trigger.filter("types");
        types.is_empty() || types.iter().any(|kind| kind.value != "closed")
    })
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

/// Returns the step of a workflow that cancels its own outdated runs, if it has one.
pub fn cancelling(workflow: &Workflow) -> Option<&Step> {
    cancellers(workflow).find(|step| named_workflows(step).is_none_or(|names| names.contains(&"all")))
}

fn cancellers(workflow: &Workflow) -> impl Iterator<Item = &Step> {
    let steps = workflow.jobs.iter().filter(|job| !job.never_runs()).flat_map(|job| &job.steps).flat_map(Step::flatten);
    steps.filter(|step| {
        let skips = step.is_action("fkirc/skip-duplicate-actions")
            && step.input("cancel_others").is_some_and(|value| value.value == "true");
        !step.never_runs() && (skips || CANCELLING.iter().any(|name| step.is_action(name)))
    })
}

/// Returns the workflows, by the names of their files, whose runs a step cancels in place of its own.
fn named_workflows(step: &Step) -> Option<Vec<&str>> {
    let input = step.input("workflow_id").filter(|input| !input.value.is_empty() && !input.has_expression())?;
    Some(input.value.split(',').map(str::trim).collect())
}

/// Returns the workflow that cancels outdated runs of another one: it names it, and pull requests start it, too, or it is
/// started by the other one's runs.
pub fn cancelled_by<'workflow>(
    workflow: &Workflow,
    path: &str,
    mut others: impl Iterator<Item = &'workflow Workflow>,
) -> Option<&'workflow Workflow> {
    let name = workflow.name.as_ref().map_or(path, |name| name.as_str());
    let file = path.rsplit('/').next().unwrap_or(path);
    others.find(|other| {
        let mut triggers = other.triggers.iter().filter(|trigger| trigger.name.value == "workflow_run");
        let follows = triggers.any(|trigger| trigger.filter("workflows").iter().any(|wanted| wanted.value == name));
        let names_it = |step: &Step| named_workflows(step).is_some_and(|names| names.contains(&file));
        follows && cancelling(other).is_some()
            || (follows || is_for_pull_requests(other)) && cancellers(other).any(names_it)
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
        assert_eq!(found("on: {pull_request_target: {types: closed}}\njobs:\n  a: {}\n"), None);
        assert!(found("on: {pull_request: {types: [opened, closed]}}\njobs:\n  a: {}\n").is_some());
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
        let naming = |on: &str, ids: &str| {
            let step = format!("{{uses: styfle/cancel-workflow-action@0.12.1, with: {{workflow_id: '{ids}'}}}}");
            workflow(&format!("on: {on}\njobs:\n  a: {{steps: [{step}]}}\n"))
        };
        let cancels =
            |other: &Workflow| cancelled_by(&ci, ".github/workflows/ci.yml", std::iter::once(other)).is_some();
        assert!(cancels(&naming("pull_request_target", "lint.yml, ci.yml")));
        assert!(!cancels(&naming("pull_request_target", "lint.yml")));
        assert!(!cancels(&naming("schedule", "ci.yml")));
        assert!(gap(&naming("pull_request", "ci.yml")).is_some());
    }
}
