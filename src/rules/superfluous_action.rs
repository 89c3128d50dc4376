//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;
use crate::knowledge::actions;
use crate::model::workflow::ActionReference;

declare_rule! {
    /// An action does what a tool on the runner does
    ///
    /// ## Why is this bad?
    /// Every action is code of others that has to be trusted, pinned and updated. GitHub's runners
    /// hold `gh`, `docker`, `rustup` and others that do the same in one line.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: softprops/action-gh-release@v2
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: gh release create "$GITHUB_REF_NAME" dist/*
    ///   env:
    ///     GH_TOKEN: ${{ github.token }}
    /// ```
    ///
    /// ## How to fix
    /// Use the tool in a script.
    "superfluous-action",
    group: SupplyChain,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    peers: { "zizmor": ["superfluous-actions"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(uses) = place.step.uses() else { return };
    let Some(ActionReference::Repository(reference)) = place.step.reference() else { return };
    if let Some(instead) = actions::superfluous(&reference.name()) {
        reporter
            .report(uses.span, format!("`{}` does what a tool on the runner does", reference.name()))
            .help(format!("use {instead} in a script"));
    }
}
