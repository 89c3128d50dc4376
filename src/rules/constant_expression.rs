//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{Expr, Function, Literal, Site};
use crate::model::finding::Persona;

declare_rule! {
    /// An expression always has the same value
    ///
    /// ## Why is this bad?
    /// It hides what is meant: the reader looks for what can change, and nothing can.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: make
    ///   env:
    ///     RELEASE: ${{ 'true' }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: make
    ///   env:
    ///     RELEASE: "true"
    /// ```
    ///
    /// ## How to fix
    /// Write the value.
    "constant-expression",
    group: Expressions,
    since: "0.1.0",
    severity: Info,
    peers: { "zizmor": ["obfuscation"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let Some(expression) = site.expression() else { return };
    if site.key.is_condition() {
        return;
    }
    if matches!(expression.inner, Expr::Literal(Literal::String(_)))
        || (!expression.is_literal() && expression.consteval().is_some())
    {
        let span = reporter.inside(site.text, site.outer.clone());
        reporter.report(span, "this expression always has the same value").help("write the value itself");
        return;
    }
    for (part, _) in expression.consteval_subexprs() {
        // An empty list or object has no other way to be written.
        if matches!(&part.inner, Expr::Call(call) if call.func == Function::FromJSON) {
            continue;
        }
        let span = reporter.inside(site.text, site.range_of(part));
        reporter.report(span, "this part of the expression always has the same value").persona(Persona::Pedantic);
    }
}
