//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{MismatchKind, Site};

declare_rule! {
    /// A value in an expression is read as something that it is not
    ///
    /// ## Why is this bad?
    /// GitHub gives nothing, without any message: a string has no properties, an array has no
    /// names, and functions take nothing out of an object.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo ${{ github.repository.owner }}
    /// - if: contains(github.event, 'push')
    ///   run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo ${{ github.repository_owner }}
    /// - if: contains(github.event_name, 'push')
    ///   run: make
    /// ```
    ///
    /// ## How to fix
    /// Name the value that is meant: `.*.name` reads a property of every element of an array.
    "type-mismatch",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    reporter.report_mismatches(site, MismatchKind::Type);
}
