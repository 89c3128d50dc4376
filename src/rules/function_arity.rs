//! See the rule's documentation below.

use super::declare_rule;
use super::expression_syntax::report_fault;
use super::reporter::Reporter;
use crate::expressions::{FaultKind, Site};
use crate::knowledge::contexts::Key;

declare_rule! {
    /// A function gets too few or too many arguments
    ///
    /// ## Why is this bad?
    /// GitHub refuses the whole file, so none of its jobs run.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: startsWith('refs/tags/')
    ///   run: make release
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - if: startsWith(github.ref, 'refs/tags/')
    ///   run: make release
    /// ```
    ///
    /// ## How to fix
    /// Give the arguments that the message names. `case()` takes pairs of a predicate and a
    /// value, and a default at the end.
    "function-arity",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"], "github": ["parser"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    // A job may ask for the status of some of its needs: `success('build', 'test')`.
    let asks_needs = |name: &str| site.source().to_ascii_lowercase().contains(&format!("{name}('"));
    if site.key == Key::JobIf && (asks_needs("success") || asks_needs("failure")) {
        return;
    }
    report_fault(site, FaultKind::Arity, reporter);
}
