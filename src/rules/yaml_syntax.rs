//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::Severity;
use crate::model::source_file::SourceFile;
use crate::model::yaml::IssueKind;

declare_rule! {
    /// The file is not YAML that GitHub can read
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: [ubuntu-latest
    /// ```
    ///
    /// ## How to fix
    /// Mend the place that is shown; often it is a bracket, a quote or the indentation just above
    /// it.
    "yaml-syntax",
    group: Syntax,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Yaml(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    for issue in &file.document.issues {
        match issue.kind {
            IssueKind::Syntax | IssueKind::AliasBomb | IssueKind::ComplexKey | IssueKind::SecondDocument => {
                let report = reporter.report(issue.span, issue.message.clone());
                if let Some(help) = &issue.help {
                    report.help(help.clone());
                }
            }
            IssueKind::Tolerated => {
                reporter
                    .report(issue.span, issue.message.clone())
                    .note("GitHub reads it all the same; its editor and other programs do not")
                    .severity(Severity::Warning);
            }
            IssueKind::UndefinedAlias | IssueKind::RecursiveAlias => {}
        }
    }
}
