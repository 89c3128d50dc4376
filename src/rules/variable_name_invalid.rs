//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{ContextUse, Site};

declare_rule! {
    /// An expression reads a configuration variable whose name GitHub does not allow
    ///
    /// ## Why is this bad?
    /// Nobody can create the variable, so the value is always empty.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: make deploy
    ///   env:
    ///     TARGET: ${{ vars.GITHUB_DEPLOY_TARGET }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: make deploy
    ///   env:
    ///     TARGET: ${{ vars.DEPLOY_TARGET }}
    /// ```
    ///
    /// ## How to fix
    /// Names have letters, digits and `_`, do not start with a digit, and not with `GITHUB_`.
    "variable-name-invalid",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    for used in site.contexts.iter().filter(|used| used.is("vars")) {
        check_use(site, used, reporter);
    }
}

fn check_use(site: &Site<'_>, used: &ContextUse<'_>, reporter: &mut Reporter<'_>) {
    let Some(name) = used.name(1) else { return };
    let why = if name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("github_")) {
        "names that start with `GITHUB_` are GitHub's own"
    } else if name.starts_with(|first: char| first.is_ascii_digit()) {
        "names do not start with a digit"
    } else if name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_') {
        return;
    } else {
        "names have letters, digits and `_` only"
    };
    let span = reporter.inside(site.text, used.ranges.get(1).unwrap_or(&used.range).clone());
    reporter.report(span, format!("there can be no variable `{name}`: {why}"));
}
