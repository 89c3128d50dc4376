//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{BinExpr, BinOp, Expr, Site, SpannedExpr, UnOp};

declare_rule! {
    /// A condition always has the same value
    ///
    /// ## Why is this bad?
    /// `if: false` is mostly left over from a search for a defect, and hides that something does not
    /// run; `if: true` says nothing. A text that is not empty counts as true, so `|| 'release'` makes
    /// the whole true.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: false
    ///   run: make test
    /// - if: github.event_name == 'push' || 'release'
    ///   run: make deploy
    /// ```
    ///
    /// ## How to fix
    /// Delete the condition, or the step; write every comparison out.
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
    let Some(value) = truth(expression) else { return };
    let span = reporter.inside(site.text, 0..site.text.value.trim_end().len());
    let message =
        if value { "this condition is always true" } else { "this never runs: its condition is always false" };
    let report = reporter.report(span, message);
    if expression.consteval().is_some() {
        report.help("delete the condition, or what it guards");
    } else {
        report
            .note("a part of it decides alone, since a text that is not empty counts as true")
            .help("write every comparison out: `a == 'x' || a == 'y'`");
    }
}

/// Tells whether a condition is true or false whatever the contexts hold, if it is.
fn truth(expression: &SpannedExpr<'_>) -> Option<bool> {
    if let Some(value) = expression.consteval() {
        return Some(value.as_boolean());
    }
    match &expression.inner {
        Expr::BinExpr(BinExpr { lhs, op: BinOp::And, rhs }) => match (truth(lhs), truth(rhs)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Expr::BinExpr(BinExpr { lhs, op: BinOp::Or, rhs }) => match (truth(lhs), truth(rhs)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Expr::UnExpr { op: UnOp::Not, expr } => truth(expr).map(|value| !value),
        Expr::Literal(_)
        | Expr::Star
        | Expr::Call(_)
        | Expr::Identifier(_)
        | Expr::Index(_)
        | Expr::Context(_)
        | Expr::BinExpr(_) => None,
    }
}
