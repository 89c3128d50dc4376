//! See the rule's documentation below.

use super::declare_rule;
use crate::detectors::glob::Fault;

declare_rule! {
    /// A filter pattern has a character that no branch or tag can have
    ///
    /// ## Why is this bad?
    /// The pattern never matches, so the workflow never runs for it. Often a regular expression
    /// was meant.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   push:
    ///     branches: ['^release-']
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
    ///     branches: ['release-*']
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write the names as git has them, with `*` for a part and `**` for several.
    "glob-invalid-ref-char",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["glob"] },
    checks: [Filter(Fault::RefCharacter)],
}
