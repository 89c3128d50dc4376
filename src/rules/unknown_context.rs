//! See the rule's documentation below.

use std::ops::Range;

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::Site;
use crate::knowledge::contexts::Context;
use crate::knowledge::functions;
use crate::model::suggest::closest;

declare_rule! {
    /// An expression reads a context that does not exist
    ///
    /// ## Why is this bad?
    /// GitHub refuses the whole file, so none of its jobs run. Often a string lacks its quotes, or a
    /// function its parentheses.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: runner.os == linux
    ///   run: make
    /// ```
    /// ```yaml
    /// - if: always
    ///   run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - if: runner.os == 'Linux'
    ///   run: make
    /// ```
    /// ```yaml
    /// - if: always()
    ///   run: make
    /// ```
    ///
    /// ## How to fix
    /// Correct the name, put the string in single quotes, or write the parentheses of the function.
    "unknown-context",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"], "github": ["parser"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    for context in &site.contexts {
        let name = context.root();
        if Context::named(name).is_some() {
            continue;
        }
        let range = context.ranges.first().unwrap_or(&context.range).clone();
        let is_operand = is_operand(&site.text.value, &range);
        let span = reporter.inside(site.text, range);
        let report = reporter.report(span, format!("there is no context `{name}`"));
        if let Some(help) = other_word(name, is_operand).filter(|_| context.parts.len() == 1) {
            report.help(help);
            continue;
        }
        match closest(name, Context::ALL.iter().map(|context| context.name())) {
            Some(known) => report.help(format!("did you mean `{known}`?")),
            None if context.parts.len() == 1 => report.help(format!("put a string in single quotes: '{name}'")),
            None => report.note("the contexts are env, github, inputs, job, jobs, matrix, needs, runner, secrets, steps, strategy and vars"),
        };
    }
}

/// Tells whether a word is compared with something, or is one of several arguments: there, `success`
/// is more likely a string without quotes than a function without parentheses.
fn is_operand(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default().trim_end();
    let behind = text.get(range.end..).unwrap_or_default().trim_start();
    before.ends_with(['=', '<', '>', ',']) || behind.starts_with(['=', '<', '>', ',']) || behind.starts_with("!=")
}

/// Says what a word that stands alone is where no quotes are missing: a function without its
/// parentheses, or a literal as other languages write it.
fn other_word(name: &str, is_operand: bool) -> Option<String> {
    if let Some(function) = functions::named(name).filter(|_| !is_operand) {
        let parameters = if function.takes_nothing() { "" } else { function.parameters };
        return Some(format!("`{}` is a function: write `{0}({parameters})`", function.name));
    }
    let literal = match name.to_ascii_lowercase().as_str() {
        "true" => "true",
        "false" => "false",
        "null" | "none" | "nil" | "undefined" => "null",
        _ => return None,
    };
    Some(format!("write `{literal}`, or put a string in single quotes: '{name}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_their_own_are_no_strings() {
        assert_eq!(other_word("success", false).as_deref(), Some("`success` is a function: write `success()`"));
        assert_eq!(other_word("success", true), None);
        assert_eq!(other_word("tojson", false).as_deref(), Some("`toJSON` is a function: write `toJSON(value)`"));
        assert_eq!(other_word("True", true).as_deref(), Some("write `true`, or put a string in single quotes: 'True'"));
        assert_eq!(other_word("None", true).as_deref(), Some("write `null`, or put a string in single quotes: 'None'"));
        assert_eq!(other_word("linux", false), None);
    }

    #[test]
    fn what_is_compared_is_told_from_what_is_asked() {
        let is_operand = |text: &str| {
            let at = text.find("success").unwrap();
            is_operand(text, &(at..at + "success".len()))
        };
        assert!(is_operand("needs.a.result == success"));
        assert!(is_operand("success != needs.a.result"));
        assert!(is_operand("contains(needs.*.result, success)"));
        assert!(!is_operand("success && github.ref == 'x'"));
        assert!(!is_operand("!(success)"));
    }
}
