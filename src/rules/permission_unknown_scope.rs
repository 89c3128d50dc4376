//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A permission scope is none that GitHub knows
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// permissions:
    ///   content: read
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// permissions:
    ///   contents: read
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Correct the scope's name.
    "permission-unknown-scope",
    group: Schema,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: { "actionlint": ["permissions"], "github": ["parser"] },
    checks: [Schema(Topic::PermissionUnknownScope)],
}
