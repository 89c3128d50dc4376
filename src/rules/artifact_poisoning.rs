//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::untrusted_checkout::{intakes, report};
use crate::detectors::taint::IntakeKind;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// Files of another run's artifact are run with secrets
    ///
    /// ## Why is this bad?
    /// A run for a pull request of a fork makes its artifacts of the fork's code, so that their files
    /// can have any name and hold anything. The run that `workflow_run` starts has the repository's
    /// secrets. A script that comes from the artifact, or that the artifact has put in the place of the
    /// repository's own, gives them away.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_run:
    ///     workflows: [build]
    ///     types: [completed]
    /// permissions: {}
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - uses: actions/download-artifact@v4
    ///         with:
    ///           run-id: ${{ github.event.workflow_run.id }}
    ///       - run: ./deploy.sh
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on:
    ///   workflow_run:
    ///     workflows: [build]
    ///     types: [completed]
    /// permissions: {}
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - uses: actions/download-artifact@v4
    ///         with:
    ///           run-id: ${{ github.event.workflow_run.id }}
    ///           path: artifact
    ///       - run: ./deploy.sh artifact/number
    /// ```
    ///
    /// ## How to fix
    /// Unpack artifacts into a folder of their own, only read from there, and check what you read.
    "artifact-poisoning",
    group: Injection,
    since: "0.1.0",
    severity: Error,
    confidence: Medium,
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    // An artifact that is only read is what this event is for.
    for intake in intakes(job, IntakeKind::Artifact, reporter).filter(|intake| intake.run.is_some()) {
        report(
            intake,
            &format!("a job with secrets unpacks {}", intake.name),
            "unpack it into a folder of its own, and only read from there",
            reporter,
        );
    }
}
