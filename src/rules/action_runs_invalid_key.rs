//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// An action has a key that its runtime does not have
    ///
    /// ## Why is this bad?
    /// GitHub refuses the action, or ignores the key.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: node24
    ///   main: index.js
    ///   image: Dockerfile
    /// ```
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: node24
    ///   main: index.js
    ///   post-iff: always()
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: docker
    ///   image: Dockerfile
    /// ```
    ///
    /// ## How to fix
    /// Delete the key, or choose the runtime that has it.
    "action-runs-invalid-key",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: { "actionlint": ["action"], "github": ["parser"] },
    checks: [Schema(Topic::ActionRunsInvalidKey)],
}
