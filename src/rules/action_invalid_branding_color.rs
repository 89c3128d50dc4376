//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// The color of an action is none that GitHub has
    ///
    /// ## Why is this bad?
    /// The Marketplace refuses the action.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// branding:
    ///   color: pink
    /// runs:
    ///   using: node24
    ///   main: index.js
    /// ```
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// branding:
    ///   color: gren
    /// runs:
    ///   using: node24
    ///   main: index.js
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// branding:
    ///   color: purple
    /// runs:
    ///   using: node24
    ///   main: index.js
    /// ```
    ///
    /// ## How to fix
    /// Choose one of the colors that GitHub lists.
    "action-invalid-branding-color",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: { "actionlint": ["action"], "github": ["parser"] },
    checks: [Schema(Topic::ActionInvalidBrandingColor)],
}
