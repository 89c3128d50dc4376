//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{ContextUse, Expr, Function, Literal, Site};
use crate::model::finding::Severity;

declare_rule! {
    /// `contains` looks for a part of a text where an element of a list is meant
    ///
    /// ## Why is this bad?
    /// In a text, `contains` finds any part: a branch named `mai`, or an empty name, passes
    /// `contains('main prod', github.ref_name)`.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: contains('refs/heads/main refs/heads/prod', github.ref)
    ///   run: make deploy
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - if: contains(fromJSON('["refs/heads/main", "refs/heads/prod"]'), github.ref)
    ///   run: make deploy
    /// ```
    ///
    /// ## How to fix
    /// Make it a list with `fromJSON('[…]')`, or compare with `==`.
    "unsound-contains",
    group: Injection,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["unsound-contains"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    if !site.key.is_condition() {
        return;
    }
    site.calls(&mut |part, call| {
        let (Function::Contains, [list, value]) = (call.func, call.args.as_slice()) else { return };
        let Expr::Literal(Literal::String(text)) = &list.inner else { return };
        let range = site.range_of(value);
        let Some(used) = site.contexts.iter().find(|used| used.range == range) else { return };
        let span = reporter.inside(site.text, site.range_of(part));
        let separator: fn(char) -> bool = |character| character.is_whitespace() || character == ',';
        let items: Vec<String> = text.split(separator).filter(|item| !item.is_empty()).map(|item| format!("\"{item}\"")).collect();
        let report = reporter
            .report(span, format!("any part of '{text}' passes for `{}`", used.dotted()))
            .help(format!("write contains(fromJSON('[{}]'), {})", items.join(", "), used.dotted()));
        if !is_of_outsiders(used) {
            report.severity(Severity::Info);
        }
    });
}

fn is_of_outsiders(used: &ContextUse<'_>) -> bool {
    let names = ["actor", "base_ref", "head_ref", "ref", "ref_name", "triggering_actor"];
    names.iter().any(|name| {
        used.is_path(&["github", name]) || used.is_path(&["env", &format!("GITHUB_{}", name.to_uppercase())])
    })
}
