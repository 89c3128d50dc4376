//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{Expr, Function, Literal, Site};

declare_rule! {
    /// The text given to `fromJSON` is not JSON
    ///
    /// ## Why is this bad?
    /// GitHub stops the job with an error when it gets there.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: contains(fromJSON('["main", "prod"'), github.ref_name)
    ///   run: make deploy
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - if: contains(fromJSON('["main", "prod"]'), github.ref_name)
    ///   run: make deploy
    /// ```
    ///
    /// ## How to fix
    /// Correct the JSON: texts and names are in double quotes, and nothing follows the last element.
    "invalid-json",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    site.calls(&mut |_, call| {
        let (Function::FromJSON, Some(argument)) = (call.func, call.args.first()) else { return };
        let Expr::Literal(Literal::String(json)) = &argument.inner else { return };
        if let Err(error) = serde_json::from_str::<serde_json::Value>(json) {
            let span = reporter.inside(site.text, site.range_of(argument));
            reporter.report(span, "this is not JSON").note(error.to_string());
        }
    });
}
