//! See the rule's documentation below.

use super::declare_rule;
use super::names::StepIds;
use super::reporter::Reporter;
use super::unknown_property::report;
use crate::expressions::{ContextUse, Site};
use crate::knowledge::contexts::Key;

declare_rule! {
    /// An expression reads a step that has not run before, or does not exist
    ///
    /// ## Why is this bad?
    /// The value is always empty, without any message. A step knows only the steps above it in
    /// its own job, and only those with an `id`.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo "version=1" >> "$GITHUB_OUTPUT"
    ///   name: version
    /// - run: echo "$VERSION"
    ///   env:
    ///     VERSION: ${{ steps.version.outputs.version }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo "version=1" >> "$GITHUB_OUTPUT"
    ///   id: version
    /// - run: echo "$VERSION"
    ///   env:
    ///     VERSION: ${{ steps.version.outputs.version }}
    /// ```
    ///
    /// ## How to fix
    /// Give the step an `id`, correct the name, or move the step up. A value of another job comes
    /// through that job's `outputs` and `needs`.
    "unknown-step",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    // Where the context is not offered at all, another rule speaks.
    let offered = matches!(
        site.key,
        Key::StepIf | Key::Step | Key::JobOutput | Key::EnvironmentUrl | Key::ActionStepIf | Key::ActionStep | Key::ActionOutput
    );
    if !offered {
        return;
    }
    let Some(ids) = reporter.step_ids(site.job) else { return };
    for used in site.contexts.iter().filter(|used| used.is("steps")) {
        check_use(ids, site, used, reporter);
    }
}

fn check_use(ids: &StepIds<'_>, site: &Site<'_>, used: &ContextUse<'_>, reporter: &mut Reporter<'_>) {
    let Some(name) = used.name(1) else { return };
    let found = ids.find(name);
    let before = site.step_index.unwrap_or(usize::MAX);
    if found.is_some_and(|(index, _)| index < before) {
        let known = &["outputs", "outcome", "conclusion"];
        if used.name(2).is_some_and(|property| !known.iter().any(|known| known.eq_ignore_ascii_case(property))) {
            report(site, used, 2, known, reporter);
        }
        return;
    }
    // Steps side by side may run in any order.
    if site.step_index.is_some_and(|index| ids.is_group(index)) {
        return;
    }
    if let Some((_, id)) = found {
        let span = reporter.inside(site.text, used.ranges.get(1).unwrap_or(&used.range).clone());
        reporter
            .report(span, format!("the step `{name}` has not run yet: the value is always empty"))
            .related(id.span, "the step stands here");
        return;
    }
    report(site, used, 1, ids.all(), reporter);
}
