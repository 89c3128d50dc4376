//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{ActionReference, Job, Workflow};

declare_rule! {
    /// What a job calls is written in a form that GitHub does not know
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml@main
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    /// ```
    ///
    /// ## How to fix
    /// Write `owner/repo/.github/workflows/file.yml@ref`, or `./.github/workflows/file.yml`
    /// without `@` for the same repository.
    "workflow-uses-invalid-format",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["workflow-call"], "github": ["invalid-workflow-uses-format"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some(uses) = job.uses.as_ref().filter(|uses| !uses.value.is_empty() && !uses.has_expression()) else { return };
    let reason = match ActionReference::parse(&uses.value) {
        ActionReference::Repository(found) if found.path.is_empty() => "it names no file",
        ActionReference::Repository(found) if found.reference.is_none_or(str::is_empty) => {
            "it names no branch, tag or commit behind `@`"
        }
        ActionReference::Repository(found) if found.reference.is_some_and(|name| name.contains('@')) => {
            "it has more than one `@`"
        }
        ActionReference::Local(path) if !path.starts_with("./") => "a file of the same repository begins with `./`",
        ActionReference::Local(path) if path.contains('@') => "a file of the same repository has no `@`",
        ActionReference::SelfRepository(path) if path.trim_matches('/').is_empty() => "no path follows `$/`",
        ActionReference::Unknown if uses.value.trim().contains(char::is_whitespace) => "it holds a blank",
        ActionReference::Unknown | ActionReference::Docker(_) => "it names no workflow",
        ActionReference::Repository(_) | ActionReference::Local(_) | ActionReference::SelfRepository(_) => return,
    };
    reporter
        .report(uses.span, format!("`{}` cannot be called: {reason}", uses.value))
        .help("write `owner/repo/.github/workflows/file.yml@ref` or `./.github/workflows/file.yml`");
}
