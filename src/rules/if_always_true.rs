//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::Site;
use crate::model::yaml::Style;

declare_rule! {
    /// A condition is always true because of text around `${{ }}`
    ///
    /// ## Why is this bad?
    /// GitHub replaces each `${{ }}` by its value and then asks whether the whole text is empty.
    /// With anything around it, be it a blank or the line break of a block, it never is.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: ${{ github.event_name == 'push' }} && ${{ github.ref == 'refs/heads/main' }}
    ///   run: make deploy
    /// - if: |
    ///     ${{ github.event_name == 'push' }}
    ///   run: make deploy
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - if: github.event_name == 'push' && github.ref == 'refs/heads/main'
    ///   run: make deploy
    /// ```
    ///
    /// ## How to fix
    /// Leave out `${{` and `}}`: an `if` is an expression anyway.
    "if-always-true",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: {
        "actionlint": ["if-cond"],
        "zizmor": ["unsound-condition"],
        "poutine": ["if_always_true"],
        "github": ["expression-literal-text-in-condition"],
    },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let value = &site.text.value;
    let is_first = value.find("${{") == Some(site.outer.start);
    if !site.key.is_condition() || site.is_key || !value.contains("${{") || !is_first {
        return;
    }
    if site.outer == (0..value.len()) {
        return;
    }
    let is_block = matches!(site.text.style, Style::Literal | Style::Folded);
    let span = if is_block { site.text.span } else { reporter.inside(site.text, 0..value.trim_end().len()) };
    let report = reporter
        .report(span, "this condition is always true")
        .note("text around `${{ }}` makes the whole a text, and a text that is not empty is true");
    if value.trim_end() == value.get(site.outer.clone()).unwrap_or_default() && is_block {
        report.help("the text is the line break at the block's end: write `|-` or `>-`, or leave out `${{` and `}}`");
    } else {
        report.help("write the whole condition without `${{` and `}}`");
    }
}
