//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// The type of a `workflow_call` input is none that GitHub knows
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_call:
    ///     inputs:
    ///       port:
    ///         type: integer
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    /// ```yaml
    /// on:
    ///   workflow_call:
    ///     inputs:
    ///       port:
    ///         type: booleann
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
    ///   workflow_call:
    ///     inputs:
    ///       port:
    ///         type: number
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write `string`, `number` or `boolean`.
    "call-input-invalid-type",
    group: Events,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::CallInputInvalidType)],
}
