//! See the rule's documentation below.

use super::reporter::Reporter;
use super::declare_rule;
use crate::model::place::Span;
use crate::model::source_file::{Content, Kind, SourceFile};
use crate::model::yaml::IssueKind;

declare_rule! {
    /// The file holds no workflow or action
    ///
    /// ## Why is this bad?
    /// GitHub shows an error for the file at every push and runs nothing.
    ///
    /// ## Bad
    /// ```yaml
    /// # on: push
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write the workflow, or delete the file.
    "workflow-empty",
    group: Syntax,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let Content::Nothing(kind) = &file.content else { return };
    let unreadable = |kind| matches!(kind, IssueKind::Syntax | IssueKind::AliasBomb);
    if file.document.issues.iter().any(|issue| unreadable(issue.kind)) {
        return;
    }
    let what = match kind {
        Kind::Workflow => "workflow",
        Kind::Action => "action",
        Kind::Dependabot | Kind::PreCommit => return,
    };
    match &file.document.root {
        Some(root) if !root.is_null() => {
            let start = root.place().start;
            reporter.report(Span::new(start, start), format!("this is no {what}: its top is not a mapping"))
        }
        Some(_) | None => reporter.report(Span::default(), format!("this {what} file is empty")),
    };
}
