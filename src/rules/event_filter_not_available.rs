//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A filter is given for an event that does not have it
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   release:
    ///     tags: [v*]
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
    ///   push:
    ///     tags: [v*]
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Delete the filter, or name the event that was meant.
    "event-filter-not-available",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["events", "syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::EventFilterNotAvailable)],
}
