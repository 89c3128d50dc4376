//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::model::workflow::Step;
use crate::model::yaml::Text;

declare_rule! {
    /// A missing file is no failure of an upload
    ///
    /// ## Why is this bad?
    /// When the path of an artifact matches no file, the step warns and passes. What was to be kept is missed
    /// when somebody needs it.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/upload-artifact@v6
    ///   with:
    ///     name: program
    ///     path: out/program
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/upload-artifact@v6
    ///   with:
    ///     name: program
    ///     path: out/program
    ///     if-no-files-found: error
    /// ```
    ///
    /// ## How to fix
    /// Set `if-no-files-found` to `error`, or to `ignore` where nothing may be there.
    "artifact-may-be-empty",
    group: Reliability,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    if let Some(uses) = upload_without("if-no-files-found", place.step) {
        reporter
            .report(uses.span, "the step passes although there is nothing to upload")
            .help("set `if-no-files-found: error` under `with`");
    }
}

/// Returns the action of a step that uploads an artifact and leaves an input away.
pub(super) fn upload_without<'step>(input: &str, step: &'step Step) -> Option<&'step Text> {
    let is_upload = step.is_action("actions/upload-artifact") && !step.never_runs();
    step.uses().filter(|_| is_upload && step.input(input).is_none())
}
