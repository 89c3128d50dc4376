//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::Site;

declare_rule! {
    /// A condition always has the same value
    ///
    /// ## Why is this bad?
    /// `if: false` is mostly left over from a search for a defect, and hides that something does not
    /// run; `if: true` says nothing.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: false
    ///   run: make test
    /// ```
    ///
    /// ## How to fix
    /// Delete the condition, or the step.
    "if-constant",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["if-cond"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let whole = site.outer == (0..site.text.value.len());
    let Some(expression) = site.expression().filter(|_| site.key.is_condition() && whole && !site.is_key) else { return };
    if let Some(value) = expression.consteval() {
        let span = reporter.inside(site.text, 0..site.text.value.trim_end().len());
        let never = if value.as_boolean() { "this condition is always true" } else { "this never runs: its condition is always false" };
        reporter.report(span, never).help("delete the condition, or what it guards");
    }
}
