//! See the rule's documentation below.

use super::reading::Reading;
use super::reporter::Reporter;
use super::suppression::Suppression;
use super::{Choice, declare_rule};
use crate::model::finding::{Finding, Safety};
use crate::model::source_file::SourceFile;
use crate::model::yaml::Comment;

declare_rule! {
    /// A suppression comment switches off nothing
    ///
    /// ## Why is this bad?
    /// A comment that outlives its finding will hide the next one, and nobody notices.
    ///
    /// ## Bad
    /// ```yaml
    /// # plimsoll: ignore[needs-cycle] the jobs were reordered long ago
    /// on: push
    /// permissions: {}
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     timeout-minutes: 5
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Delete the comment, or correct the rule's name in it.
    "unused-suppression",
    group: Hygiene,
    since: "0.1.0",
    severity: Warning,
    fixable: Safe,
    // The engine calls `findings` itself: only it knows which comments were of use.
    checks: [File(nothing)],
}

fn nothing(_: &SourceFile, _: &mut Reporter<'_>) {}

/// Makes the findings for the comments that were of no use.
pub(super) fn findings<'file>(file: &'file SourceFile, reading: &'file Reading<'file>, unused: &[(&Comment, Suppression)], choice: &Choice) -> Vec<Finding> {
    let mut reporter = Reporter::new(&RULE, file, reading);
    for (comment, suppression) in unused {
        match suppression.unknown_name() {
            Some(name) => reporter.report(comment.span, format!("this comment names `{name}`, which is no rule")),
            None => {
                let draft = reporter.layout().remove_comment(comment.span);
                reporter
                    .report(comment.span, format!("this comment switches off nothing: no finding of {} here", suppression.names()))
                    .fix(Safety::Safe, "delete the comment", Some(draft))
            }
        };
    }
    let mut findings = reporter.into_findings();
    findings.retain(|finding| finding.persona <= choice.persona);
    findings
}
