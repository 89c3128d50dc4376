//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};

declare_rule! {
    /// An action is given an input that it has deprecated
    ///
    /// ## Why is this bad?
    /// GitHub warns at every run, and one of the action's next releases does without the input.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: pypa/gh-action-pypi-publish@release/v1
    ///   with:
    ///     packages_dir: wheels
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: pypa/gh-action-pypi-publish@release/v1
    ///   with:
    ///     packages-dir: wheels
    /// ```
    ///
    /// ## How to fix
    /// Do what the action says instead.
    "action-input-deprecated",
    group: Actions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["action"], "github": ["languageservice"] },
    checks: [Step(check)],
}

/// How much is shown of what an action's manifest says, which can be anything.
const LONGEST_ADVICE: usize = 200;

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(interface) = reporter.interface(place.step) else { return };
    for (name, _) in place.step.with() {
        // One that must be given cannot be left out.
        let input = interface.inputs.get(&name.value.to_ascii_lowercase()).filter(|input| !input.must_be_given);
        let Some(advice) = input.and_then(|input| input.deprecated.as_deref()) else { continue };
        let report = reporter.report(name.span, format!("the input `{}` is deprecated", name.value));
        let advice = one_line(advice);
        if !advice.is_empty() {
            report.help(advice);
        }
    }
}

fn one_line(advice: &str) -> String {
    let words: Vec<&str> = advice.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST_ADVICE).and_then(|(end, _)| line.get(..end)) {
        Some(start) => format!("{start}…"),
        None => line.trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_becomes_a_short_line() {
        assert_eq!(one_line("  use\n  `b`.\n"), "use `b`");
        assert_eq!(one_line(" \n"), "");
        assert_eq!(one_line(&"ü".repeat(300)), format!("{}…", "ü".repeat(200)));
    }
}
