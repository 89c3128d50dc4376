//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// The cache mode is none of `read`, `write`, `write-only` and `none`
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// cache-mode: read-only
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     cache-mode: writ
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// cache-mode: read
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write one of the four words, for the workflow or for a job. No expression can stand there.
    "cache-mode-invalid",
    group: Schema,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    checks: [Schema(Topic::CacheModeInvalid)],
}
