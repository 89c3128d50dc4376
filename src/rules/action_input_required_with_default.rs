//! See the rule's documentation below.

use crate::model::workflow::Action;
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// An input is required and has a default
    ///
    /// ## Why is this bad?
    /// The runner never enforces `required`, and with a default nobody misses the input, so one of the two is
    /// not meant.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// inputs:
    ///   name:
    ///     description: Whom to greet
    ///     required: true
    ///     default: World
    /// runs:
    ///   using: node24
    ///   main: index.js
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// inputs:
    ///   name:
    ///     description: Whom to greet
    ///     default: World
    /// runs:
    ///   using: node24
    ///   main: index.js
    /// ```
    ///
    /// ## How to fix
    /// Delete `required: true`, or the default.
    "action-input-required-with-default",
    group: Actions,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    checks: [Action(check)],
}

fn check(action: &Action, reporter: &mut Reporter<'_>) {
    for input in action.inputs.iter().filter(|input| input.required) {
        // An empty default is a way to say that there is none.
        if let Some(default) = input.default.as_ref().filter(|default| !default.value.is_empty()) {
            reporter
                .report(default.span, format!("nobody has to give the input `{}`, since it has a default", input.name.value))
                .related(input.name.span, "it is said to be required here")
                .help("delete `required: true`, or the default");
        }
    }
}
