//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A permission level is none that its scope has
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// permissions:
    ///   id-token: read
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    /// ```yaml
    /// on: push
    /// permissions:
    ///   contents: reed
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
    ///   id-token: write
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write a level that the scope has.
    "permission-invalid-level",
    group: Schema,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: { "actionlint": ["permissions"], "github": ["parser"] },
    checks: [Schema(Topic::PermissionInvalidLevel)],
}
