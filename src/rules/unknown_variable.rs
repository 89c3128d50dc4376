//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::unknown_property::report;
use super::unknown_secret::is_started_here;
use crate::expressions::Site;

declare_rule! {
    /// A configuration variable is none that the repository has
    ///
    /// ## Why is this bad?
    /// The value is always empty, without any message. The names of the variables stand nowhere in the
    /// repository, so nothing is told until `plimsoll.yml` lists them under `lint.known.variables`.
    ///
    /// ## Bad
    /// ```yaml
    /// # known: {variables: [REGION]}
    /// on: push
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make deploy
    ///         env:
    ///           REGION: ${{ vars.REGOIN }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # known: {variables: [REGION]}
    /// on: push
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make deploy
    ///         env:
    ///           REGION: ${{ vars.REGION }}
    /// ```
    ///
    /// ## How to fix
    /// Correct the name, or add the variable to the list.
    "unknown-variable",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let Some(names) = &reporter.surroundings().declared.variables else { return };
    if !reporter.file().workflow().is_some_and(is_started_here) {
        return;
    }
    for used in site.contexts.iter().filter(|used| used.is("vars")) {
        let Some(name) = used.name(1) else { continue };
        if !names.contains(&name.to_uppercase()) {
            let known: Vec<&str> = names.iter().map(String::as_str).collect();
            report(site, used, 1, &known, reporter);
        }
    }
}
