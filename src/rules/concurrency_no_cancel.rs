//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::concurrency::{ConcurrencyGap, gap};
use crate::model::finding::Persona;
use crate::model::workflow::{Concurrency, Event, Workflow};

declare_rule! {
    /// Newer runs wait for outdated ones
    ///
    /// ## Why is this bad?
    /// A concurrency group without `cancel-in-progress` runs one after the other: the run for the
    /// newest push waits until the outdated one is done.
    ///
    /// ## Bad
    /// ```yaml
    /// on: pull_request
    /// concurrency: ${{ github.workflow }}-${{ github.ref }}
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: pull_request
    /// concurrency:
    ///   group: ${{ github.workflow }}-${{ github.ref }}
    ///   cancel-in-progress: true
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Set `cancel-in-progress: true`; where pushes and other events start the workflow, too,
    /// `${{ github.event_name == 'pull_request' }}`, so that their runs end. Or `false` to say that the runs have to wait, as
    /// deployments do.
    "concurrency-no-cancel",
    group: Performance,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    peers: { "zizmor": ["concurrency-limits"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    if let Some(ConcurrencyGap::KeepsOutdatedRuns { span }) = gap(workflow) {
        let help = format!("set `cancel-in-progress: {}`", of_pull_requests(workflow));
        reporter.report(span, "the newest run of a pull request waits for outdated ones").help(help);
        return;
    }
    let unsaid = |concurrency: &&Concurrency| concurrency.cancel_in_progress.is_none();
    let jobs = workflow.jobs.iter().filter_map(|job| job.concurrency.as_ref());
    for concurrency in workflow.concurrency.iter().chain(jobs).filter(unsaid) {
        reporter
            .report(concurrency.key, "it is not said whether a newer run cancels an older one")
            .persona(Persona::Auditor)
            .help("set `cancel-in-progress` to `true` or `false`");
    }
}

/// Returns the value that cancels the runs of pull requests, and no others.
fn of_pull_requests(workflow: &Workflow) -> &'static str {
    let has = |event: Event| workflow.is_triggered_by(event);
    let (own, target) = (has(Event::PullRequest), has(Event::PullRequestTarget));
    match (workflow.triggers.len() - usize::from(own) - usize::from(target), own, target) {
        (0, _, _) => "true",
        (_, true, true) => "${{ startsWith(github.event_name, 'pull_request') }}",
        (_, _, true) => "${{ github.event_name == 'pull_request_target' }}",
        _ => "${{ github.event_name == 'pull_request' }}",
    }
}
