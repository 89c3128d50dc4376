//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::timeouts::jobs_without_timeout;
use crate::model::finding::Safety;
use crate::model::workflow::Workflow;

declare_rule! {
    /// A job has no timeout
    ///
    /// ## Why is this bad?
    /// A job that hangs runs for six hours: it blocks a runner and every job that waits for it,
    /// and costs as much as a day of normal runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
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
    ///     runs-on: ubuntu-latest
    ///     timeout-minutes: 15
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Set `timeout-minutes` to two or three times what the job usually takes. `--fix all` sets 30
    /// minutes, which is more than most jobs need and less than the six hours they may take.
    "job-timeout-missing",
    group: Reliability,
    since: "0.1.0",
    severity: Warning,
    fixable: Unsafe,
    peers: { "actionlint": ["require-job-timeout"], "ghalint": ["job_timeout_minutes_is_required"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let layout = reporter.layout();
    for job in jobs_without_timeout(workflow) {
        let entry = job.node.entry("runs-on");
        let draft = entry.and_then(|entry| layout.add_behind(&job.node, entry, &["timeout-minutes: 30"]));
        reporter
            .report(job.id.span, format!("the job `{}` has no timeout", job.id.value))
            .note("GitHub stops it after 360 minutes")
            .help("set `timeout-minutes` to two or three times what the job usually takes")
            .fix(Safety::Unsafe, "add a timeout of 30 minutes", draft);
    }
}
