//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Entry;

declare_rule! {
    /// A called workflow is handed a secret that it does not declare
    ///
    /// ## Why is this bad?
    /// GitHub refuses the whole workflow: no job of it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    ///     secrets:
    ///       tokn: ${{ secrets.TOKEN }}
    /// # file: .github/workflows/test.yml
    /// on:
    ///   workflow_call:
    ///     secrets:
    ///       token:
    ///         required: false
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
    ///     secrets:
    ///       token: ${{ secrets.TOKEN }}
    /// # file: .github/workflows/test.yml
    /// on:
    ///   workflow_call:
    ///     secrets:
    ///       token:
    ///         required: true
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Correct the name, or declare the secret under `on.workflow_call.secrets` of the called workflow.
    "call-secret-undefined",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["workflow-call"], "github": ["parser"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some((handed, called)) = job.secrets.as_ref().zip(reporter.callable(job)) else { return };
    let known = || called.secrets.values().map(|secret| secret.name.as_str());
    for Entry { key, value: _ } in handed.entries() {
        if !called.secrets.contains_key(&key.value.to_ascii_lowercase()) && !key.has_expression() {
            let message = format!("the called workflow declares no secret `{}`", key.value);
            reporter.report(key.span, message).among(&key.value, known());
        }
    }
}
