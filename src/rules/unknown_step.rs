//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::unknown_property::report;
use crate::expressions::{ContextUse, Site};
use crate::knowledge::contexts::Key;
use crate::model::workflow::{Action, Step};

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
    let steps = match site.job {
        Some(job) => job.steps.as_slice(),
        None => reporter.file().action().map(Action::steps).unwrap_or_default(),
    };
    for used in site.contexts.iter().filter(|used| used.is("steps")) {
        check_use(steps, site, used, reporter);
    }
}

fn check_use(steps: &[Step], site: &Site<'_>, used: &ContextUse<'_>, reporter: &mut Reporter<'_>) {
    let Some(name) = used.name(1) else { return };
    let has_name = |step: &&Step| step.id.as_ref().is_some_and(|id| id.value.eq_ignore_ascii_case(name));
    let all = || steps.iter().flat_map(Step::flatten);
    let before = site.step_index.unwrap_or(usize::MAX);
    if steps.iter().take(before).flat_map(Step::flatten).any(|step| has_name(&step)) {
        let known = &["outputs", "outcome", "conclusion"];
        if used.name(2).is_some_and(|property| !known.iter().any(|known| known.eq_ignore_ascii_case(property))) {
            report(site, used, 2, known, reporter);
        }
        return;
    }
    let in_group = site.step_index.and_then(|index| steps.get(index)).is_some_and(|group| group.flatten().len() > 1);
    if in_group {
        return;
    }
    if let Some(id) = all().find(has_name).and_then(|step| step.id.as_ref()) {
        let span = reporter.inside(site.text, used.ranges.get(1).unwrap_or(&used.range).clone());
        reporter
            .report(span, format!("the step `{name}` has not run yet: the value is always empty"))
            .related(id.span, "the step stands here");
        return;
    }
    let ids: Vec<&str> = all().filter_map(|step| step.id.as_ref()).map(|id| id.value.as_str()).collect();
    report(site, used, 1, &ids, reporter);
}
