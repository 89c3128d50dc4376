//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// An action lacks what its runtime starts
    ///
    /// ## Why is this bad?
    /// Every job that uses the action fails.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: node24
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
    /// Add `main`, `image` or `steps`.
    "action-runs-missing-key",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["action"], "github": ["parser"] },
    checks: [Schema(Topic::ActionRunsMissingKey)],
}
