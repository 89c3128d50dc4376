//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::schema;
use crate::knowledge::schema::Shape;
use crate::expressions::Site;

declare_rule! {
    /// There is text around the one expression that a key takes
    ///
    /// ## Why is this bad?
    /// With anything around `${{ }}`, or with a second one, the value becomes a text. GitHub stops
    /// with an error where it asks for a number, a boolean, a list or a mapping.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       minutes:
    ///         type: number
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     timeout-minutes: 1${{ inputs.minutes }}
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Write one expression and nothing else.
    "text-around-expression",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let takes_text = schema::shape(reporter.file().kind(), &site.path).is_none_or(Shape::takes_text);
    let value = site.text.value.as_str();
    if site.is_key || takes_text || value.trim() == value.get(site.outer.clone()).unwrap_or_default() {
        return;
    }
    if value.find("${{") == Some(site.outer.start) {
        let name = site.path.iter().rev().find(|name| **name != "-").copied().unwrap_or_default();
        reporter
            .report(site.text.span, format!("`{name}` takes one `${{{{ }}}}` and nothing else"))
            .note("with anything around it, the value is a text");
    }
}
