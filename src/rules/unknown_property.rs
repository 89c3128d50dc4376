//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::{Report, Reporter};
use crate::expressions::{ContextUse, Mismatch, MismatchKind, Site};
use crate::knowledge::contexts::Context;
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
    /// the property, add the event or drop the expression. What another event has does no harm where
    /// another value stands behind `||`, or the condition asks for such an event first, and the pedantic persona alone
    /// hears of it.
    ///
    /// For what a file defines itself, such as a matrix, a value behind `||` makes it a notice, unless the name is
    /// nearly one that is known.
    "unknown-property",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

/// What a value behind `||` means for one that is always empty.
pub(super) const FALLBACK: &str = "what stands behind `||` is taken each time";

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let mismatches = reporter.inference(site).map(|inference| inference.mismatches.as_slice()).unwrap_or_default();
    for mismatch in mismatches {
        match mismatch.kind {
            // People copy `github.event.pull_request.number || github.ref` from workflow to workflow,
            // and it does no harm; what no event has is a mistake.
            MismatchKind::Payload if !mismatch.is_mistake && (mismatch.has_fallback || mismatch.is_guarded) => {
                reporter.report_mismatch(site, mismatch).severity(Severity::Info).persona(Persona::Pedantic);
            }
            // A mistyped name with a fallback hides for good.
            MismatchKind::Property if has_fallback(site, mismatch) && !mismatch.is_mistake => {
                reporter.report_mismatch(site, mismatch).severity(Severity::Info).note(FALLBACK);
            }
            MismatchKind::Payload | MismatchKind::Property => {
                reporter.report_mismatch(site, mismatch);
            }
            MismatchKind::Type | MismatchKind::Comparison | MismatchKind::Text => {}
        }
    }
}

/// Tells whether another value stands in for the one that is read, and it is not of GitHub's own lists: what those
/// lack is never there, so that the other value is always taken.
fn has_fallback(site: &Site<'_>, mismatch: &Mismatch) -> bool {
    let is_inside = |used: &ContextUse<'_>| used.range.start <= mismatch.range.start && mismatch.range.end <= used.range.end;
    site.contexts.iter().any(|used| used.has_fallback && is_inside(used) && !is_of_github(used))
}

/// Tells whether GitHub alone says what a context has; services are a job's own.
fn is_of_github(used: &ContextUse<'_>) -> bool {
    let has_list = Context::named(used.root()).is_some_and(|context| context.properties().is_some());
    has_list && !(used.is("job") && used.name(1).is_some_and(|name| name.eq_ignore_ascii_case("services")))
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
