//! See the rule's documentation below.

use std::ops::Range;

use super::declare_rule;
use super::reporter::Reporter;
use crate::knowledge::contexts::Context;
use crate::model::finding::Safety;
use crate::model::source_file::SourceFile;
use crate::model::yaml::{Node, Text, Value};

declare_rule! {
    /// Braces around a context do not make it an expression
    ///
    /// ## Why is this bad?
    /// Only what stands between `${{` and `}}` is an expression. Everything else is handed on as it is written: a
    /// token is then the text `${ secrets.TOKEN }}`, without any message.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/checkout@v4
    ///   with:
    ///     token: ${ secrets.TOKEN }}
    ///     ref: '{{ github.head_ref }}'
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@v4
    ///   with:
    ///     token: ${{ secrets.TOKEN }}
    ///     ref: ${{ github.head_ref }}
    /// ```
    ///
    /// ## How to fix
    /// Write `${{` in front. Scripts, and values of several lines, are not looked at: braces may mean something there.
    "expression-not-fenced",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    confidence: Medium,
    fixable: Unsafe,
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    if file.text.contains("}}") {
        file.document.root.iter().for_each(|root| walk(root, reporter));
    }
}

fn walk(node: &Node, reporter: &mut Reporter<'_>) {
    match &node.value {
        Value::Scalar(text) => check_text(text, reporter),
        Value::Sequence(items) => items.iter().for_each(|item| walk(item, reporter)),
        Value::Mapping(entries) => {
            let is_code = |name: &str| matches!(name, "run" | "script" | "args" | "entrypoint");
            entries.iter().filter(|entry| !is_code(&entry.key.value)).for_each(|entry| walk(&entry.value, reporter));
        }
    }
}

fn check_text(text: &Text, reporter: &mut Reporter<'_>) {
    // Hardly any value has a brace.
    let has_brace = memchr::memchr(b'{', text.value.as_bytes()).is_some();
    let Some(range) = Some(&text.value).filter(|_| has_brace).and_then(|value| opening(value)) else { return };
    let span = reporter.inside(text, range.clone());
    let draft = reporter.rewrite(text, vec![(range, "${{".to_owned())]);
    reporter
        .report(span, "this begins no expression, so the text is handed on as it is")
        .help("write `${{`")
        .fix(Safety::Unsafe, "write `${{`", draft);
}

/// Finds what is meant for the `${{` of a context: `${` with one brace before two that close, or `{{` around all that
/// there is.
fn opening(text: &str) -> Option<Range<usize>> {
    if text.contains('\n') {
        return None;
    }
    let half = text.match_indices("${").map(|(at, _)| at..at + 2).find(|range| {
        let rest = text.get(range.end..).unwrap_or_default();
        let inner = rest.split("}}").next().unwrap_or_default();
        inner.len() < rest.len() && !inner.contains(['{', '}']) && names_context(inner)
    });
    let bare = || {
        let start = text.len() - text.trim_start().len();
        let inner = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
        (!inner.contains(['{', '}']) && names_context(inner)).then_some(start..start + 2)
    };
    half.or_else(bare)
}

/// Tells whether a text begins with a context and a property.
fn names_context(text: &str) -> bool {
    let named = text.trim_start().split_once('.').and_then(|(context, rest)| Some((Context::named(context)?, rest)));
    named.is_some_and(|(_, rest)| rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_meant_for_an_expression_is_found() {
        for (text, expected) in [
            ("${ secrets.TOKEN }}", Some(0..2)),
            ("a ${github.ref}} b", Some(2..4)),
            ("{{ github.head_ref }}", Some(0..2)),
            (" {{github.ref}}", Some(1..3)),
            ("${{ github.ref }}", None),
            ("${{ github.ref }} ${ env.A }}", Some(18..20)),
            ("${ env.HOME }", None),
            ("${env.HOME}/a", None),
            ("{{ .Name }}", None),
            ("type=raw,value={{ github.ref }}", None),
            ("{{ branch }}", None),
            ("{{ version.major }}", None),
            ("${{ format('{{0}}', github.ref) }}", None),
            ("a\n{{ github.ref }}", None),
        ] {
            assert_eq!(opening(text), expected, "{text}");
        }
    }
}
