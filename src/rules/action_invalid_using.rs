//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// The runtime of an action is none that GitHub knows
    ///
    /// ## Why is this bad?
    /// Every job that uses the action fails.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: node18
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
    /// Write `composite`, `docker` or a Node version that runners have.
    "action-invalid-using",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["action"], "github": ["parser"] },
    checks: [Schema(Topic::ActionInvalidUsing)],
}
