//! See the rule's documentation below.

use super::artifact_may_be_empty::upload_without;
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
    if let Some(uses) = upload_without("retention-days", place.step) {
        reporter
            .report(uses.span, "the artifact is kept as long as the repository's settings say")
            .help("set `retention-days` under `with`");
    }
}
