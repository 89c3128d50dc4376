//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::source_file::SourceFile;

declare_rule! {
    /// Every run writes a debug log
    ///
    /// ## Why is this bad?
    /// `ACTIONS_STEP_DEBUG` and `ACTIONS_RUNNER_DEBUG` make the log many times as long, and it may show what should
    /// stay hidden.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// env:
    ///   ACTIONS_STEP_DEBUG: true
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// env:
    ///   LOG_LEVEL: debug
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Delete the variable. To see more of one run, start it again with debug logging.
    "debug-enabled",
    group: Secrets,
    since: "0.1.0",
    severity: Info,
    peers: { "poutine": ["debug_enabled"] },
    checks: [File(check)],
}

/// The variables that ask for it.
const VARIABLES: &[&str] = &["ACTIONS_STEP_DEBUG", "ACTIONS_RUNNER_DEBUG"];

fn check(_: &SourceFile, reporter: &mut Reporter<'_>) {
    let workflow = reporter.file().workflow();
    let of_workflow = workflow.into_iter().map(|workflow| &workflow.env);
    let of_jobs = workflow.into_iter().flat_map(|workflow| &workflow.jobs).map(|job| &job.env);
    let of_steps = reporter.steps().iter().map(|place| &place.step.env);
    for (name, value) in of_workflow.chain(of_jobs).chain(of_steps).flatten() {
        if VARIABLES.contains(&name.value.to_ascii_uppercase().as_str()) && value.value == "true" {
            reporter.report(name.span, format!("`{}` makes every run write a debug log", name.value));
        }
    }
}
