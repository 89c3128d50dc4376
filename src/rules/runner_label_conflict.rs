//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::runners as detectors;
use crate::knowledge::runners;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A job asks for a runner with two operating systems
    ///
    /// ## Why is this bad?
    /// A runner must have every label, and none has both: the job waits for a day and is then
    /// cancelled.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: [ubuntu-latest, windows-latest]
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     strategy:
    ///       matrix:
    ///         os: [ubuntu-latest, windows-latest]
    ///     runs-on: ${{ matrix.os }}
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Use a matrix to run the job on each of them.
    "runner-label-conflict",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["runner-label"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some(runs_on) = job.runs_on.as_ref() else { return };
    let fixed = runs_on.labels.iter().find_map(|label| Some((label, runners::system(&label.value)?)));
    let Some((first, system)) = fixed else { return };
    for label in detectors::labels(job) {
        if runners::system(&label.value).is_some_and(|other| other != system) {
            reporter
                .report(label.span, format!("no runner is both `{}` and `{}`", first.value, label.value))
                .related(first.span, "the other label is here")
                .help("use a matrix to run the job on each of them");
        }
    }
}
