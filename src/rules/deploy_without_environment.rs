//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{declare_rule, purpose};
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A job deploys without an environment
    ///
    /// ## Why is this bad?
    /// An environment keeps the secrets of a deployment from all other jobs, can ask for an approval, and shows
    /// what is deployed where.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
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
    ///     steps:
    ///       - run: kubectl apply -f deploy.yml
    /// ```
    ///
    /// ## How to fix
    /// Name the `environment` of the job.
    "deploy-without-environment",
    group: Readiness,
    since: "0.1.0",
    severity: Info,
    confidence: Medium,
    persona: Pedantic,
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    if job.node.get("environment").is_some() {
        return;
    }
    if let Some(name) = purpose::deployment(job, reporter) {
        reporter.report(job.id.span, format!("the job `{}` does `{name}` without an environment", job.id.value));
    }
}
