//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::source_file::SourceFile;
use crate::model::workflow::Permissions;

declare_rule! {
    /// A permission has no comment that says what it is for
    ///
    /// ## Why is this bad?
    /// Nobody dares to remove a permission whose reason is not known.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// permissions:
    ///   issues: write
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// permissions:
    ///   contents: read
    ///   issues: write # closes stale issues
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write the reason behind the permission or on the line above. `contents: read` needs none.
    "undocumented-permission",
    group: Permissions,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    peers: { "zizmor": ["undocumented-permissions"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let Some(workflow) = file.workflow() else { return };
    let line = |at: usize| file.lines.position(&file.text, at).line;
    let commented: Vec<usize> = file.document.comments.iter().map(|comment| line(comment.span.start)).collect();
    let above = |number: usize| {
        let before = number.saturating_sub(1);
        commented.contains(&before) && file.lines.line(&file.text, before).trim_start().starts_with('#')
    };
    let jobs = workflow.jobs.iter().filter_map(|job| job.permissions.as_ref());
    let scopes = workflow.permissions.iter().chain(jobs).flat_map(|permissions: &Permissions| &permissions.scopes);
    for (scope, level) in scopes {
        let harmless = level.value == "none" || (scope.value == "contents" && level.value == "read");
        let number = line(scope.span.start);
        if !harmless && !commented.contains(&number) && !above(number) {
            reporter.report(scope.span, format!("no comment says what `{}: {}` is for", scope.value, level.value));
        }
    }
}
