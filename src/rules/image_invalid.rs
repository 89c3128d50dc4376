//! See the rule's documentation below.

use crate::detectors::image;
use crate::model::workflow::{Action, ActionReference, Container, Job, Runs, Workflow};
use crate::model::yaml::Text;
use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A container image has a name that Docker cannot read
    ///
    /// ## Why is this bad?
    /// The job fails before its first step, or the step that uses the image does.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: docker://ghcr.io/Octo/Linter:1.2
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: docker://ghcr.io/octo/linter:1.2
    /// ```
    ///
    /// ## How to fix
    /// Write `registry/path/name:tag` or `registry/path/name@sha256:digest`, the path in lower case.
    "image-invalid",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["action"] },
    checks: [Job(check_job), Step(check_step), Action(check_action)],
}

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let services = job.services.iter().map(|(_, service)| service);
    for text in job.container.iter().chain(services).filter_map(|container: &Container| container.image.as_ref()) {
        check(text, text.value.strip_prefix("docker://").unwrap_or(&text.value), reporter);
    }
}

fn check_step(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(uses) = place.step.uses() else { return };
    if let ActionReference::Docker(image) = ActionReference::parse(&uses.value) {
        check(uses, image, reporter);
    }
}

fn check_action(action: &Action, reporter: &mut Reporter<'_>) {
    if let Runs::Docker { image: Some(text), .. } = &action.runs
        && let ActionReference::Docker(image) = ActionReference::parse(&text.value)
    {
        check(text, image, reporter);
    }
}

fn check(text: &Text, name: &str, reporter: &mut Reporter<'_>) {
    if let Some(fault) = image::fault(name) {
        reporter.report(text.span, format!("`{name}` is no name of an image: {fault}"));
    }
}
