//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;

declare_rule! {
    /// The token of a GitHub App outlives the job
    ///
    /// ## Why is this bad?
    /// With `skip-token-revoke` the token stays good for an hour, for whoever has got hold of it.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/create-github-app-token@v2
    ///   with:
    ///     app-id: ${{ vars.APP_ID }}
    ///     private-key: ${{ secrets.APP_KEY }}
    ///     permission-contents: read
    ///     skip-token-revoke: true
    /// ```
    ///
    /// ## How to fix
    /// Delete the input.
    "app-token-no-revoke",
    group: Permissions,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["github-app"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    let input = if step.is_action("actions/create-github-app-token") { "skip-token-revoke" } else { return };
    if let Some(value) = step.input(input).filter(|value| value.value != "false") {
        reporter.report(value.span, "this token stays good after the job").help("delete `skip-token-revoke`");
    }
}
