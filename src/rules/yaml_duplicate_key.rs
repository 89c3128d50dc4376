//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A mapping has the same key twice
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file. Names that people choose, such as job ids, variables and inputs,
    /// are compared without regard to letter case.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     env:
    ///       MODE: fast
    ///       mode: slow
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
    ///     env:
    ///       MODE: fast
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Keep one of the two.
    "yaml-duplicate-key",
    group: Syntax,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::DuplicateKey)],
}
