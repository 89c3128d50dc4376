//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A called workflow is given an input that it does not declare
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
    ///     with:
    ///       suit: fast
    /// # file: .github/workflows/test.yml
    /// on:
    ///   workflow_call:
    ///     inputs:
    ///       suite:
    ///         type: string
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
    ///     with:
    ///       suite: fast
    /// # file: .github/workflows/test.yml
    /// on:
    ///   workflow_call:
    ///     inputs:
    ///       suite:
    ///         type: string
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Correct the name, or declare the input under `on.workflow_call.inputs` of the called workflow.
    "call-input-undefined",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["workflow-call"], "github": ["parser"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some(called) = reporter.callable(job) else { return };
    let known = || called.inputs.values().map(|input| input.name.as_str());
    for (name, _) in &job.with {
        if !called.inputs.contains_key(&name.value.to_ascii_lowercase()) && !name.has_expression() {
            let message = format!("the called workflow has no input `{}`", name.value);
            reporter.report(name.span, message).among(&name.value, known());
        }
    }
}
