//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};

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
    let step = place.step;
    let is_upload = step.is_action("actions/upload-artifact");
    if is_upload && step.input("if-no-files-found").is_none() && !step.never_runs() {
        let span = step.uses().map_or(step.node.span, |uses| uses.span);
        reporter
            .report(span, "the step passes although there is nothing to upload")
            .help("set `if-no-files-found: error` under `with`");
    }
}
