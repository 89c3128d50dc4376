//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// The secrets of a call are neither a mapping nor `inherit`
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    ///     secrets: all
    /// ```
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    ///     secrets: inherits
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    ///     secrets:
    ///       token: ${{ secrets.TOKEN }}
    /// ```
    ///
    /// ## How to fix
    /// List the secrets by name, or write `inherit`.
    "secrets-invalid-shape",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::SecretsInvalidShape)],
}
