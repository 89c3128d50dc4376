//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::source_file::SourceFile;
use crate::model::yaml::IssueKind;

declare_rule! {
    /// An alias refers to an anchor that does not exist
    ///
    /// ## Why is this bad?
    /// GitHub cannot read the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     env: {CI: true}
    ///     steps:
    ///       - run: make
    ///         env: *common
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
    /// Define the anchor above the alias, or correct the name. A pattern such as `*.md` is put in quotes.
    "yaml-undefined-alias",
    group: Syntax,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Yaml(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    for issue in file.document.issues.iter().filter(|issue| issue.kind == IssueKind::UndefinedAlias) {
        let report = reporter.report(issue.span, issue.message.clone());
        if let Some(help) = &issue.help {
            report.help(help.clone());
        }
    }
}
