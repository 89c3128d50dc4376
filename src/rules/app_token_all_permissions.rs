//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;

declare_rule! {
    /// The token of a GitHub App has all permissions of the app
    ///
    /// ## Why is this bad?
    /// Whoever gets hold of the token can do everything the app may do, not only what the job needs.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/create-github-app-token@v2
    ///   with:
    ///     app-id: ${{ vars.APP_ID }}
    ///     private-key: ${{ secrets.APP_KEY }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/create-github-app-token@v2
    ///   with:
    ///     app-id: ${{ vars.APP_ID }}
    ///     private-key: ${{ secrets.APP_KEY }}
    ///     permission-contents: read
    /// ```
    ///
    /// ## How to fix
    /// Name the permissions that the job needs in `permission-<scope>`.
    "app-token-all-permissions",
    group: Permissions,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["github-app"], "ghalint": ["github_app_should_limit_permissions"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    let Some(uses) = step.uses() else { return };
    let limited = if step.is_action("actions/create-github-app-token") {
        step.with().iter().any(|(name, _)| name.value.to_ascii_lowercase().starts_with("permission-"))
    } else if step.is_action("tibdex/github-app-token") {
        step.input("permissions").is_some()
    } else {
        return;
    };
    if !limited && !step.with().is_empty() {
        reporter
            .report(uses.span, "this token gets all permissions of the app")
            .help("name what the job needs, such as `permission-contents: read`");
    }
}
