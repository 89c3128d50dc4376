//! See the rule's documentation below.

use super::call_input_type_mismatch::type_of;
use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::Type;
use crate::model::workflow::{Event, Input, Workflow};
use crate::model::yaml::Text;

declare_rule! {
    /// The default of a `workflow_call` input does not fit its type
    ///
    /// ## Why is this bad?
    /// GitHub refuses every call of the workflow.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_call:
    ///     inputs:
    ///       level:
    ///         type: number
    ///         default: high
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on:
    ///   workflow_call:
    ///     inputs:
    ///       level:
    ///         type: number
    ///         default: 3
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write a default of the input's type.
    "call-input-default-type-mismatch",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["events", "expression"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    for input in workflow.inputs(Event::WorkflowCall) {
        check_input(&input, reporter);
    }
}

fn check_input(input: &Input<'_>, reporter: &mut Reporter<'_>) {
    let Some(default) = input.default() else { return };
    if default.opens_expression() {
        check_expression(input, default, reporter);
    } else if let Some(wanted) = input.unfit(default) {
        let message = format!("the default `{}` of `{}` is not {wanted}", default.value, input.name.value);
        reporter.report(default.span, message);
    }
}

fn check_expression(input: &Input<'_>, default: &Text, reporter: &mut Reporter<'_>) {
    let given = type_of(default, reporter);
    let fits = match (input.kind(), &given) {
        (_, Type::Any | Type::Null) | (Some("boolean"), Type::Boolean) | (Some("number"), Type::Number) => true,
        (Some("boolean" | "number"), _) => false,
        _ => true,
    };
    if !fits {
        let kind = input.kind().unwrap_or_default();
        let message = format!("the default of `{}` is {}, not a {kind}", input.name.value, given.name());
        reporter.report(default.span, message);
    }
}
