//! See the rule's documentation below.

use super::call_input_type_mismatch::type_of;
use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::Type;
use crate::model::workflow::{Event, Input, Workflow};
use crate::model::yaml::{ScalarKind, Text};

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
    } else if is_quoted(input, default) {
        let message = format!("the default of `{}` is a text, not a {}", input.name.value, input.kind().unwrap_or_default());
        reporter.report(default.span, message).help("write the value without quotes");
    }
}

/// Tells whether a default says what its input asks for, but as a text, of which GitHub makes nothing else
/// (`ConvertToInputValueDefinedType` in `actions/runner`).
fn is_quoted(input: &Input<'_>, default: &Text) -> bool {
    matches!(input.kind(), Some("boolean" | "number")) && default.kind() == ScalarKind::String
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

#[cfg(test)]
mod tests {
    use crate::model::surroundings::Surroundings;
    use crate::rules::{Choice, lint};
    use crate::sources::workflows;

    fn found(input: &str) -> Vec<String> {
        let text = format!("on: {{workflow_call: {{inputs: {{a: {{{input}}}}}}}}}\njobs: {{b: {{runs-on: x, steps: [{{run: y}}]}}}}\n");
        let file = workflows::parse(".github/workflows/a.yml".to_owned(), text);
        let choice = Choice { select: vec![super::RULE.id.to_owned()], ..Choice::default() };
        lint(&file, &choice, &Surroundings::default()).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_text_is_no_boolean_and_no_number_whatever_it_says() {
        for fine in ["type: boolean, default: TRUE", "type: number, default: 0x1F", "type: string, default: 3", "type: string, default: true"] {
            assert_eq!(found(fine), [""; 0], "{fine}");
        }
        assert_eq!(found("type: boolean, default: 'true'"), ["the default of `a` is a text, not a boolean"]);
        assert_eq!(found("type: number, default: \"3\""), ["the default of `a` is a text, not a number"]);
        assert_eq!(found("type: number, default: 'x'"), ["the default `x` of `a` is not a number"]);
    }
}
