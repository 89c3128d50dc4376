//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;

declare_rule! {
    /// A script prints a command that GitHub no longer follows
    ///
    /// ## Why is this bad?
    /// `::set-env` and `::add-path` are ignored with an error, `::set-output` and `::save-state` are
    /// deprecated and will be ignored: outputs are empty from then on.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo "::set-output name=version::1.2"
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo "version=1.2" >> "$GITHUB_OUTPUT"
    /// ```
    ///
    /// ## How to fix
    /// Write to the file in `$GITHUB_OUTPUT`, `$GITHUB_STATE`, `$GITHUB_ENV` or `$GITHUB_PATH`.
    "deprecated-workflow-command",
    group: Shell,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["deprecated-commands"] },
    checks: [Step(check)],
}

const COMMANDS: &[(&str, &str, &str)] = &[
    ("::set-output", "set-output", "echo \"name=value\" >> \"$GITHUB_OUTPUT\""),
    ("::save-state", "save-state", "echo \"name=value\" >> \"$GITHUB_STATE\""),
    ("::set-env", "set-env", "echo \"NAME=value\" >> \"$GITHUB_ENV\""),
    ("::add-path::", "add-path", "echo \"folder\" >> \"$GITHUB_PATH\""),
];

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(script) = place.step.script().filter(|script| script.text.value.contains("::")) else { return };
    let mut offset = 0;
    for line in script.text.value.split_inclusive('\n') {
        for (text, name, instead) in COMMANDS {
            let Some(at) = line.find(text).filter(|_| !line.trim_start().starts_with('#')) else { continue };
            // `::set-output-dir` is somebody's own word.
            let next = line.get(at + text.len()..).and_then(|rest| rest.chars().next());
            if text.ends_with("::") || next.is_some_and(|next| matches!(next, ' ' | ':')) {
                let span = reporter.inside(&script.text, offset + at..offset + at + text.len());
                reporter
                    .report(span, format!("the workflow command `{name}` is deprecated"))
                    .help(format!("write {instead}"));
            }
        }
        offset += line.len();
    }
}
