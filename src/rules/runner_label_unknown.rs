//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::runners as detectors;
use crate::knowledge::runners;
use crate::model::finding::Severity;
use crate::model::suggest;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A job asks for a runner label that GitHub does not host
    ///
    /// ## Why is this bad?
    /// A job whose label no runner has waits for a day and is then cancelled. Labels of your own
    /// runners and larger runners cannot be told from typing errors here: a label that is like none of
    /// GitHub's is only pointed out.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-20.04
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Correct the label, or name the labels of your own runners in `plimsoll.yml`, as patterns, under
    /// `lint.known.runner_labels`.
    "runner-label-unknown",
    group: Jobs,
    since: "0.1.0",
    severity: Warning,
    confidence: Medium,
    peers: { "actionlint": ["runner-label"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let is_own = detectors::is_self_hosted(job);
    for label in detectors::labels(job) {
        let name = label.value.as_str();
        if runners::is_known(name) || reporter.surroundings().declared.has_runner_label(name) {
            continue;
        }
        let hosted = runners::HOSTED.iter().copied();
        if runners::REMOVED.iter().any(|removed| removed.eq_ignore_ascii_case(name)) {
            let report =
                reporter.report(label.span, format!("GitHub has removed the runners with the label `{name}`"));
            if let Some(newer) = suggest::closest(name, hosted) {
                report.help(format!("take `{newer}` or a newer one"));
            }
            continue;
        }
        let meant = suggest::closest_within(MOST_MISTYPED, name, hosted);
        let help = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "if it is one of your own, name it in `plimsoll.yml` under `lint.known.runner_labels`".to_owned(),
        };
        let report =
            reporter.report(label.span, format!("`{name}` is no label that GitHub gives to its runners")).help(help);
        // Most names that are like none of GitHub's are somebody's own.
        if is_own || meant.is_none() {
            report.severity(Severity::Info);
        }
    }
}

/// How many characters of a label may be mistyped.
const MOST_MISTYPED: usize = 2;
