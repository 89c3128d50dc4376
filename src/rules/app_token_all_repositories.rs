//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;

declare_rule! {
    /// The token of a GitHub App reaches all repositories of an owner
    ///
    /// ## Why is this bad?
    /// Whoever gets hold of the token reaches every repository that the app is installed in.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/create-github-app-token@v2
    ///   with:
    ///     app-id: ${{ vars.APP_ID }}
    ///     private-key: ${{ secrets.APP_KEY }}
    ///     permission-contents: read
    ///     owner: ${{ github.repository_owner }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/create-github-app-token@v2
    ///   with:
    ///     app-id: ${{ vars.APP_ID }}
    ///     private-key: ${{ secrets.APP_KEY }}
    ///     permission-contents: read
    ///     owner: ${{ github.repository_owner }}
    ///     repositories: docs
    /// ```
    ///
    /// ## How to fix
    /// Name the repositories in `repositories`, or leave out `owner` for this repository alone.
    "app-token-all-repositories",
    group: Permissions,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["github-app"], "ghalint": ["github_app_should_limit_repositories"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    let Some(uses) = step.uses() else { return };
    let unlimited = if step.is_action("actions/create-github-app-token") {
        step.input("owner").is_some() && step.input("repositories").is_none()
    } else {
        step.is_action("tibdex/github-app-token") && step.input("repositories").is_none()
    };
    if unlimited {
        let span = step.input("owner").map_or(uses.span, |owner| owner.span);
        reporter
            .report(span, "this token reaches all repositories of the owner")
            .help("name the repositories in `repositories`");
    }
}
