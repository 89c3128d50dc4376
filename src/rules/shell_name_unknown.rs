//! See the rule's documentation below.

use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::suggest;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Text;

declare_rule! {
    /// A shell is none that runners know by name
    ///
    /// ## Why is this bad?
    /// The step fails. Any other program needs a command with `{0}`, which stands for the
    /// script's file.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: make
    ///   shell: zsh
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: make
    ///   shell: zsh -e {0}
    /// ```
    ///
    /// ## How to fix
    /// Name a known shell, or give the command with `{0}`.
    "shell-name-unknown",
    group: Shell,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["shell-name"] },
    checks: [Workflow(check_workflow), Job(check_job), Step(check_step)],
}

/// The shells that runners know by name.
const KNOWN: &[&str] = &["bash", "sh", "pwsh", "powershell", "cmd", "python"];

fn check_workflow(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    check(workflow.default_shell.as_ref(), reporter);
}

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    check(job.default_shell.as_ref(), reporter);
}

fn check_step(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    check(place.step.script().and_then(|script| script.shell.as_ref()), reporter);
}

fn check(shell: Option<&Text>, reporter: &mut Reporter<'_>) {
    let Some(shell) = shell.filter(|shell| !shell.value.is_empty() && !shell.has_expression()) else { return };
    let name = shell.value.as_str();
    if name.contains("{0}") || KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return;
    }
    let help = suggest::closest(name, KNOWN.iter().copied())
        .map_or_else(|| format!("write `{name} {{0}}` to run it as a command"), |meant| format!("did you mean `{meant}`?"));
    reporter.report(shell.span, format!("`{name}` is no shell that runners know by name")).help(help);
}
