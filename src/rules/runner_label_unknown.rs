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
    /// runners and larger runners cannot be told from typing errors here.
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
        let removed = runners::REMOVED.iter().any(|removed| removed.eq_ignore_ascii_case(name));
        let message = if removed {
            format!("GitHub has removed the runners with the label `{name}`")
        } else {
            format!("`{name}` is no label of the runners that GitHub hosts")
        };
        let mut report = reporter.report(label.span, message);
        if is_own && !removed {
            report = report.severity(Severity::Info);
        }
        if let Some(meant) = suggest::closest(name, runners::HOSTED.iter().copied()) {
            report.help(format!("did you mean `{meant}`?"));
        }
    }
}
