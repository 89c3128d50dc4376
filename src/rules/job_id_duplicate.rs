//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// Two jobs have the same id
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow. Letter case makes no difference.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    ///   Build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make all
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
    /// ```
    ///
    /// ## How to fix
    /// Choose another id for one of them.
    "job-id-duplicate",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check", "job-needs"], "github": ["parser"] },
    checks: [Schema(Topic::JobIdDuplicate)],
}
