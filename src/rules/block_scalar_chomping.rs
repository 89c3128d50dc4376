//! See the rule's documentation below.

use std::collections::BTreeSet;

use crate::model::source_file::SourceFile;
use crate::model::workflow::Step;
use crate::model::yaml::{Node, Style, Text, Value};
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A value of one line ends with a line break that is not seen
    ///
    /// ## Why is this bad?
    /// `|` and `>` keep a line break at the end. In a variable, an input, an output, a matrix or a group's
    /// name it makes the value another one: comparisons fail, and paths and names do not match. Actions that are
    /// known to be in JavaScript trim their inputs, so those are fine.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: make publish
    ///   env:
    ///     TARGET: >
    ///       https://example.com/${{ github.ref_name }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: make publish
    ///   env:
    ///     TARGET: >-
    ///       https://example.com/${{ github.ref_name }}
    /// ```
    /// ```yaml
    /// - uses: actions/cache@v4
    ///   with:
    ///     path: target
    ///     key: target-${{ hashFiles('Cargo.lock') }}
    ///     restore-keys: |
    ///       target-
    /// ```
    ///
    /// ## How to fix
    /// Write `|-` or `>-`; write `|+` or `>+` where the line break is meant.
    "block-scalar-chomping",
    group: Hygiene,
    since: "0.1.0",
    severity: Warning,
    persona: Pedantic,
    peers: { "github": ["block-scalar-chomping"] },
    checks: [File(check)],
}

/// Keys whose values and all below them are taken as they are.
const EXACT: &[&str] = &["env", "with", "outputs", "secrets", "matrix", "concurrency"];

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    // Actions in JavaScript read their inputs by a function that trims them.
    let is_trimmed = |step: &Step| reporter.interface(step).is_some_and(|interface| interface.using.starts_with("node"));
    let steps = reporter.steps().iter().map(|place| place.step).filter(|step| is_trimmed(step));
    let trimmed: BTreeSet<usize> = steps.filter_map(|step| Some(step.node.entry("with")?.value.span.start)).collect();
    if let Some(root) = &file.document.root {
        visit(root, Place::Elsewhere, &trimmed, reporter);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Exact,
    Elsewhere,
}

/// Visits a node and all below it, but for mappings that start at bytes where line breaks at the end are trimmed.
fn visit(node: &Node, place: Place, trimmed: &BTreeSet<usize>, reporter: &mut Reporter<'_>) {
    match &node.value {
        Value::Scalar(text) if place == Place::Exact && is_clipped(text, &reporter.file().text) => {
            reporter
                .report(text.span, "this value ends with a line break")
                .help("write `|-` or `>-` to leave it out, or `|+` or `>+` to keep it");
        }
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter().for_each(|item| visit(item, place, trimmed, reporter)),
        Value::Mapping(_) if trimmed.contains(&node.span.start) => {}
        Value::Mapping(entries) => {
            for entry in entries.iter() {
                let below = if EXACT.contains(&entry.key.as_str()) { Place::Exact } else { place };
                visit(&entry.value, below, trimmed, reporter);
            }
        }
    }
}

/// Tells whether a block scalar has one line and says nothing about its end.
fn is_clipped(text: &Text, source: &str) -> bool {
    let is_block = matches!(text.style, Style::Literal | Style::Folded);
    let one_line = text.value.strip_suffix('\n').is_some_and(|line| !line.is_empty() && !line.contains('\n'));
    let header = source.get(text.span.start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let header = header.split('#').next().unwrap_or_default();
    is_block && one_line && !header.contains(['+', '-'])
}
