//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;
use crate::model::yaml::Node;

declare_rule! {
    /// All inputs of an action are computed at once
    ///
    /// ## Why is this bad?
    /// Neither people nor tools can see what the action is given.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/checkout@v4
    ///   with: ${{ fromJSON(vars.CHECKOUT_OPTIONS) }}
    /// ```
    ///
    /// ## How to fix
    /// Name the inputs.
    "with-is-expression",
    group: Expressions,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    peers: { "zizmor": ["obfuscation"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let with = place.step.node.get("with").and_then(Node::text);
    if let Some(text) = with.filter(|text| text.has_expression()) {
        reporter.report(text.span, "the inputs of this action are computed as a whole");
    }
}
