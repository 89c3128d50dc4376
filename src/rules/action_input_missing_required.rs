//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::model::yaml::{Node, Text};

declare_rule! {
    /// An action is not given an input that it requires
    ///
    /// ## Why is this bad?
    /// GitHub does not check it; the action starts without the value, and fails or does something
    /// else than is meant.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/cache@v4
    ///   with:
    ///     path: ~/.cargo
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/cache@v4
    ///   with:
    ///     path: ~/.cargo
    ///     key: cargo-${{ hashFiles('Cargo.lock') }}
    /// ```
    ///
    /// ## How to fix
    /// Give the input under `with`. An input that has a default is not required, whatever its
    /// manifest says.
    "action-input-missing-required",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["action"], "github": ["languageservice"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    let Some((uses, interface)) = step.uses().zip(reporter.interface(step)) else { return };
    // What an expression stands for is not known.
    if step.node.get("with").and_then(Node::text).is_some_and(Text::has_expression) {
        return;
    }
    let missing = interface.inputs.values().filter(|input| input.must_be_given && step.input(&input.name).is_none());
    let names: Vec<String> = missing.map(|input| format!("`{}`", input.name)).collect();
    if !names.is_empty() {
        let confidence = Reporter::certainty(step);
        let message = format!("the action requires the input {}", names.join(" and "));
        reporter.report(uses.span, message).confidence(confidence);
    }
}
