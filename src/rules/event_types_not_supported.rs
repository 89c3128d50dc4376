//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// Activity types are given for an event that has none
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   push:
    ///     types: [opened]
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
    ///   pull_request:
    ///     types: [opened]
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Delete `types`, or name the event that was meant.
    "event-types-not-supported",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["events", "syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::EventTypesNotSupported)],
}
