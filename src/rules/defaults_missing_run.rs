//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// `defaults` says nothing, because it has no `run`
    ///
    /// ## Why is this bad?
    /// `run` is all that `defaults` can hold. Most often a line is missing or indented wrongly, and
    /// the shell or folder that was meant is not used.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// defaults: {}
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
    /// defaults:
    ///   run:
    ///     shell: bash
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write `run` with `shell` or `working-directory` below it, or delete `defaults`.
    "defaults-missing-run",
    group: Schema,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["syntax-check"] },
    checks: [Schema(Topic::DefaultsMissingRun)],
}
