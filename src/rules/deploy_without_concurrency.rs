//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{declare_rule, purpose};
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// Two runs may deploy at the same time
    ///
    /// ## Why is this bad?
    /// The older of two runs may end last, and what it deploys stays.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
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
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     environment: production
    ///     concurrency:
    ///       group: production
    ///       cancel-in-progress: false
    ///     steps:
    ///       - run: kubectl apply -f deploy.yml
    /// ```
    ///
    /// ## How to fix
    /// Give the job, or the workflow, a `concurrency` group of what it deploys to.
    "deploy-without-concurrency",
    group: Readiness,
    since: "0.1.0",
    severity: Info,
    confidence: Medium,
    persona: Pedantic,
    checks: [Job(check)],
}

fn check(workflow: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let is_grouped = workflow.concurrency.is_some() || job.concurrency.is_some();
    // Whoever calls the workflow may have grouped its runs.
    if is_grouped || workflow.is_reusable() {
        return;
    }
    if let Some(name) = purpose::deployment(job, reporter) {
        reporter
            .report(job.id.span, format!("two runs can do `{name}` of the job `{}` at the same time", job.id.value))
            .help("add `concurrency: {group: …, cancel-in-progress: false}` to the job");
    }
}
