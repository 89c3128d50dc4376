//! Pull requests whose outdated runs go on although a newer push replaced them.

use crate::model::place::Span;
use crate::model::workflow::{Concurrency, Event, Workflow};

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
    let jobs: Vec<Option<&Concurrency>> = workflow.jobs.iter().map(|job| job.concurrency.as_ref()).collect();
    if jobs.is_empty() || jobs.iter().any(Option::is_none) {
        return Some(ConcurrencyGap::Missing { span: workflow.on.unwrap_or_default() });
    }
    jobs.into_iter().flatten().find_map(keeps)
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
    }
}
