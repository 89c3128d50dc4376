//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule, purpose};
use crate::expressions::ContextUse;
use crate::knowledge::tools::Kind;

declare_rule! {
    /// A test may fail without anyone noticing
    ///
    /// ## Why is this bad?
    /// With `continue-on-error: true` the job passes whatever the step comes to, and nothing looks at its outcome.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: cargo test
    ///   continue-on-error: true
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: cargo test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - id: test
    ///   run: cargo test
    ///   continue-on-error: true
    /// - if: steps.test.outcome == 'failure'
    ///   run: ./report-the-failure
    /// ```
    ///
    /// ## How to fix
    /// Let it fail, or look at the `outcome` of the step.
    "continue-on-error-hides-tests",
    group: Reliability,
    since: "0.1.0",
    severity: Warning,
    confidence: Medium,
    checks: [Step(check)],
}

/// What a failure of should be noticed.
const CHECKS: &[Kind] =
    &[Kind::Test, Kind::IntegrationTest, Kind::Build, Kind::Publish, Kind::Deploy, Kind::KubernetesDeploy, Kind::Migrate];

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    let Some(allowed) = step.continue_on_error.as_ref().filter(|allowed| allowed.value == "true") else { return };
    if step.never_runs() || is_looked_at(place, reporter) {
        return;
    }
    if let Some(name) = purpose::of_step(step, CHECKS, reporter) {
        reporter.report(allowed.span, format!("the job passes although `{name}` failed, and nothing tells"));
    }
}

/// Tells whether anything reads how the step ended.
fn is_looked_at(place: &StepPlace<'_>, reporter: &Reporter<'_>) -> bool {
    let Some(id) = &place.step.id else { return false };
    let reads = |used: &ContextUse<'_>| {
        let ended = used.name(2).is_some_and(|name| name.eq_ignore_ascii_case("outcome") || name.eq_ignore_ascii_case("conclusion"));
        used.is("steps") && used.name(1).is_none_or(|name| name.eq_ignore_ascii_case(&id.value) && ended)
    };
    reporter.sites().iter().flat_map(|site| &site.contexts).any(reads)
}
