//! See the rule's documentation below.

use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::github_files::{misnamed, spelled};
use crate::detectors::shells;
use crate::model::finding::{Safety, Severity};
use crate::shell::{Interpreter, Origin};

declare_rule! {
    /// A script writes to `GITHUB_OUTPUT` or the like in the way of another shell
    ///
    /// ## Why is this bad?
    /// bash takes `$env:GITHUB_OUTPUT` and `%GITHUB_OUTPUT%` for names of ordinary files, and
    /// PowerShell takes `$GITHUB_OUTPUT` for a variable of the script that has no value. The step
    /// passes, and what it wrote is lost. On Windows PowerShell reads scripts without `shell`.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo "version=1.2" >> $GITHUB_OUTPUT
    ///   shell: pwsh
    /// ```
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo "version=1.2" >> $env:GITHUB_OUTPUT
    ///   shell: bash
    /// ```
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo "version=1.2" >> GITHUB_OUTPUT
    ///   shell: bash
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo "version=1.2" >> "$GITHUB_OUTPUT"
    ///   shell: bash
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: '"version=1.2" >> $env:GITHUB_OUTPUT'
    ///   shell: pwsh
    /// ```
    ///
    /// ## How to fix
    /// Write `"$GITHUB_OUTPUT"` in bash and sh, `$env:GITHUB_OUTPUT` in PowerShell and
    /// `%GITHUB_OUTPUT%` in cmd, or name the shell that the script is meant for.
    "misnamed-github-file",
    group: Shell,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(script) = place.step.script().filter(|script| script.text.value.contains("GITHUB_")) else { return };
    let Some(shell) = shells::of_step(place.step, place.job()) else { return };
    let text = &script.text;
    for found in misnamed(&text.value, shell.interpreter) {
        let right = spelled(found.file, shell.interpreter);
        let span = reporter.inside(text, found.range.clone());
        let draft = reporter.rewrite(text, vec![(found.range, right.clone())]);
        let message = format!("{} does not take this for the file in `{}`", name(shell.interpreter), found.file);
        let report = reporter.report(span, message).help(format!("write `{right}`")).fix(
            Safety::Unsafe,
            format!("write `{right}`"),
            draft,
        );
        // Which shell a runner takes by itself is not as sure as what the file says.
        if matches!(shell.origin, Origin::Default | Origin::Container) {
            report
                .severity(Severity::Warning)
                .note(format!("without `shell:` {} reads the script on this runner", name(shell.interpreter)));
        }
    }
}

fn name(interpreter: Interpreter) -> &'static str {
    match interpreter {
        Interpreter::Bash => "bash",
        Interpreter::Sh => "sh",
        Interpreter::PowerShell => "PowerShell",
        Interpreter::Cmd => "cmd",
        Interpreter::Python => "Python",
    }
}
