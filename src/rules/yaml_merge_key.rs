//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// The merge key `<<` is used
    ///
    /// ## Why is this bad?
    /// GitHub supports anchors and aliases but no merge keys: it refuses the file.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     env: &common
    ///       CI: true
    ///     steps:
    ///       - run: make
    ///         env:
    ///           <<: *common
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     env: &common
    ///       CI: true
    ///     steps:
    ///       - run: make
    ///         env: *common
    /// ```
    ///
    /// ## How to fix
    /// Repeat the entries, or use the alias for the whole mapping.
    "yaml-merge-key",
    group: Syntax,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::MergeKey)],
}
