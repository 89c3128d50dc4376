//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A section that must hold something is empty
    ///
    /// ## Why is this bad?
    /// GitHub refuses a section without content; where it takes an empty list, the list says
    /// nothing.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
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
    /// Fill the section, or delete its key.
    "empty-section",
    group: Schema,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::EmptySection)],
}
