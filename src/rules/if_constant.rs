//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{BinExpr, BinOp, Expr, Literal, Site, SpannedExpr, UnOp};
use crate::model::finding::Severity;

declare_rule! {
    /// A condition always has the same value
    ///
    /// ## Why is this bad?
    /// `if: false` is mostly left over from a search for a defect, and hides that something does not
    /// run; `if: true` says nothing. A text that is not empty counts as true, so `|| 'release'` makes
    /// the whole true. What the word `false` switches off is a notice.
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
    let decider = decider(expression);
    let report = reporter.report(span, message);
    // Nobody writes `false` without meaning to switch something off.
    let is_switch = matches!(decider.inner, Expr::Literal(Literal::Boolean(false)));
    let report = if is_switch { report.severity(Severity::Info) } else { report };
    if matches!(decider.inner, Expr::Literal(Literal::String(_))) && expression.consteval().is_none() {
        report
            .note("a part of it decides alone, since a text that is not empty counts as true")
            .help("write every comparison out: `a == 'x' || a == 'y'`");
    } else if expression.consteval().is_none() {
        report
            .note(format!("`{}` decides alone", decider.origin.raw))
            .help("delete the condition, or what it guards; or delete the part that decides alone");
    } else {
        report.help("delete the condition, or what it guards");
    }
}

/// Returns the part of a constant condition that makes it so.
fn decider<'part, 'file>(expression: &'part SpannedExpr<'file>) -> &'part SpannedExpr<'file> {
    match &expression.inner {
        Expr::BinExpr(BinExpr { lhs, op: op @ (BinOp::And | BinOp::Or), rhs }) => {
            let decides = |side: &SpannedExpr<'_>| truth(side) == Some(*op == BinOp::Or);
            if decides(rhs) && !decides(lhs) { decider(rhs) } else { decider(lhs) }
        }
        Expr::UnExpr { op: UnOp::Not, expr } => decider(expr),
        Expr::Literal(_)
        | Expr::Star
        | Expr::Call(_)
        | Expr::Identifier(_)
        | Expr::Index(_)
        | Expr::Context(_)
        | Expr::BinExpr(_) => expression,
    }
}

/// Tells whether a condition is true or false whatever the contexts hold, if it is.
fn truth(expression: &SpannedExpr<'_>) -> Option<bool> {
    match &expression.inner {
        Expr::BinExpr(BinExpr { lhs, op: op @ (BinOp::And | BinOp::Or), rhs }) => {
            // One side decides alone if it is what the operator looks for.
            let decisive = *op == BinOp::Or;
            match (truth(lhs), truth(rhs)) {
                (Some(value), _) | (_, Some(value)) if value == decisive => Some(decisive),
                (Some(_), Some(_)) => Some(!decisive),
                _ => None,
            }
        }
        Expr::UnExpr { op: UnOp::Not, expr } => truth(expr).map(|value| !value),
        Expr::Literal(_)
        | Expr::Star
        | Expr::Call(_)
        | Expr::Identifier(_)
        | Expr::Index(_)
        | Expr::Context(_)
        | Expr::BinExpr(_) => expression.consteval().map(|value| value.as_boolean()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_may_decide_alone() {
        let truth = |text: &str| truth(&Expr::parse(text).unwrap());
        assert_eq!(truth("a.b || 'x'"), Some(true));
        assert_eq!(truth("'x' || a.b"), Some(true));
        assert_eq!(truth("a.b && false"), Some(false));
        assert_eq!(truth("!(a.b && '')"), Some(true));
        assert_eq!(truth("true && 1 == 1"), Some(true));
        assert_eq!(truth("false || ''"), Some(false));
        assert_eq!(truth("a.b && 'x'"), None);
        assert_eq!(truth("a.b || false"), None);
    }

    #[test]
    fn what_decides_is_found() {
        let decider = |text: &str| decider(&Expr::parse(text).unwrap()).origin.raw.to_owned();
        for (condition, part) in [
            ("a.b || 'x'", "'x'"),
            ("false && !inputs.x", "false"),
            ("a.b && (c.d && false)", "false"),
            ("!(a.b && '')", "''"),
            ("false", "false"),
            ("a.b || 1 == 1", "1 == 1"),
        ] {
            assert_eq!(decider(condition), part, "{condition}");
        }
    }
}
