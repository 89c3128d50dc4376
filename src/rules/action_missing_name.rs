//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// An action has no name
    ///
    /// ## Why is this bad?
    /// GitHub shows the name in every log and refuses the action in the Marketplace without it.
    ///
    /// ## Bad
    /// ```yaml
    /// description: Greets
    /// runs:
    ///   using: composite
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
    /// Add `name`.
    "action-missing-name",
    group: Actions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["action"], "github": ["parser"] },
    checks: [Schema(Topic::ActionMissingName)],
}
