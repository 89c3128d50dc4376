//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::{Report, Reporter};
use crate::expressions::{ContextUse, MismatchKind, Site};
use crate::model::finding::{Persona, Severity};

declare_rule! {
    /// An expression reads a property that its context does not have
    ///
    /// ## Why is this bad?
    /// The value is always empty, so conditions never hold and scripts get nothing, without any
    /// message.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo ${{ github.events.ref }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo ${{ github.event.ref }}
    /// ```
    ///
    /// ## How to fix
    /// Correct the name; see
    /// <https://docs.github.com/actions/reference/workflows-and-actions/contexts>. What
    /// `github.event` holds depends on the events that start the workflow; where none of them has
    /// the property, add the event or drop the expression.
    "unknown-property",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let mismatches = reporter.inference(site).map(|inference| inference.mismatches.as_slice()).unwrap_or_default();
    for mismatch in mismatches {
        match mismatch.kind {
            // People copy `github.event.pull_request.number || github.ref` from workflow to workflow,
            // and it does no harm.
            MismatchKind::Payload if mismatch.has_fallback => {
                reporter.report_mismatch(site, mismatch).severity(Severity::Info).persona(Persona::Pedantic);
            }
            MismatchKind::Payload | MismatchKind::Property => {
                reporter.report_mismatch(site, mismatch);
            }
            MismatchKind::Type | MismatchKind::Comparison | MismatchKind::Text => {}
        }
    }
}

/// Reports a part of a context that is none of the known names.
pub(super) fn report<'name, 'reporter>(
    site: &Site<'_>,
    used: &ContextUse<'_>,
    at: usize,
    known: &'name [&'name str],
    reporter: &'reporter mut Reporter<'_>,
) -> Report<'reporter> {
    let name = used.name(at).unwrap_or_default();
    let before: Vec<&str> = (0..at).filter_map(|at| used.name(at)).collect();
    let span = reporter.inside(site.text, used.ranges.get(at).unwrap_or(&used.range).clone());
    let report = reporter.report(span, format!("`{}` has no `{name}`: the value is always empty", before.join(".")));
    report.among(name, known.iter().copied())
}
