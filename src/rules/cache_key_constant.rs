//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::expressions::ContextUse;

declare_rule! {
    /// The key of a cache never changes
    ///
    /// ## Why is this bad?
    /// A cache is saved once for each key and never changed. With a key that is always the same, what was cached
    /// first is restored for ever, and grows older with each day.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/cache@v5
    ///   with:
    ///     path: ~/.cache/pip
    ///     key: pip-${{ runner.os }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/cache@v5
    ///   with:
    ///     path: ~/.cache/pip
    ///     key: pip-${{ runner.os }}-${{ hashFiles('requirements.txt') }}
    /// ```
    ///
    /// ## How to fix
    /// Put the hash of the files into the key that decide what is cached: `hashFiles()`.
    "cache-key-constant",
    group: Performance,
    since: "0.1.0",
    severity: Warning,
    confidence: Medium,
    checks: [Step(check)],
}

/// What is the same in each run of a job; in a matrix, only what tells systems apart.
const CONSTANT: &[(&str, &[&str])] = &[
    ("github", &["workflow", "job", "repository", "repository_owner", "event_name"]),
    ("job", &[]),
    ("matrix", &["arch", "os", "platform", "runner", "target"]),
    ("runner", &[]),
];

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    if !step.is_action("actions/cache") && !step.is_action("actions/cache/save") || step.never_runs() {
        return;
    }
    let Some(key) = step.input("key") else { return };
    // A function may read files; what a variable holds is not seen here.
    let is_constant = reporter.sites_in(key).all(|site| {
        let only_names = !site.source().contains('(');
        only_names && site.parsed.is_ok() && site.contexts.iter().all(is_constant)
    });
    // Somebody counts up a number in the key where what is cached changes.
    if is_constant && !has_number(&key.value) {
        reporter
            .report(key.span, "this key is the same in every run, so what is cached first stays")
            .help("put `${{ hashFiles('…') }}` of the files that decide what is cached into the key");
    }
}

fn is_constant(used: &ContextUse<'_>) -> bool {
    let name = used.name(1).map(str::to_ascii_lowercase);
    let constant = CONSTANT.iter().find(|(root, _)| used.is(root));
    constant.is_some_and(|(_, names)| names.is_empty() || name.is_some_and(|name| names.contains(&name.as_str())))
}

/// Tells whether a key holds a digit outside of its expressions.
fn has_number(key: &str) -> bool {
    let mut parts = key.split("${{");
    let first = parts.next().unwrap_or_default();
    let behind = parts.filter_map(|part| part.split_once("}}")).map(|(_, behind)| behind);
    std::iter::once(first).chain(behind).any(|text| text.contains(|letter: char| letter.is_ascii_digit()))
}
