//! See the rule's documentation below.

use super::declare_rule;
use super::expression_syntax::report_fault;
use super::reporter::Reporter;
use crate::expressions::{FaultKind, Site};

declare_rule! {
    /// An expression calls a function that does not exist
    ///
    /// ## Why is this bad?
    /// GitHub refuses the whole file, so none of its jobs run.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: startWith(github.ref, 'refs/tags/')
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
    /// Call one of `always`, `cancelled`, `case`, `contains`, `endsWith`, `failure`, `format`,
    /// `fromJSON`, `hashFiles`, `join`, `startsWith`, `success` and `toJSON`.
    "unknown-function",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"], "github": ["parser"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    report_fault(site, FaultKind::UnknownFunction, reporter);
}
