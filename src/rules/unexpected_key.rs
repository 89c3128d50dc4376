//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A key is none that GitHub knows in its place
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file, so nothing in it runs. Most often it is a typing error, a wrong
    /// indentation or a wrong letter case.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs_on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Correct the key's spelling, move it to where it belongs, or delete it.
    "unexpected-key",
    group: Schema,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::UnexpectedKey)],
}
