//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{Site, Type, infer};

declare_rule! {
    /// Two values in an expression do not fit together
    ///
    /// ## Why is this bad?
    /// GitHub turns values into numbers or gives nothing, without any message: an object is never
    /// equal to a string, a string has no properties, and an object in a text is the word `Object`.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: github.event == 'push'
    ///   run: make
    /// - run: echo ${{ env }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - if: github.event_name == 'push'
    ///   run: make
    /// - run: echo "$ALL"
    ///   env:
    ///     ALL: ${{ toJSON(env) }}
    /// ```
    ///
    /// ## How to fix
    /// Compare values of the same kind, name the property that is meant, and use `toJSON()` for
    /// objects and arrays in texts.
    "type-mismatch",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let (whole, mismatches) = infer(site, reporter.file());
    for mismatch in mismatches {
        let span = reporter.inside(site.text, mismatch.range);
        reporter.report(span, mismatch.message);
    }
    if (whole.is_collection() || whole == Type::Null) && becomes_text(site) {
        let span = reporter.inside(site.text, site.outer.clone());
        reporter.report(span, format!("{} becomes part of a text", whole.name())).help("use `toJSON()`, or name the property that is meant");
    }
}

/// Tells whether the value is put into a text, where objects and arrays have no form.
fn becomes_text(site: &Site<'_>) -> bool {
    if site.is_key || site.key.is_condition() {
        return false;
    }
    let among_text = site.outer != (0..site.text.value.len());
    among_text || matches!(site.path.as_slice(), [.., "run" | "name" | "run-name" | "working-directory"] | [.., "env", _])
}
