//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};

declare_rule! {
    /// An artifact is kept as long as the settings say
    ///
    /// ## Why is this bad?
    /// GitHub keeps artifacts for 90 days unless told otherwise, and bills their storage for private repositories.
    /// Most are of no use once the run was looked at.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/upload-artifact@v6
    ///   with:
    ///     name: report
    ///     path: report.html
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/upload-artifact@v6
    ///   with:
    ///     name: report
    ///     path: report.html
    ///     retention-days: 14
    /// ```
    ///
    /// ## How to fix
    /// Set `retention-days`.
    "artifact-no-retention",
    group: Hygiene,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    let is_upload = step.is_action("actions/upload-artifact");
    if is_upload && step.input("retention-days").is_none() && !step.never_runs() {
        let span = step.uses().map_or(step.node.span, |uses| uses.span);
        reporter
            .report(span, "the artifact is kept as long as the repository's settings say")
            .help("set `retention-days` under `with`");
    }
}
