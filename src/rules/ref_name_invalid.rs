//! See the rule's documentation below.

use crate::detectors::git_ref;
use crate::model::workflow::{ActionReference, Job, Workflow};
use crate::model::yaml::Text;
use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A name behind `@` can be no branch, tag or commit
    ///
    /// ## Why is this bad?
    /// Git has no ref of such a name, so the job fails before its first step.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: octo/action@v1..2
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: octo/action@v1.2
    /// ```
    ///
    /// ## How to fix
    /// Name a branch, a tag, or best of all a commit.
    "ref-name-invalid",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "github": ["invalid-workflow-uses-format"] },
    checks: [Job(check_job), Step(check_step)],
}

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    check(job.uses.as_ref(), reporter);
}

fn check_step(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    check(place.step.uses(), reporter);
}

fn check(uses: Option<&Text>, reporter: &mut Reporter<'_>) {
    let Some(uses) = uses.filter(|uses| !uses.has_expression()) else { return };
    let ActionReference::Repository(found) = ActionReference::parse(&uses.value) else { return };
    // A second `@` is refused for its own sake.
    let Some(name) = found.reference.filter(|name| !name.contains('@')) else { return };
    if let Some(fault) = git_ref::fault(name) {
        reporter.report(uses.span, format!("`{name}` can be no branch, tag or commit: {fault}"));
    }
}
