//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::needs;
use crate::model::workflow::Workflow;

declare_rule! {
    /// Jobs need each other in a circle
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow: none of them could ever begin.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   plan:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make plan
    ///   build:
    ///     needs: [plan, test]
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    ///   test:
    ///     needs: build
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
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
    /// Take one `needs` out of the circle.
    "needs-cycle",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["job-needs"], "github": ["parser"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    // Without any job that can begin, that is what is told.
    if workflow.jobs.iter().all(|job| !job.needs.is_empty()) {
        return;
    }
    for needs::Circular { job, need } in needs::circular(workflow) {
        let message = format!("`{}` needs `{}`, which needs `{}` in turn", job.value, need.value, job.value);
        reporter.report(need.span, message);
    }
}
