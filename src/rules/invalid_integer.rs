//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A value that must be a whole number is none
    ///
    /// ## Why is this bad?
    /// A share of a job cannot run.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     strategy:
    ///       max-parallel: 1.5
    ///       matrix:
    ///         version: [1, 2]
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
    ///     strategy:
    ///       max-parallel: 2
    ///       matrix:
    ///         version: [1, 2]
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write a whole number.
    "invalid-integer",
    group: Schema,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"] },
    checks: [Schema(Topic::InvalidInteger)],
}
