//! See the rule's documentation below.

use crate::model::workflow::{Action, Runs};
use crate::model::yaml::{Node, Value};
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// An output of an action has no value, or one that is ignored
    ///
    /// ## Why is this bad?
    /// An output of a composite action without `value` is always empty. A Docker or JavaScript action sets its
    /// outputs while it runs, and `value` means nothing there.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Measure
    /// description: Measures
    /// outputs:
    ///   size:
    ///     description: How large
    /// runs:
    ///   using: composite
    ///   steps:
    ///     - id: measure
    ///       run: echo "size=$(du -s)" >> "$GITHUB_OUTPUT"
    ///       shell: bash
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// name: Measure
    /// description: Measures
    /// outputs:
    ///   size:
    ///     description: How large
    ///     value: ${{ steps.measure.outputs.size }}
    /// runs:
    ///   using: composite
    ///   steps:
    ///     - id: measure
    ///       run: echo "size=$(du -s)" >> "$GITHUB_OUTPUT"
    ///       shell: bash
    /// ```
    ///
    /// ## How to fix
    /// Give the outputs of a composite action a `value`, and those of other actions none.
    "action-output-value",
    group: Actions,
    since: "0.1.0",
    severity: Warning,
    checks: [Action(check)],
}

fn check(action: &Action, reporter: &mut Reporter<'_>) {
    if action.using.is_none() {
        return;
    }
    let outputs = action.node.get("outputs").map(Node::entries).unwrap_or_default();
    for output in outputs.iter().filter(|output| matches!(output.value.value, Value::Mapping(_))) {
        let (name, value) = (&output.key, output.value.entry("value"));
        match (&action.runs, value) {
            (Runs::Composite(_), None) => {
                reporter.report(name.span, format!("the output `{}` has no `value`, so it is always empty", name.value));
            }
            (Runs::Docker { .. } | Runs::Other, Some(value)) => {
                reporter
                    .report(value.key.span, format!("the `value` of `{}` is ignored", name.value))
                    .note("only a composite action gives its outputs a value here");
            }
            (Runs::Composite(_), Some(_)) | (Runs::Docker { .. } | Runs::Other, None) => {}
        }
    }
}
