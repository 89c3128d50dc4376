//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// An action does not say how it runs
    ///
    /// ## Why is this bad?
    /// Every job that uses the action fails.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   steps:
    ///     - run: echo hi
    ///       shell: bash
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: composite
    ///   steps:
    ///     - run: echo hi
    ///       shell: bash
    /// ```
    ///
    /// ## How to fix
    /// Add `runs.using`.
    "action-missing-using",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["action"], "github": ["parser"] },
    checks: [Schema(Topic::ActionMissingUsing)],
}
