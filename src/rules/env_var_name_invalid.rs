//! See the rule's documentation below.

use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Job, Pair, Workflow};
use crate::model::yaml::Node;

declare_rule! {
    /// The name of an environment variable has a character that none can have
    ///
    /// ## Why is this bad?
    /// The variable is not set, or another one is.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: make
    ///   env:
    ///     BUILD MODE: fast
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: make
    ///   env:
    ///     BUILD_MODE: fast
    /// ```
    ///
    /// ## How to fix
    /// Use letters, digits and `_`.
    "env-var-name-invalid",
    group: Schema,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["env-var"] },
    checks: [Workflow(check_workflow), Job(check_job), Step(check_step)],
}

fn check_workflow(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    check(&workflow.env, reporter);
}

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    check(&job.env, reporter);
    for container in job.container.iter().chain(job.services.iter().map(|(_, service)| service)) {
        check(&container.node.get("env").map(Node::pairs).unwrap_or_default(), reporter);
    }
}

fn check_step(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    check(&place.step.env, reporter);
}

fn check(env: &[Pair], reporter: &mut Reporter<'_>) {
    for (name, _) in env.iter().filter(|(name, _)| !name.has_expression()) {
        if name.value.contains(['&', '=', ' ']) {
            let message = format!("`{}` is no name for a variable: it has `&`, `=` or a space", name.value);
            reporter.report(name.span, message);
        }
    }
}
