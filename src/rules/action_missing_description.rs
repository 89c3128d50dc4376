//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// An action has no description
    ///
    /// ## Why is this bad?
    /// People who look for it cannot tell what it does, and the Marketplace refuses it.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
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
    /// Add `description`.
    "action-missing-description",
    group: Actions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["action"], "github": ["parser"] },
    checks: [Schema(Topic::ActionMissingDescription)],
}
