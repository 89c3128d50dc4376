//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{declare_rule, purpose};
use crate::model::workflow::{Concurrency, Job, Workflow};

declare_rule! {
    /// A newer run stops a deployment halfway
    ///
    /// ## Why is this bad?
    /// With `cancel-in-progress: true` the run that deploys is killed where it stands, and leaves what it deployed
    /// to in between two versions.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// concurrency:
    ///   group: ${{ github.ref }}
    ///   cancel-in-progress: true
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     environment: production
    ///     steps:
    ///       - run: kubectl apply -f deploy.yml
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// concurrency:
    ///   group: ${{ github.ref }}
    ///   cancel-in-progress: false
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     environment: production
    ///     steps:
    ///       - run: kubectl apply -f deploy.yml
    /// ```
    ///
    /// ## How to fix
    /// Let the newer run wait: set `cancel-in-progress: false` where the job deploys.
    "deploy-cancelled-halfway",
    group: Readiness,
    since: "0.1.0",
    severity: Warning,
    confidence: Medium,
    checks: [Job(check)],
}

fn check(workflow: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let stops = |concurrency: &Option<Concurrency>| {
        let concurrency = concurrency.as_ref()?;
        // A group of the run's own holds no other run; that of a pull request only checks.
        let is_own = concurrency.group.as_ref().is_some_and(|group| group.value.contains("github.run_id"));
        let cancel = concurrency.cancel_in_progress.as_ref()?;
        (cancel.value == "true" && !is_own).then_some(cancel.span)
    };
    let Some(span) = stops(&job.concurrency).or_else(|| stops(&workflow.concurrency)) else { return };
    if let Some(name) = purpose::deployment(job, reporter) {
        reporter
            .report(span, format!("a newer run stops `{name}` of the job `{}` halfway", job.id.value))
            .help("let it wait instead: `cancel-in-progress: false`");
    }
}
