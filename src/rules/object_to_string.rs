//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{MismatchKind, Site, Type};

declare_rule! {
    /// An object, an array or null becomes part of a text
    ///
    /// ## Why is this bad?
    /// In a text, an object is the word `Object`, an array the word `Array`, and null is nothing;
    /// where the text is all of a value, GitHub refuses it.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo ${{ env }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo "$ALL"
    ///   env:
    ///     ALL: ${{ toJSON(env) }}
    /// ```
    ///
    /// ## How to fix
    /// Name the property that is meant, or use `toJSON()`.
    "object-to-string",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    reporter.report_mismatches(site, MismatchKind::Text);
    let Some(whole) = reporter.inference(site).map(|inference| &inference.whole) else { return };
    if (whole.is_collection() || *whole == Type::Null) && becomes_text(site) {
        let span = reporter.inside(site.text, site.outer.clone());
        reporter
            .report(span, format!("{} becomes part of a text", whole.name()))
            .help("use `toJSON()`, or name the property that is meant");
    }
}

/// Tells whether the value is put into a text, where objects and arrays have no form.
fn becomes_text(site: &Site<'_>) -> bool {
    if site.is_key || site.key.is_condition() {
        return false;
    }
    let among_text = site.outer != (0..site.text.value.len());
    among_text
        || matches!(site.path.as_slice(), [.., "run" | "name" | "run-name" | "working-directory"] | [.., "env", _])
}
