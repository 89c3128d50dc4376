//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::schema;
use crate::expressions::{MismatchKind, Site, Type};
use crate::model::source_file::Kind;

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
    if (whole.is_collection() || *whole == Type::Null) && becomes_text(site, reporter.file().kind()) {
        let span = reporter.inside(site.text, site.outer.clone());
        reporter
            .report(span, format!("{} becomes part of a text", whole.name()))
            .help("use `toJSON()`, or name the property that is meant");
    }
}

/// Tells whether the value is put into a text, where objects and arrays have no form.
fn becomes_text(site: &Site<'_>, kind: Kind) -> bool {
    if site.is_key || site.key.is_condition() {
        return false;
    }
    let shape = schema::shape(kind, &site.path);
    let among_text = site.outer != (0..site.text.value.len());
    // Where no text may stand at all, another rule asks for one expression and nothing else.
    shape.is_some_and(|shape| shape.is_text() || (among_text && shape.takes_text()))
}
