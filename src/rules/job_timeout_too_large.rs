//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::runners::is_self_hosted;
use crate::knowledge::runners;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A time limit is longer than GitHub lets a job run
    ///
    /// ## Why is this bad?
    /// A job on a runner of GitHub's ends after 360 minutes, so a longer limit limits nothing.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     timeout-minutes: 600
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
    ///     timeout-minutes: 30
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Set it to two or three times what the job usually takes.
    "job-timeout-too-large",
    group: Reliability,
    since: "0.1.0",
    severity: Info,
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some(timeout) = &job.timeout else { return };
    let Some(runs_on) = job.runs_on.as_ref().filter(|runs_on| runs_on.group.is_none()) else { return };
    let Some(label) = runs_on.labels.iter().find(|label| runners::is_hosted(&label.value)) else { return };
    let most = runners::most_minutes(&label.value);
    let is_too_long = timeout.value.parse::<f64>().is_ok_and(|minutes| minutes > most);
    if is_too_long && !is_self_hosted(job) {
        reporter
            .report(timeout.span, format!("GitHub ends the job after {most} minutes, whatever this says"))
            .help("set it to two or three times what the job usually takes");
    }
}
