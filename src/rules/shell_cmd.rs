//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::source_file::SourceFile;
use crate::model::workflow::Step;
use crate::model::yaml::Text;

declare_rule! {
    /// A script is for the Windows command prompt
    ///
    /// ## Why is this bad?
    /// `cmd` goes on after a failed command, cannot quote a variable safely, and is read by hardly any
    /// tool.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: dir
    ///   shell: cmd
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: Get-ChildItem
    ///   shell: pwsh
    /// ```
    ///
    /// ## How to fix
    /// Use `pwsh` or `bash`.
    "shell-cmd",
    group: Shell,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    peers: { "zizmor": ["misfeature"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    for shell in shells(file) {
        let program = shell.value.split_whitespace().next().unwrap_or_default();
        if program.eq_ignore_ascii_case("cmd") || program.eq_ignore_ascii_case("cmd.exe") {
            reporter.report(shell.span, "`cmd` goes on after errors and cannot quote safely").help("use `pwsh` or `bash`");
        }
    }
}

/// Lists the shells named in a file: in steps, and in `defaults` of the workflow and its jobs.
pub(super) fn shells(file: &SourceFile) -> Vec<&Text> {
    let mut found = Vec::new();
    if let Some(workflow) = file.workflow() {
        found.extend(&workflow.default_shell);
        for job in &workflow.jobs {
            found.extend(&job.default_shell);
            found.extend(of_steps(&job.steps));
        }
    }
    if let Some(action) = file.action() {
        found.extend(of_steps(action.steps()));
    }
    found
}

fn of_steps(steps: &[Step]) -> impl Iterator<Item = &Text> {
    steps.iter().flat_map(Step::flatten).filter_map(Step::script).filter_map(|script| script.shell.as_ref())
}
