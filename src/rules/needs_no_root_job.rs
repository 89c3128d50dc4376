//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::needs;
use crate::model::workflow::Workflow;

declare_rule! {
    /// Every job of a workflow needs another, so none can begin
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     needs: build
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    ///   build:
    ///     needs: test
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     needs: build
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Take `needs` out of the job that is to begin.
    "needs-no-root-job",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["job-needs"], "github": ["parser"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let Some(first) = workflow.jobs.first().filter(|_| workflow.jobs.iter().all(|job| !job.needs.is_empty())) else {
        return;
    };
    let mut report = reporter.report(first.id.span, "every job needs another, so none can begin");
    for circular in needs::circular(workflow) {
        report = report.related(circular.need.span, format!("`{}` waits for this", circular.job.value));
    }
}
