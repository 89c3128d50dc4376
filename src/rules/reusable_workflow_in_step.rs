//! See the rule's documentation below.

use crate::model::workflow::ActionReference;
use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A step uses a reusable workflow
    ///
    /// ## Why is this bad?
    /// Only a job can call a workflow. A step looks for an action in that place and fails.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: octo/ci/.github/workflows/test.yml@v1
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: octo/ci/.github/workflows/test.yml@v1
    /// ```
    ///
    /// ## How to fix
    /// Write `uses` in the job, in the place of `runs-on` and `steps`.
    "reusable-workflow-in-step",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "github": ["invalid-uses-format"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(uses) = place.step.uses() else { return };
    let path = match ActionReference::parse(&uses.value) {
        ActionReference::Repository(found) => found.path,
        ActionReference::Local(path) => path.trim_start_matches("./"),
        ActionReference::SelfRepository(path) => path,
        ActionReference::Docker(_) | ActionReference::Unknown => return,
    };
    let file = path.strip_prefix(".github/workflows/");
    let ending = file.and_then(|file| file.rsplit_once('.')).map(|(_, ending)| ending);
    if matches!(ending, Some("yml" | "yaml")) {
        reporter
            .report(uses.span, "a step cannot use a reusable workflow")
            .help("write `uses` in a job, in the place of `runs-on` and `steps`");
    }
}
