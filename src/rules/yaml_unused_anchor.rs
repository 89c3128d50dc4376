//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::source_file::SourceFile;

declare_rule! {
    /// An anchor is defined but no alias refers to it
    ///
    /// ## Why is this bad?
    /// The anchor has no effect; often the alias was forgotten or misspelt.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     env: &common {CI: true}
    ///     steps:
    ///       - run: make
    ///         env: {CI: true}
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
    /// Use the anchor or delete it.
    "yaml-unused-anchor",
    group: Syntax,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["syntax-check"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    for anchor in file.document.anchors.iter().filter(|anchor| !anchor.used) {
        reporter.report(anchor.span, format!("no alias refers to the anchor `&{}`", anchor.name));
    }
}
