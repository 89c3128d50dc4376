//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{FaultKind, Site};

declare_rule! {
    /// A `${{ … }}` or an `if` is no expression
    ///
    /// ## Why is this bad?
    /// GitHub refuses the whole file, so none of its jobs run.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: github.ref == "refs/heads/main"
    ///   run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - if: github.ref == 'refs/heads/main'
    ///   run: make
    /// ```
    ///
    /// ## How to fix
    /// Strings are in single quotes, a quote inside them is doubled, and there is no arithmetic;
    /// see <https://docs.github.com/actions/reference/workflows-and-actions/expressions>.
    "expression-syntax",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"], "github": ["parser"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    report_fault(site, FaultKind::Syntax, reporter);
}

/// Reports what is wrong with an expression that cannot be read, if it is of a kind.
pub(super) fn report_fault(site: &Site<'_>, kind: FaultKind, reporter: &mut Reporter<'_>) {
    if let Some(fault) = site.parsed.as_ref().err().filter(|fault| fault.kind == kind) {
        let span = reporter.inside(site.text, fault.range.clone());
        let report = reporter.report(span, fault.message.clone());
        if let Some(help) = &fault.help {
            report.help(help.clone());
        }
    }
}
