//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Node;

declare_rule! {
    /// A called workflow is not handed a secret that it requires
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
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    ///     secrets: inherit
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
    /// Hand the secret over under `secrets`, by its name rather than by `inherit`.
    "call-secret-missing-required",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["workflow-call"], "github": ["parser"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some((uses, called)) = job.uses.as_ref().zip(reporter.callable(job)) else { return };
    // `inherit` hands over all there are, whatever their names.
    if job.secrets.as_ref().is_some_and(|handed| handed.text().is_some_and(|text| !text.value.is_empty())) {
        return;
    }
    let handed = job.secrets.as_ref().map(Node::entries).unwrap_or_default();
    let is_handed = |name: &str| handed.iter().any(|entry| entry.key.value.eq_ignore_ascii_case(name));
    let missing = called.secrets.values().filter(|secret| secret.must_be_given && !is_handed(&secret.name));
    let names: Vec<String> = missing.map(|secret| format!("`{}`", secret.name)).collect();
    if !names.is_empty() {
        reporter.report(uses.span, format!("the called workflow requires the secret {}", names.join(" and ")));
    }
}
