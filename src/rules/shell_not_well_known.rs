//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::shell_cmd::shells;
use crate::model::source_file::SourceFile;

declare_rule! {
    /// A script is for a shell that is not one of GitHub's
    ///
    /// ## Why is this bad?
    /// Tools, this one included, cannot look into the script.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: print "hello\n"
    ///   shell: perl -w {0}
    /// ```
    ///
    /// ## How to fix
    /// Use `bash`, `sh`, `pwsh` or `python`, or put the script into a file.
    "shell-not-well-known",
    group: Shell,
    since: "0.1.0",
    severity: Info,
    persona: Auditor,
    peers: { "zizmor": ["misfeature"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    for shell in shells(file) {
        let program = shell.value.split_whitespace().next().unwrap_or_default();
        let known = matches!(program, "bash" | "sh" | "pwsh" | "powershell" | "python" | "cmd" | "python3" | "");
        if !known && !shell.has_expression() {
            reporter.report(shell.span, format!("`{program}` is not one of GitHub's shells"));
        }
    }
}
