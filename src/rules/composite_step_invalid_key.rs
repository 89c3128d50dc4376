//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A step of a composite action has a key that it cannot have
    ///
    /// ## Why is this bad?
    /// Every job that uses the action fails. Composite steps lack `timeout-minutes`, among
    /// others.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: composite
    ///   steps:
    ///     - run: echo hi
    ///       shell: bash
    ///       timeout-minutes: 5
    /// ```
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: composite
    ///   steps:
    ///     - run: echo hi
    ///       shell: bash
    ///       working_directory: src
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
    /// Delete the key, or set it where the action is used.
    "composite-step-invalid-key",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: { "github": ["parser"] },
    checks: [Schema(Topic::CompositeStepInvalidKey)],
}
