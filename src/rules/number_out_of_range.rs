//! See the rule's documentation below.

use crate::knowledge::schema::Topic;
use super::declare_rule;

declare_rule! {
    /// A number has more than the 32 bits that GitHub reads
    ///
    /// ## Why is this bad?
    /// GitHub reads `0x…` without quotes as a number of 32 bits and refuses a file with a longer one: an
    /// address, a key or a hash.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// env:
    ///   ACCOUNT: 0x742d35Cc6634C0532925a3b844Bc9e7595f2bD18
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// env:
    ///   ACCOUNT: "0x742d35Cc6634C0532925a3b844Bc9e7595f2bD18"
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Put the value in quotes.
    "number-out-of-range",
    group: Syntax,
    since: "0.1.0",
    severity: Error,
    checks: [Schema(Topic::NumberOutOfRange)],
}
