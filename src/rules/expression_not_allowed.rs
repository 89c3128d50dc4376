//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// An expression stands where GitHub evaluates none
    ///
    /// ## Why is this bad?
    /// GitHub reads triggers, ids, `uses`, `needs`, permissions, descriptions and the like before
    /// there is any context, and refuses a file that has `${{ }}` there.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@${{ vars.CHECKOUT_VERSION }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    /// ```
    ///
    /// ## How to fix
    /// Write the value itself; a description names an expression without `${{ }}`.
    "expression-not-allowed",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: {
        "actionlint": ["expression", "syntax-check", "action", "events", "permissions", "job-needs", "id"],
        "github": ["parser", "invalid-uses-format", "invalid-workflow-uses-format"],
    },
    checks: [Schema(Topic::ExpressionNotAllowed)],
}
