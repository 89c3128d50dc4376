//! See the rule's documentation below.

use super::declare_rule;
use crate::detectors::glob::Fault;

declare_rule! {
    /// A filter pattern cannot be read
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow, or the pattern matches something else than it seems to.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   push:
    ///     tags: ['v[0-9']
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
    ///     tags: ['v[0-9]+']
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Correct the pattern. It is no regular expression: `*`, `**`, `?`, `+`, `[…]` and a leading
    /// `!` are special, and `\\` makes them plain.
    "glob-syntax",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["glob"] },
    checks: [Filter(Fault::Syntax)],
}
