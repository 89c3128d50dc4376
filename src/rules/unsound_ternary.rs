//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{BinExpr, BinOp, Expr, Site};

declare_rule! {
    /// `a && b || c` never yields `b`, since `b` is false
    ///
    /// ## Why is this bad?
    /// `&&` and `||` stand in for a ternary only when the middle is true: with `''`, `0` or `false`
    /// there, the result is always the last value.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: make
    ///   env:
    ///     FLAGS: ${{ github.ref_name == 'main' && '' || '--debug' }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: make
    ///   env:
    ///     FLAGS: ${{ github.ref_name != 'main' && '--debug' || '' }}
    /// ```
    ///
    /// ## How to fix
    /// Turn the condition round, or use `case(condition, value, otherwise)`.
    "unsound-ternary",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["unsound-ternary"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    site.walk(&mut |part| {
        let Expr::BinExpr(BinExpr { lhs, op: BinOp::Or, rhs }) = &part.inner else { return };
        let Expr::BinExpr(BinExpr { lhs: condition, op: BinOp::And, rhs: middle }) = &lhs.inner else { return };
        let falsy = middle.consteval().is_some_and(|value| !value.as_boolean());
        if falsy && condition.consteval().is_none() && middle.inner != rhs.inner {
            let span = reporter.inside(site.text, site.range_of(middle));
            reporter
                .report(span, "this value is false, so the result is always the one behind `||`")
                .help("turn the condition round, or write `case(condition, value, otherwise)`");
        }
    });
}
