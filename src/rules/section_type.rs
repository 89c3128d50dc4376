//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::schema;
use crate::expressions::{Site, Type};
use crate::knowledge::schema::{Scalar, Shape};

declare_rule! {
    /// An expression yields another type than its key takes
    ///
    /// ## Why is this bad?
    /// GitHub turns no text into a number, a boolean or a mapping by itself: it stops with "Unexpected
    /// value" when it gets there.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       minutes:
    ///         type: string
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     timeout-minutes: ${{ inputs.minutes }}
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       minutes:
    ///         type: string
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     timeout-minutes: ${{ fromJSON(inputs.minutes) }}
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// `fromJSON()` makes a number, a boolean, a list or an object of a text. What `vars`, `env`,
    /// `secrets` and all outputs hold is text.
    "section-type",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let value = site.text.value.as_str();
    if site.is_key || value.trim() != value.get(site.outer.clone()).unwrap_or_default() {
        return;
    }
    let Some(shape) = schema::shape(reporter.file().kind(), &site.path).filter(|shape| !shape.is_text()) else { return };
    let Some(kind) = reporter.inference(site).map(|inference| &inference.whole) else { return };
    if fits(kind, shape) {
        return;
    }
    let name = site.path.iter().rev().find(|name| **name != "-").copied().unwrap_or_default();
    let span = reporter.inside(site.text, site.outer.clone());
    let report = reporter.report(span, format!("`{name}` takes {}, but this is {}", wanted(shape), kind.name()));
    if *kind == Type::String {
        report.help("`fromJSON()` makes of a text what it says");
    }
}

/// Tells whether a value of a type may stand for a shape. Null may: it is often what a matrix or an
/// input does not give.
fn fits(kind: &Type, shape: &Shape) -> bool {
    match kind {
        Type::Any | Type::Null => true,
        Type::Boolean => shape.takes_text() || matches!(shape.scalar, Some(Scalar::Boolean | Scalar::True)),
        Type::Number => shape.takes_text() || matches!(shape.scalar, Some(Scalar::Number | Scalar::Count)),
        Type::String => shape.takes_text(),
        Type::Array(item) | Type::Filtered(item) => shape.sequence.is_some_and(|sequence| fits_item(item, sequence.item)),
        Type::Object(_) => shape.mapping.is_some(),
    }
}

/// The items of a matrix may be anything.
fn fits_item(kind: &Type, shape: &Shape) -> bool {
    let is_any = matches!(shape.mapping, Some(crate::knowledge::schema::Mapping::Any));
    is_any || fits(kind, shape)
}

fn wanted(shape: &Shape) -> String {
    let scalar = match shape.scalar {
        None => None,
        Some(Scalar::Boolean | Scalar::True) => Some("a boolean"),
        Some(Scalar::Number | Scalar::Count) => Some("a number"),
        Some(_) => Some("a text"),
    };
    let kinds = [scalar, shape.sequence.map(|_| "a list"), shape.mapping.map(|_| "a mapping")];
    kinds.into_iter().flatten().collect::<Vec<_>>().join(" or ")
}
