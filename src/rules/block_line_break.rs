//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::Site;
use crate::knowledge::contexts::Key;
use crate::model::yaml::Style;

declare_rule! {
    /// A value with an expression ends in a line break
    ///
    /// ## Why is this bad?
    /// A block that starts with `|` or `>` ends in a line break. It becomes part of the variable, the
    /// input or the output, and comparisons with the value fail.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: make
    ///   env:
    ///     TARGET: >
    ///       ${{ vars.TARGET }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: make
    ///   env:
    ///     TARGET: >-
    ///       ${{ vars.TARGET }}
    /// ```
    ///
    /// ## How to fix
    /// Write `|-` or `>-`, or `|+` where the line break is meant.
    "block-line-break",
    group: Expressions,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    peers: { "github": ["block-scalar-chomping"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let value = site.text.value.as_str();
    let is_block = matches!(site.text.style, Style::Literal | Style::Folded);
    // A text of several lines is read as lines; one that is one line is meant as one.
    let is_line = value.strip_suffix('\n').is_some_and(|line| !line.contains('\n'));
    let is_first = value.find("${{") == Some(site.outer.start);
    if site.is_key || !is_block || !is_line || !is_first || !counts(site) {
        return;
    }
    let source = reporter.file().text.get(site.text.span.start..site.text.span.end).unwrap_or_default();
    if source.lines().next().is_some_and(|header| !header.contains('+')) {
        reporter.report(site.text.span, "this value ends in a line break").help("write `|-` or `>-`, or `|+` where it is meant");
    }
}

/// Tells whether the line break is kept: GitHub takes it off names, conditions and the like.
fn counts(site: &Site<'_>) -> bool {
    matches!(site.key, Key::WorkflowEnv | Key::JobEnv | Key::ContainerEnv | Key::JobOutput | Key::CallSecrets)
        || matches!(site.path.as_slice(), [.., "env" | "with", _] | ["concurrency"] | [.., "concurrency"] | [.., "concurrency", "group"])
        || site.path.contains(&"matrix")
}
