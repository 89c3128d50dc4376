//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::unknown_property::report;
use crate::expressions::Site;
use crate::model::workflow::{Event, Workflow};

declare_rule! {
    /// A secret is none that a reusable workflow declares, or that the repository has
    ///
    /// ## Why is this bad?
    /// In a reusable workflow the value is empty for every caller that names the secrets it hands over,
    /// without any message; only `secrets: inherit` would bring it along. In other workflows it is
    /// empty where no such secret exists: list those that do in `plimsoll.yml`, under
    /// `lint.known.secrets`, and all others are told.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_call:
    ///     secrets:
    ///       credential:
    ///         required: true
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make deploy
    ///         env:
    ///           TOKEN: ${{ secrets.credentials }}
    /// ```
    ///
    /// ## How to fix
    /// Correct the name, or declare the secret under `on.workflow_call.secrets`, or in `plimsoll.yml`.
    "unknown-secret",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

/// Secrets that every run has, or may have without anybody's doing.
const BUILT_IN: &[&str] = &["GITHUB_TOKEN", "ACTIONS_STEP_DEBUG", "ACTIONS_RUNNER_DEBUG"];

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let mut uses = site.contexts.iter().filter(|used| used.is("secrets")).peekable();
    if uses.peek().is_none() {
        return;
    }
    let Some(workflow) = reporter.file().workflow() else { return };
    let listed = reporter.surroundings().declared.secrets.as_ref().filter(|_| is_started_here(workflow));
    let listed = listed.map(|names| {
        let called = workflow.trigger(Event::WorkflowCall).into_iter().flat_map(|trigger| trigger.declarations("secrets"));
        names.iter().map(String::as_str).chain(called.map(|(name, _)| name.as_str())).collect()
    });
    let Some(known) = declared(workflow).or(listed) else { return };
    for used in uses {
        let Some(name) = used.name(1) else { continue };
        if !known.iter().chain(BUILT_IN).any(|secret| secret.eq_ignore_ascii_case(name)) {
            report(site, used, 1, &known, reporter);
        }
    }
}

/// Returns the secrets of a workflow that only others start, if it declares any.
fn declared(workflow: &Workflow) -> Option<Vec<&str>> {
    let [trigger] = workflow.triggers.as_slice() else { return None };
    if trigger.event != Some(Event::WorkflowCall) {
        return None;
    }
    let names: Vec<&str> = trigger.declarations("secrets").map(|(name, _)| name.as_str()).collect();
    (!names.is_empty()).then_some(names)
}

/// Tells whether something else than a call starts a workflow, so that its secrets and variables are
/// those of this repository.
pub(super) fn is_started_here(workflow: &Workflow) -> bool {
    workflow.triggers.iter().any(|trigger| trigger.event != Some(Event::WorkflowCall))
}
