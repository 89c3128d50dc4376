//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{Expr, Site, SpannedExpr, UnOp};
use crate::model::workflow::Action;

declare_rule! {
    /// A condition asks whether something is true that always counts as true
    ///
    /// ## Why is this bad?
    /// An object and an array count as true whatever they hold, and so does every text that is not
    /// empty: the inputs of an action are texts, so `'false'` counts as true.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: github.event
    ///   run: make
    /// - if: github.event.commits.*.id
    ///   run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - if: github.event.inputs.deploy == 'true'
    ///   run: make
    /// ```
    ///
    /// ## How to fix
    /// Compare: `inputs.deploy == 'true'`.
    "condition-type",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let Some(expression) = site.expression().filter(|_| site.key.is_condition() && !site.is_key) else { return };
    let whole = reporter.inference(site).map(|inference| &inference.whole);
    if let Some(kind) = whole.filter(|kind| kind.is_collection() && is_always_there(expression)) {
        let span = reporter.inside(site.text, site.range_of(expression));
        reporter.report(span, format!("{} counts as true whatever it holds", kind.name()));
    } else if let Some(name) = switch(expression, site, reporter) {
        let span = reporter.inside(site.text, site.range_of(expression));
        reporter
            .report(span, format!("the input `{name}` is a text, and `'false'` counts as true"))
            .help(format!("write `inputs.{name} == 'true'`"));
    }
}

/// Tells whether what yields an object or an array cannot yield null instead: what a function makes, a whole
/// context, and what `*` collects. A part of a context is often asked for because it may be missing.
fn is_always_there(expression: &SpannedExpr<'_>) -> bool {
    match &expression.inner {
        Expr::Call(_) => true,
        Expr::Context(context) => {
            let is_event = expression.origin.raw.eq_ignore_ascii_case("github.event");
            context.parts.len() == 1 || is_event || context.parts.iter().any(|part| matches!(part.inner, Expr::Star))
        }
        Expr::Literal(_)
        | Expr::Star
        | Expr::Identifier(_)
        | Expr::Index(_)
        | Expr::BinExpr(_)
        | Expr::UnExpr { .. } => false,
    }
}

/// Returns the input of an action that a condition is about, if its default shows that it is meant to be
/// true or false.
fn switch<'site>(expression: &'site SpannedExpr<'_>, site: &'site Site<'_>, reporter: &Reporter<'_>) -> Option<&'site str> {
    let action = reporter.file().action()?;
    let inner = if let Expr::UnExpr { op: UnOp::Not, expr } = &expression.inner { expr } else { expression };
    let range = site.range_of(inner);
    let used = site.contexts.iter().find(|used| used.range == range && used.is("inputs") && used.parts.len() == 2)?;
    used.name(1).filter(|name| is_switch(action, name))
}

fn is_switch(action: &Action, name: &str) -> bool {
    let input = action.inputs.iter().find(|input| input.name.value.eq_ignore_ascii_case(name));
    let default = input.and_then(|input| input.default.as_ref());
    default.is_some_and(|default| matches!(default.value.to_ascii_lowercase().as_str(), "true" | "false"))
}
