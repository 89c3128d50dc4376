//! See the rule's documentation below.

use super::reading::Reading;
use super::reporter::Reporter;
use super::suppression::Suppression;
use super::{Choice, declare_rule};
use crate::model::finding::{Finding, Safety};
use crate::model::source_file::SourceFile;

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

/// Makes the findings for the suppressions that were of no use.
pub(super) fn findings<'file>(
    file: &'file SourceFile,
    reading: &'file Reading<'file>,
    unused: &[&Suppression],
    choice: &Choice,
) -> Vec<Finding> {
    let mut reporter = Reporter::new(&RULE, file, reading);
    for suppression in unused.iter().filter(|_| choice.takes(&RULE)) {
        let span = suppression.span;
        if let Some(name) = suppression.unknown_name() {
            reporter.report(span, format!("this comment names `{name}`, which is no rule"));
            continue;
        }
        let draft = suppression.is_whole_comment.then(|| reporter.layout().remove_comment(span));
        reporter
            .report(span, format!("this comment switches off nothing: no finding of {} here", suppression.names()))
            .fix(Safety::Safe, "delete the comment", draft);
    }
    reporter.into_findings()
}
