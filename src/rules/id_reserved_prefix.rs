//! See the rule's documentation below.

use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Text;

declare_rule! {
    /// A job or step id begins with two underscores
    ///
    /// ## Why is this bad?
    /// GitHub keeps such ids for itself and refuses the workflow.
    ///
    /// ## Bad
    /// ```yaml
    /// - id: __build
    ///   run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - id: build
    ///   run: make
    /// ```
    ///
    /// ## How to fix
    /// Choose another id.
    "id-reserved-prefix",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "github": ["parser"] },
    checks: [Job(check_job), Step(check_step)],
}

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    check(&job.id, reporter);
}

fn check_step(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    if let Some(id) = &place.step.id {
        check(id, reporter);
    }
}

fn check(id: &Text, reporter: &mut Reporter<'_>) {
    if id.value.starts_with("__") {
        reporter.report(id.span, format!("`{}` begins with `__`, which GitHub keeps for itself", id.value));
    }
}
