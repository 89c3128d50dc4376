//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// An action manifest has a key that GitHub does not know
    ///
    /// ## Why is this bad?
    /// GitHub ignores the key, so what it says has no effect.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// inputs:
    ///   who:
    ///     type: string
    /// runs:
    ///   using: node24
    ///   main: index.js
    /// ```
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// inputs:
    ///   who:
    ///     descripton: Whom to greet
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
    ///   who:
    ///     description: Who is greeted
    /// runs:
    ///   using: node24
    ///   main: index.js
    /// ```
    ///
    /// ## How to fix
    /// Correct or delete the key.
    "action-unexpected-key",
    group: Actions,
    since: "0.1.0",
    severity: Warning,
    fixable: Unsafe,
    peers: { "actionlint": ["action"], "github": ["parser"] },
    checks: [Schema(Topic::ActionUnexpectedKey)],
}
