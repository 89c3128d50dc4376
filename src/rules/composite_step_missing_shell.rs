//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A script in a composite action names no shell
    ///
    /// ## Why is this bad?
    /// Every job that uses the action fails: composite actions have no default shell.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: composite
    ///   steps:
    ///     - run: echo hi
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
    /// Add `shell: bash`, or the shell the script is written for.
    "composite-step-missing-shell",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "ghalint": ["action_shell_is_required"], "github": ["parser"] },
    checks: [Schema(Topic::CompositeStepMissingShell)],
}
