//! See the rule's documentation below.

use super::reporter::Reporter;
use super::token_needs::of_step;
use super::{StepPlace, declare_rule};
use crate::knowledge::permission_needs::Permission;

declare_rule! {
    /// A step needs a permission that its job's token does not have
    ///
    /// ## Why is this bad?
    /// The step fails when it runs, often only on the default branch or at a release. As soon as
    /// `permissions` names one scope, all that are not named have none.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// permissions:
    ///   contents: read
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/deploy-pages@v4
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// permissions:
    ///   contents: read
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     permissions:
    ///       pages: write
    ///       id-token: write
    ///     steps:
    ///       - uses: actions/deploy-pages@v4
    /// ```
    ///
    /// ## How to fix
    /// Grant the permission to the job that needs it, and to that job alone.
    "permission-missing",
    group: Permissions,
    since: "0.1.0",
    severity: Warning,
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some((workflow, job)) = place.job() else { return };
    // What the repository grants by default is not known.
    let Some(granted) = job.permissions.as_ref().or(workflow.permissions.as_ref()) else { return };
    let word = |(scope, level): &Permission| format!("`{scope}: {}`", level.word());
    for need in of_step(place, reporter) {
        let missing = need.missing(|scope| granted.grant(scope)).into_iter();
        let named = missing.map(|alternatives| alternatives.iter().map(word).collect::<Vec<_>>().join(" or "));
        let named: Vec<String> = named.collect();
        if !named.is_empty() {
            let (what, named) = (need.name(), named.join(" and "));
            reporter
                .report(need.span, format!("`{what}` needs {named}, which the job's token is not granted"))
                .related(granted.key, "the token's permissions are stated here");
        }
    }
}
