//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// The type of a `workflow_dispatch` input is none that GitHub knows
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       level:
    ///         type: text
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       level:
    ///         type: sting
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       level:
    ///         type: string
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write `string`, `number`, `boolean`, `choice` or `environment`.
    "dispatch-input-invalid-type",
    group: Events,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::DispatchInputInvalidType)],
}
