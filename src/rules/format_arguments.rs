//! See the rule's documentation below.

use std::collections::BTreeSet;

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{Expr, Function, Literal, Site};
use crate::model::finding::Severity;

declare_rule! {
    /// The placeholders of `format` and its arguments do not match
    ///
    /// ## Why is this bad?
    /// GitHub stops with an error where an argument is missing or the format cannot be read, and
    /// drops an argument that has no placeholder.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo ${{ format('{0} {1}', github.actor) }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo ${{ format('{0} {1}', github.actor, github.sha) }}
    /// ```
    ///
    /// ## How to fix
    /// Give one argument for each placeholder, counted from `{0}`; braces are doubled: `{{`, `}}`.
    "format-arguments",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"], "github": ["format-arg-count-mismatch", "invalid-format-string"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    site.calls(&mut |part, call| {
        let (Function::Format, Some((pattern, values))) = (call.func, call.args.split_first()) else { return };
        let Expr::Literal(Literal::String(text)) = &pattern.inner else { return };
        let Some(used) = placeholders(text) else {
            let span = reporter.inside(site.text, site.range_of(pattern));
            reporter
                .report(span, "GitHub cannot read this format")
                .help("a placeholder is a number in braces; braces that stand for themselves are doubled: `{{`, `}}`");
            return;
        };
        let span = reporter.inside(site.text, site.range_of(part));
        if let Some(missing) = used.iter().find(|number| **number >= values.len()) {
            reporter.report(span, format!("there is no argument for `{{{missing}}}`"));
        }
        for (number, value) in values.iter().enumerate().filter(|(number, _)| !used.contains(number)) {
            let span = reporter.inside(site.text, site.range_of(value));
            reporter
                .report(span, format!("this argument is dropped: there is no `{{{number}}}`"))
                .severity(Severity::Warning);
        }
    });
}

/// Returns the numbers of the placeholders in a format; `None` where it cannot be read. Doubled
/// braces are texts, and behind the number may stand how to write it.
fn placeholders(text: &str) -> Option<BTreeSet<usize>> {
    let mut found = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let brace = rest.get(at..)?;
        if let Some(behind) = brace.strip_prefix("{{").or_else(|| brace.strip_prefix("}}")) {
            rest = behind;
            continue;
        }
        let (inner, behind) = brace.strip_prefix('{')?.split_once('}')?;
        let digits = inner.split(|character: char| !character.is_ascii_digit()).next().unwrap_or_default();
        // A number that is too large has no argument either.
        found.insert(if digits.is_empty() { return None } else { digits.parse().unwrap_or(usize::MAX) });
        rest = behind;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read_as_github_does() {
        let numbers = |text: &str| placeholders(text).map(|found| found.into_iter().collect::<Vec<_>>());
        assert_eq!(numbers("{1} {0} {1} {{2}} {3:yyyy}"), Some(vec![0, 1, 3]));
        assert_eq!(numbers("{{{0}}}"), Some(vec![0]));
        assert_eq!(numbers("plain"), Some(vec![]));
        for wrong in ["{", "}", "{0", "{a}", "{}", "{0} }"] {
            assert_eq!(numbers(wrong), None, "{wrong}");
        }
    }
}
