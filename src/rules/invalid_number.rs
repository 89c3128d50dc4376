//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A value that must be a number is none
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     timeout-minutes: ten
    ///     steps:
    ///       - run: make
    /// ```
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     timeout-minutes: "10"
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
    ///     timeout-minutes: 10
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write the number in digits, or an expression.
    "invalid-number",
    group: Schema,
    since: "0.1.0",
    severity: Error,
    fixable: Safe,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::InvalidNumber)],
}
