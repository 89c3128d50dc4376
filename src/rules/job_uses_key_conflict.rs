//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A job both calls a reusable workflow and has keys of a job with steps
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    ///     timeout-minutes: 10
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    /// ```
    ///
    /// ## How to fix
    /// Move the key into the called workflow, or the call into a job of its own.
    "job-uses-key-conflict",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::JobUsesKeyConflict)],
}
