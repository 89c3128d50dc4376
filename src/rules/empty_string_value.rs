//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A text that must say something is empty
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file, or the empty value does nothing.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    ///         shell: ""
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
    ///         shell: bash
    /// ```
    ///
    /// ## How to fix
    /// Write the value, or delete its key.
    "empty-string-value",
    group: Schema,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check", "runner-label"], "github": ["parser"] },
    checks: [Schema(Topic::EmptyStringValue)],
}
