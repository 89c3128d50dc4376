//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A number that must be greater than zero is not
    ///
    /// ## Why is this bad?
    /// GitHub takes it, and does something else: zero jobs at a time are as many as there can be, and no job has a time of
    /// zero minutes.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     timeout-minutes: 0
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
    /// Write a number above zero, or delete the key for the default.
    "value-must-be-positive",
    group: Schema,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["syntax-check"] },
    checks: [Schema(Topic::ValueMustBePositive)],
}
