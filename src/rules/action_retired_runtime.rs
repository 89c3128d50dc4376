//! See the rule's documentation below.

use crate::knowledge::runtimes::{Support, support};
use crate::model::workflow::Action;
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// An action asks for a version of Node that runners no longer have
    ///
    /// ## Why is this bad?
    /// Runners run such an action with a newer Node than it was written for, and warn in every job that uses
    /// it.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: node16
    ///   main: index.js
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: node24
    ///   main: index.js
    /// ```
    ///
    /// ## How to fix
    /// Build and test the action with Node 24, and write `node24`.
    "action-retired-runtime",
    group: Actions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["action"] },
    checks: [Action(check)],
}

fn check(action: &Action, reporter: &mut Reporter<'_>) {
    if let Some(using) = action.using.as_ref().filter(|using| support(using.as_str()) == Some(Support::Gone)) {
        reporter.report(using.span, format!("runners no longer have `{}`", using.value)).help("write `node24`");
    }
}
