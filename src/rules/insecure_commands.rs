//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::{Confidence, Persona, Severity};
use crate::model::source_file::SourceFile;
use crate::model::yaml::{Node, Text};

declare_rule! {
    /// Commands that GitHub has switched off for security are switched on
    ///
    /// ## Why is this bad?
    /// With `ACTIONS_ALLOW_UNSECURE_COMMANDS`, everything that a step prints can set variables and the
    /// path: a log line with a stranger's text is enough to run code.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo "::set-env name=VERSION::1"
    ///   env:
    ///     ACTIONS_ALLOW_UNSECURE_COMMANDS: true
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo "VERSION=1" >> "$GITHUB_ENV"
    /// ```
    ///
    /// ## How to fix
    /// Delete the variable, and write to `$GITHUB_ENV` and `$GITHUB_PATH`.
    "insecure-commands",
    group: Injection,
    since: "0.1.0",
    severity: Error,
    peers: { "zizmor": ["insecure-commands"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let Some(root) = &file.document.root else { return };
    walk(root, reporter);
}

fn walk(node: &Node, reporter: &mut Reporter<'_>) {
    for entry in node.entries() {
        let name = entry.key.as_str();
        let is_on = |text: &Text| !matches!(text.as_str(), "" | "false" | "0");
        if name == "ACTIONS_ALLOW_UNSECURE_COMMANDS" && entry.value.text().is_some_and(is_on) {
            reporter
                .report(entry.key.span, "what steps print can set variables and the path")
                .help("delete the variable, and write to `$GITHUB_ENV` and `$GITHUB_PATH`");
        }
        if name == "env" && entry.value.text().is_some_and(Text::has_expression) {
            reporter
                .report(entry.value.place(), "variables that are computed as a whole may allow insecure commands")
                .severity(Severity::Info)
                .confidence(Confidence::Low)
                .persona(Persona::Auditor);
        }
        walk(&entry.value, reporter);
    }
    node.items().iter().for_each(|item| walk(item, reporter));
}
