//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A value that must be true or false is neither
    ///
    /// ## Why is this bad?
    /// GitHub reads only `true` and `false` as booleans; `yes`, `on` and quoted words are texts,
    /// and the file is refused.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     continue-on-error: yes
    ///     steps:
    ///       - run: make
    /// ```
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     continue-on-error: "true"
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
    ///     continue-on-error: true
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write `true` or `false` without quotes, or an expression.
    "invalid-boolean",
    group: Schema,
    since: "0.1.0",
    severity: Error,
    fixable: Safe,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::InvalidBoolean)],
}
