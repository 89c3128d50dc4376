//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::step_outputs::{Others, StepOutputs};
use crate::expressions::{ContextUse, Site};
use crate::model::finding::{Confidence, Severity};
use crate::model::workflow::Step;

declare_rule! {
    /// An expression reads an output that the step does not have
    ///
    /// ## Why is this bad?
    /// The value is always empty, without any message.
    ///
    /// ## Bad
    /// ```yaml
    /// - id: version
    ///   run: echo "number=$(cat VERSION)" >> "$GITHUB_OUTPUT"
    /// - run: make release
    ///   env:
    ///     VERSION: ${{ steps.version.outputs.version }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - id: version
    ///   run: echo "number=$(cat VERSION)" >> "$GITHUB_OUTPUT"
    /// - run: make release
    ///   env:
    ///     VERSION: ${{ steps.version.outputs.number }}
    /// ```
    ///
    /// ## How to fix
    /// Correct the name. The outputs of an action stand in its `action.yml`; those of a script are
    /// what it writes to `$GITHUB_OUTPUT`.
    "unknown-step-output",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    for (used, name, step) in uses(site, reporter) {
        let outputs = reporter.step_outputs(step);
        if outputs.has(name) || outputs.others == Others::Any {
            continue;
        }
        let report = report(site, (used, name), &outputs, reporter);
        if outputs.others == Others::Undeclared {
            report
                .severity(Severity::Warning)
                .confidence(Confidence::Medium)
                .note("the action does not declare it; its program could still set it");
        } else if step.script().is_some() {
            report.severity(Severity::Warning);
        }
    }
}

/// Lists the outputs of steps that an expression reads: where, the name, and the step.
pub(super) fn uses<'site, 'text, 'file>(
    site: &'site Site<'text>,
    reporter: &Reporter<'file>,
) -> Vec<(&'site ContextUse<'text>, &'site str, &'file Step)> {
    let of_steps = site.contexts.iter().filter(|used| used.is("steps"));
    let named = of_steps.filter(|used| used.name(2).is_some_and(|name| name.eq_ignore_ascii_case("outputs")));
    let found = named.filter_map(|used| {
        let step = reporter.step_ids(site.job)?.step(used.name(1)?)?;
        Some((used, used.name(3)?, step))
    });
    found.collect()
}

/// Reports an output that is none of the known ones.
pub(super) fn report<'reporter>(
    site: &Site<'_>,
    (used, name): (&ContextUse<'_>, &str),
    outputs: &StepOutputs,
    reporter: &'reporter mut Reporter<'_>,
) -> super::reporter::Report<'reporter> {
    let step = used.name(1).unwrap_or_default();
    let span = reporter.inside(site.text, used.ranges.get(3).unwrap_or(&used.range).clone());
    let message = format!("the step `{step}` has no output `{name}`: the value is always empty");
    reporter.report(span, message).among(name, outputs.names.values().map(String::as_str))
}
