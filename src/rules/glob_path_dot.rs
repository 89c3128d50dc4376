//! See the rule's documentation below.

use super::declare_rule;
use crate::detectors::glob::Fault;

declare_rule! {
    /// A path pattern begins with a dot and never matches
    ///
    /// ## Why is this bad?
    /// GitHub compares patterns with paths from the repository's root, which never begin with
    /// `./` or `../`.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   push:
    ///     paths: ['./docs/**']
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
    /// Write the path from the repository's root.
    "glob-path-dot",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["glob"] },
    checks: [Filter(Fault::PathDot)],
}
