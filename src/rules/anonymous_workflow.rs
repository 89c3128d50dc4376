//! See the rule's documentation below.

use super::declare_rule;
use super::permissions_missing_workflow::start;
use super::reporter::Reporter;
use crate::model::source_file::SourceFile;

declare_rule! {
    /// A workflow or an action has no name
    ///
    /// ## Why is this bad?
    /// GitHub shows the file's path instead, in checks, badges and mails.
    ///
    /// ## Bad
    /// ```yaml
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
    /// name: Tests
    /// on: push
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Add `name`.
    "anonymous-workflow",
    group: Hygiene,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    peers: { "zizmor": ["anonymous-definition"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    if let Some(workflow) = file.workflow().filter(|workflow| workflow.name.is_none()) {
        reporter.report(start(workflow), "this workflow has no name");
    }
    if let Some(action) = file.action().filter(|action| action.name.is_none()) {
        let first = action.node.entries().first();
        reporter.report(first.map_or(action.node.span, |entry| entry.key.span), "this action has no name");
    }
}
