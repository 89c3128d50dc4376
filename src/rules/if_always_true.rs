//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{Expr, Site};
use crate::model::finding::Safety;
use crate::model::yaml::{Draft, Style};

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
    /// Leave out `${{` and `}}`: an `if` is an expression anyway. What ran always is then skipped where the condition says
    /// so, which nobody may have seen yet: look at whether it is what you want.
    "if-always-true",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: {
        "actionlint": ["if-cond"],
        "zizmor": ["unsound-condition"],
        "poutine": ["if_always_true"],
        "github": ["expression-literal-text-in-condition"],
    },
    checks: [Expression(check)],
}

/// The expressions of a condition up to which they are made one.
const MOST_PARTS: usize = 50;

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
    let draft = draft(site, reporter);
    let report = reporter
        .report(span, "this condition is always true")
        .note("text around `${{ }}` makes the whole a text, and a text that is not empty is true");
    let report = if value.trim_end() == value.get(site.outer.clone()).unwrap_or_default() && is_block {
        report.help("the text is the line break at the block's end: write `|-` or `>-`, or leave out `${{` and `}}`")
    } else {
        report.help("write the whole condition without `${{` and `}}`; only then is it asked at all")
    };
    // What runs always today is then skipped where the condition says so.
    report.fix(Safety::Unsafe, "leave out the inner `${{` and `}}`", draft);
}

/// Drafts the condition as one expression, if it is one without the fences.
fn draft(site: &Site<'_>, reporter: &Reporter<'_>) -> Option<Draft> {
    let text = site.text;
    let sites: Vec<&Site<'_>> = reporter.sites_in(text).take(MOST_PARTS + 1).collect();
    let is_alone = sites.len() == 1 && text.value.trim() == text.value.get(site.outer.clone())?;
    let mut parts = Vec::new();
    let mut whole = String::new();
    let mut at = 0;
    for site in &sites {
        // Text inside a string, or without a gap, would become another thing than it looks like.
        let before = text.value.get(at..site.outer.start)?;
        let behind = text.value.get(site.outer.end..)?;
        let stands_apart = before.is_empty() || before.ends_with(|last: char| last.is_whitespace() || "(!,".contains(last));
        let ends_apart = behind.is_empty() || behind.starts_with(|next: char| next.is_whitespace() || "),".contains(next));
        if before.matches('\'').count() % 2 > 0 || !stands_apart || !ends_apart {
            return None;
        }
        let source = site.source();
        let start = site.range.start + source.len() - source.trim_start().len();
        let end = site.range.start + source.trim_end().len();
        let is_joined = matches!(site.expression()?.inner, Expr::BinExpr(_)) && !is_alone;
        let (open, close) = if is_joined { ("(", ")") } else { ("", "") };
        whole.extend([before, open, text.value.get(start..end)?, close]);
        parts.push((site.outer.start..start, open.to_owned()));
        parts.push((end..site.outer.end, close.to_owned()));
        at = site.outer.end;
    }
    whole.push_str(text.value.get(at..)?);
    Expr::parse(whole.trim()).ok().filter(|_| sites.len() <= MOST_PARTS)?;
    // What begins like a tag, a quote or a list is fenced as a whole.
    let is_word = |first: char| first.is_ascii_alphanumeric() || first == '(';
    if text.style == Style::Plain && !whole.starts_with(is_word) {
        parts.insert(0, (0..0, "${{ ".to_owned()));
        parts.push((text.value.len()..text.value.len(), " }}".to_owned()));
    }
    reporter.rewrite(text, parts)
}
