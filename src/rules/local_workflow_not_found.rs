//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::surroundings::Local;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A job calls a workflow of the repository that is not there
    ///
    /// ## Why is this bad?
    /// GitHub refuses the whole workflow: no job of it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/no-such-file.yml
    /// ```
    ///
    /// ## How to fix
    /// Correct the path, which counts from the repository's root, or add the file.
    "local-workflow-not-found",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["workflow-call"], "github": ["parser"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some(uses) = &job.uses else { return };
    match reporter.surroundings().local(&uses.value).map(AsRef::as_ref) {
        Some(Local::Missing(_)) => {
            reporter.report(uses.span, "there is no such file in the repository");
        }
        Some(Local::Unreadable { path, reason }) => {
            reporter.report(uses.span, format!("the workflow `{path}` {reason}"));
        }
        Some(Local::Action(_) | Local::Workflow(_)) | None => {}
    }
}
