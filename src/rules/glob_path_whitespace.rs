//! See the rule's documentation below.

use super::declare_rule;
use crate::detectors::glob::Fault;

declare_rule! {
    /// A path pattern has spaces around it and never matches
    ///
    /// ## Why is this bad?
    /// The spaces count as part of the path.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   push:
    ///     paths: [' docs/**']
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
    ///     paths: ['docs/**']
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Delete the spaces; a block scalar (`|`) ends with a line break, too.
    "glob-path-whitespace",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["glob"] },
    checks: [Filter(Fault::PathSpace)],
}
