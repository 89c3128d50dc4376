//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// An activity type is none that its event has
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   pull_request:
    ///     types: [open]
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    /// ```yaml
    /// on:
    ///   pull_request:
    ///     types: [opened, labelled]
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
    /// Correct the type, or leave it out.
    "invalid-activity-type",
    group: Events,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: { "actionlint": ["events"], "github": ["parser"] },
    checks: [Schema(Topic::InvalidActivityType)],
}
