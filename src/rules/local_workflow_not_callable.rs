//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::local_action_invalid::summary;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A job calls a workflow of the repository that cannot be called
    ///
    /// ## Why is this bad?
    /// GitHub refuses the whole workflow: no job of it runs. A workflow can be called when `workflow_call`
    /// is one of its triggers and GitHub accepts its file; the file's own errors are found where they
    /// are written, and this finding says who is hit by them.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    /// # file: .github/workflows/test.yml
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
    ///     uses: ./.github/workflows/test.yml
    /// # file: .github/workflows/test.yml
    /// on:
    ///   workflow_call:
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Add `workflow_call` to the triggers of the workflow that is called, or mend its file.
    "local-workflow-not-callable",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["workflow-call"], "github": ["parser"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some((uses, called)) = job.uses.as_ref().zip(reporter.called_workflow(job)) else { return };
    if let Some(first) = called.faults.first() {
        let message = format!("{} in the called workflow: {}", summary(&called.faults), first.place.message);
        reporter.report(uses.span, message).because_of(&called.faults);
    } else if called.interface.is_none() {
        reporter
            .report(uses.span, format!("`{}` cannot be called: `workflow_call` is none of its triggers", called.path));
    }
}
