//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::knowledge::action_interfaces::{owners_of, repositories_of};
use crate::model::finding::Safety;
use crate::model::suggest::is_one_edit_away;
use crate::model::workflow::ActionReference;

declare_rule! {
    /// An action's owner is one letter away from that of a widely used one
    ///
    /// ## Why is this bad?
    /// Whoever registers such a name runs code in every workflow that has the slip, and where nobody can, the
    /// job fails.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: action/checkout@v4
    /// - uses: actions/checkot@v4
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@v4
    /// - uses: actions/checkout@v4
    /// ```
    ///
    /// ## How to fix
    /// Write the name of the action that is meant.
    "typosquat-action",
    group: SupplyChain,
    since: "0.1.0",
    severity: Error,
    confidence: Medium,
    fixable: Unsafe,
    peers: { "zizmor": ["typosquat-uses"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(uses) = place.step.uses() else { return };
    let ActionReference::Repository(reference) = ActionReference::parse(&uses.value) else { return };
    let owner = reference.owner.to_ascii_lowercase();
    if owners_of(reference.repository).any(|known| known == owner) {
        return;
    }
    let repository = reference.repository.to_ascii_lowercase();
    if let Some(meant) = repositories_of(&owner).find(|known| is_one_edit_away(known, &repository)) {
        let start = uses.value.len() - uses.value.trim_start().len() + owner.len() + 1;
        let draft = reporter.rewrite(uses, vec![(start..start + repository.len(), meant.to_owned())]);
        reporter
            .report(uses.span, format!("`{owner}/{}` is not the widely used `{owner}/{meant}`", reference.repository))
            .fix(Safety::Unsafe, format!("use `{owner}/{meant}`"), draft);
        return;
    }
    let Some(meant) = owners_of(reference.repository).find(|known| is_one_edit_away(known, &owner)) else { return };
    let start = uses.value.len() - uses.value.trim_start().len();
    let draft = reporter.rewrite(uses, vec![(start..start + reference.owner.len(), meant.to_owned())]);
    let name = format!("{}/{}", reference.owner, reference.repository);
    reporter
        .report(uses.span, format!("`{name}` is not the widely used `{meant}/{}`", reference.repository))
        .fix(Safety::Unsafe, format!("use that of `{meant}`"), draft);
}
