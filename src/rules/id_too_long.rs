//! See the rule's documentation below.

use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Text;

declare_rule! {
    /// A job or step id has 100 characters or more
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow.
    ///
    /// ## Bad
    /// ```yaml
    /// - id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
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
    /// Choose a shorter id.
    "id-too-long",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "github": ["parser"] },
    checks: [Job(check_job), Step(check_step)],
}

/// The characters that an id must stay below.
const LIMIT: usize = 100;

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    check(&job.id, reporter);
}

fn check_step(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    if let Some(id) = &place.step.id {
        check(id, reporter);
    }
}

fn check(id: &Text, reporter: &mut Reporter<'_>) {
    let length = id.value.chars().count();
    if length >= LIMIT {
        reporter.report(id.span, format!("this id has {length} characters, but must have fewer than {LIMIT}"));
    }
}
