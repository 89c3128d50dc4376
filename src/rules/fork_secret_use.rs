//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::expressions::Site;
use crate::model::workflow::Event;

declare_rule! {
    /// A step of pull requests needs a secret that forks do not get
    ///
    /// ## Why is this bad?
    /// GitHub gives no secrets to runs of pull requests from forks, so what the step reads is empty, and people from
    /// outside see their checks fail.
    ///
    /// ## Bad
    /// ```yaml
    /// on: pull_request
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: ./upload
    ///         env:
    ///           TOKEN: ${{ secrets.UPLOAD_TOKEN }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: pull_request
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: ./upload
    ///         if: github.event.pull_request.head.repo.full_name == github.repository
    ///         env:
    ///           TOKEN: ${{ secrets.UPLOAD_TOKEN }}
    /// ```
    ///
    /// ## How to fix
    /// Do without the secret, or leave the step out for forks.
    "fork-secret-use",
    group: Reliability,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some((workflow, job)) = place.job() else { return };
    // Another event may be the one that the secret is for.
    let is_only = workflow.triggers.len() == 1 && workflow.is_triggered_by(Event::PullRequest);
    let is_guarded = place.step.condition.is_some() || job.condition.is_some();
    if !is_only || is_guarded || place.step.never_runs() {
        return;
    }
    let of_step = |site: &&Site<'_>| site.step.is_some_and(|step| std::ptr::eq(step, place.step));
    for site in reporter.sites().iter().filter(of_step) {
        let read = site.contexts.iter().find(|used| used.is("secrets") && used.name(1).is_some_and(is_own));
        // A value with another to fall back on may be empty.
        if let Some(used) = read.filter(|_| site.contexts.len() == 1 && !site.source().contains("||")) {
            let span = reporter.inside(site.text, used.range.clone());
            reporter.report(span, format!("`{}` is empty in pull requests from forks", used.dotted()));
        }
    }
}

fn is_own(name: &str) -> bool {
    !name.eq_ignore_ascii_case("GITHUB_TOKEN")
}
