//! See the rule's documentation below.

use crate::model::workflow::Action;
use crate::model::yaml::{Node, Value};
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A deprecated input says nothing to its users
    ///
    /// ## Why is this bad?
    /// `deprecationMessage` is what a person sees who still uses the input. An empty one warns of nothing.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// inputs:
    ///   name:
    ///     description: Whom to greet
    ///     deprecationMessage: ""
    /// runs:
    ///   using: node24
    ///   main: index.js
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// inputs:
    ///   name:
    ///     description: Whom to greet
    ///     deprecationMessage: Use `whom`
    /// runs:
    ///   using: node24
    ///   main: index.js
    /// ```
    ///
    /// ## How to fix
    /// Name what to use, or delete the key.
    "action-deprecation-empty",
    group: Actions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["action"] },
    checks: [Action(check)],
}

fn check(action: &Action, reporter: &mut Reporter<'_>) {
    let inputs = action.node.get("inputs").map(Node::entries).unwrap_or_default();
    for message in inputs.iter().filter_map(|input| input.value.entry("deprecationMessage")) {
        let is_empty = match &message.value.value {
            Value::Scalar(text) => text.is_null() || text.value.trim().is_empty(),
            Value::Sequence(_) | Value::Mapping(_) => false,
        };
        if is_empty {
            reporter.report(message.key.span, "this `deprecationMessage` is empty");
        }
    }
}
