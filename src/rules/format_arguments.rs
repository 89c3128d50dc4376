//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{Expr, Function, Literal, Site};
use crate::model::finding::Severity;

declare_rule! {
    /// The placeholders of `format` and its arguments do not match
    ///
    /// ## Why is this bad?
    /// GitHub stops with an error where an argument is missing, and drops one that has no
    /// placeholder.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo ${{ format('{0} {1}', github.actor) }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo ${{ format('{0} {1}', github.actor, github.sha) }}
    /// ```
    ///
    /// ## How to fix
    /// Give one argument for each placeholder, counted from `{0}`; braces are doubled: `{{`, `}}`.
    "format-arguments",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"], "github": ["format-arg-count-mismatch"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    site.calls(&mut |part, call| {
        let (Function::Format, Some((pattern, values))) = (call.func, call.args.split_first()) else { return };
        let Expr::Literal(Literal::String(text)) = &pattern.inner else { return };
        let used = placeholders(text);
        let span = reporter.inside(site.text, site.range_of(part));
        if let Some(missing) = used.iter().find(|number| **number >= values.len()) {
            reporter.report(span, format!("there is no argument for `{{{missing}}}`"));
        }
        for (number, value) in values.iter().enumerate().filter(|(number, _)| !used.contains(number)) {
            let span = reporter.inside(site.text, site.range_of(value));
            reporter.report(span, format!("this argument is dropped: there is no `{{{number}}}`")).severity(Severity::Warning);
        }
    });
}

/// Returns the numbers of the placeholders in a format; doubled braces are texts.
fn placeholders(text: &str) -> Vec<usize> {
    let plain = text.replace("{{", "").replace("}}", "");
    let inner = plain.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    inner.filter_map(|(number, _)| number.trim().parse().ok()).collect()
}
