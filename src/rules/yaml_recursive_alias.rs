//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::source_file::SourceFile;
use crate::model::yaml::IssueKind;

declare_rule! {
    /// An alias stands inside the node it refers to
    ///
    /// ## Why is this bad?
    /// GitHub cannot read the file: the value would have no end.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     strategy:
    ///       matrix:
    ///         include: &all
    ///           - os: *all
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     env: &common {CI: true}
    ///     steps:
    ///       - run: make
    ///         env: *common
    /// ```
    ///
    /// ## How to fix
    /// Write the value out.
    "yaml-recursive-alias",
    group: Syntax,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    for issue in file.document.issues.iter().filter(|issue| issue.kind == IssueKind::RecursiveAlias) {
        reporter.report(issue.span, issue.message.clone());
    }
}
