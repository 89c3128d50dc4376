//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepOwner, StepPlace, declare_rule};
use crate::model::finding::{Confidence, Severity};
use crate::model::surroundings::{Absence, Fault, Local};
use crate::model::workflow::Step;

declare_rule! {
    /// A step uses an action of the repository that GitHub cannot read
    ///
    /// ## Why is this bad?
    /// The job fails at the step, or already when its actions are prepared. The manifest's own
    /// errors are found where it is written; this finding says who is hit by them. A warning tells
    /// of what an action means to do for its users and does not, such as a `post-if` without `post`.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: ./.github/actions/no-such-action
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@v4
    ///   with:
    ///     repository: octo/tools
    ///     path: tools
    /// - uses: ./tools/some-action
    /// ```
    ///
    /// ## How to fix
    /// Correct the path, which counts from the repository's root, or mend the manifest.
    "local-action-invalid",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["action"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(uses) = place.step.uses() else { return };
    let Some(local) = reporter.surroundings().local(&uses.value) else { return };
    match local.as_ref() {
        Local::Action(action) => {
            let Some(worst) = action.faults.iter().max_by_key(|fault| fault.severity) else { return };
            // A file that is missing may be made by a step before.
            if worst.severity < Severity::Error && !comes_from_the_repository(place, reporter) {
                return;
            }
            let message = format!("{} in the action's manifest: {}", summary(&action.faults), worst.place.message);
            reporter.report(uses.span, message).severity(worst.severity).because_of(&action.faults);
        }
        Local::Unreadable { path, reason } => {
            reporter.report(uses.span, format!("the action's manifest `{path}` {reason}"));
        }
        Local::Missing(Absence::Manifest) => {
            reporter
                .report(uses.span, "the folder holds neither an `action.yml` nor a `Dockerfile`")
                .confidence(Confidence::Medium);
        }
        Local::Missing(Absence::Everything) if comes_from_the_repository(place, reporter) => {
            // Only `$/` is sure to lead into the repository that holds the file.
            let is_sure = uses.value.trim().starts_with("$/");
            let report = reporter
                .report(uses.span, "there is no such folder in the repository")
                .help("the path counts from the repository's root, where the job checks it out");
            if !is_sure {
                report.severity(Severity::Warning).confidence(Confidence::Medium);
            }
        }
        Local::Missing(Absence::Everything) | Local::Workflow(_) => {}
    }
}

/// Counts faults for a message.
pub(super) fn summary(faults: &[Fault]) -> String {
    match faults.len() {
        1 => "a fault".to_owned(),
        count => format!("{count} faults"),
    }
}

/// Tells whether nothing before a step can have put other files than the repository's own into the
/// workspace: the steps above are plain checkouts, and actions that build nothing.
fn comes_from_the_repository(place: &StepPlace<'_>, reporter: &Reporter<'_>) -> bool {
    let StepOwner::Job(..) = place.owner else { return false };
    place.siblings().iter().take(place.index).all(|step| is_plain_checkout(step) || builds_nothing(step, reporter))
}

/// Tells whether a step checks out the commit that the workflow itself is of, at the top of the workspace.
pub(super) fn is_plain_checkout(step: &Step) -> bool {
    let elsewhere = ["repository", "path", "ref"].iter().any(|input| step.input(input).is_some());
    step.is_action("actions/checkout") && !elsewhere
}

/// Tells whether a step uses an action of the repository that fails, or that runs no scripts of its own.
fn builds_nothing(step: &Step, reporter: &Reporter<'_>) -> bool {
    let action = step.uses().and_then(|uses| reporter.surroundings().action(&uses.value));
    action.is_some_and(|action| !action.is_sound() || action.interface.using.starts_with("node"))
}
