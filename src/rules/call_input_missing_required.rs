//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Text;

declare_rule! {
    /// A called workflow is not given an input that it requires
    ///
    /// ## Why is this bad?
    /// GitHub refuses the whole workflow: no job of it runs. A default in the called workflow does not
    /// help where the input is `required`.
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
    ///     inputs:
    ///       suite:
    ///         type: string
    ///         required: true
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    /// # file: .github/workflows/test.yml
    /// on:
    ///   workflow_call:
    ///     inputs:
    ///       suite:
    ///         type: string
    ///         required: true
    ///         default: fast
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
    ///         required: true
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    /// # file: .github/workflows/test.yml
    /// on:
    ///   workflow_call:
    ///     inputs:
    ///       suite:
    ///         type: string
    ///         default: fast
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Give the input under `with`, or delete `required` in the called workflow.
    "call-input-missing-required",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["workflow-call"], "github": ["parser"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some((uses, called)) = job.uses.as_ref().zip(reporter.callable(job)) else { return };
    // What an expression stands for is not known.
    if job.node.get("with").is_some_and(|with| with.text().is_some_and(Text::has_expression)) {
        return;
    }
    let is_given = |name: &str| job.with.iter().any(|(given, _)| given.value.eq_ignore_ascii_case(name));
    let missing = called.inputs.values().filter(|input| input.must_be_given && !is_given(&input.name));
    let names: Vec<String> = missing.map(|input| format!("`{}`", input.name)).collect();
    if !names.is_empty() {
        reporter.report(uses.span, format!("the called workflow requires the input {}", names.join(" and ")));
    }
}
