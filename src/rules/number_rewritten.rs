//! See the rule's documentation below.

use crate::knowledge::schema::Topic;
use super::declare_rule;

declare_rule! {
    /// A number does not arrive as it is written
    ///
    /// ## Why is this bad?
    /// Without quotes `3.10` is the number 3.1, `1.0` is 1, `0x1F` is 31 and `007` is 7, and that is what a
    /// script, an input or the matrix gets: the wrong version, or an identifier without its first zeros.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/setup-python@v6
    ///   with:
    ///     python-version: 3.10
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/setup-python@v6
    ///   with:
    ///     python-version: "3.10"
    /// ```
    ///
    /// ## How to fix
    /// Put the value in quotes.
    "number-rewritten",
    group: Syntax,
    since: "0.1.0",
    severity: Warning,
    checks: [Schema(Topic::NumberRewritten)],
}
