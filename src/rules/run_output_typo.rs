//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::unknown_step_output::{report, uses};
use crate::detectors::step_outputs::Others;
use crate::expressions::Site;
use crate::model::suggest::closest;

declare_rule! {
    /// An output is read by nearly the name that the step's script writes
    ///
    /// ## Why is this bad?
    /// An output that nobody sets is empty, without any message.
    ///
    /// ## Bad
    /// ```yaml
    /// - id: build
    ///   run: |
    ///     ./build.sh
    ///     echo "artifact=$(ls dist)" >> "$GITHUB_OUTPUT"
    /// - run: make release
    ///   env:
    ///     ARTIFACT: ${{ steps.build.outputs.artefact }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - id: build
    ///   run: |
    ///     ./build.sh
    ///     echo "artifact=$(ls dist)" >> "$GITHUB_OUTPUT"
    /// - run: make release
    ///   env:
    ///     ARTIFACT: ${{ steps.build.outputs.artifact }}
    /// ```
    ///
    /// ## How to fix
    /// Use the same name in both places. What the script runs could set the other name, too; then
    /// tell the linter so with a comment.
    "run-output-typo",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    confidence: Low,
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    for (used, name, step) in uses(site, reporter) {
        let Some(script) = step.script() else { continue };
        let outputs = reporter.step_outputs(step);
        let known = outputs.names.values().map(String::as_str);
        let is_certain = outputs.has(name) || outputs.others != Others::Any || script.text.value.contains(name);
        if !is_certain && closest(name, known).is_some() {
            report(site, (used, name), &outputs, reporter);
        }
    }
}
