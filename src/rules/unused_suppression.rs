//! See the rule's documentation below.

use super::engine::fingerprint_alone;
use super::reading::Reading;
use super::reporter::Reporter;
use super::suppression::Suppression;
use super::{Choice, declare_rule};
use crate::model::excerpt::Excerpt;
use crate::model::finding::{Finding, Region, Safety};
use crate::model::place::Position;
use crate::model::source_file::SourceFile;

declare_rule! {
    /// A suppression switches off nothing
    ///
    /// ## Why is this bad?
    /// A suppression that outlives its finding will hide the next one, and nobody notices.
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
    /// Delete the comment, or correct the rule's name in it. The same goes for what `plimsoll.yml` lists
    /// under `lint.suppress`, which is looked at when the whole repository is linted.
    "unused-suppression",
    group: Hygiene,
    since: "0.1.0",
    severity: Warning,
    fixable: Safe,
    // The engine calls `findings` itself: only it knows which comments were of use.
    checks: [Yaml(nothing)],
}

fn nothing(_: &SourceFile, _: &mut Reporter<'_>) {}

/// Makes the findings for the suppressions that were of no use.
pub(super) fn findings<'file>(
    file: &'file SourceFile,
    reading: &'file Reading<'file>,
    unused: &[&Suppression],
    choice: &Choice,
) -> Vec<Finding> {
    let mut reporter = Reporter::new(&RULE, file, reading, choice.persona);
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

/// Makes the finding for a suppression of the configuration that was of no use, given where it is
/// written and the text of that line.
pub fn unused_setting(file: &str, position: Position, line: &str) -> Finding {
    let end = Position { column: line.trim_end().chars().count() + 1, ..position };
    let message = "this suppression switches off nothing: no finding is like that";
    let mut finding = Finding {
        rule: RULE.id,
        group: RULE.group.name(),
        severity: RULE.severity,
        confidence: RULE.confidence,
        persona: RULE.persona,
        region: Region { path: file.to_owned(), start: position, end: end.max(position) },
        line: Excerpt::around(line, 0, 1),
        message: message.to_owned(),
        notes: Vec::new(),
        help: Some("delete it, or correct its rules, paths and message".to_owned()),
        related: Vec::new(),
        fix: None,
        fingerprint: String::new(),
        suppressed: None,
    };
    finding.fingerprint = fingerprint_alone(&finding, line);
    finding
}
