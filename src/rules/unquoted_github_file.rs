//! See the rule's documentation below.

use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::github_files::FILES;
use crate::detectors::shells;
use crate::model::finding::Safety;
use crate::model::remark::Remark;
use crate::shell::redirections;

declare_rule! {
    /// A script writes to `$GITHUB_OUTPUT` or the like without quotes
    ///
    /// ## Why is this bad?
    /// The variable holds a path. On a runner of your own whose folder has a blank in its name the
    /// redirection is ambiguous, and the step fails. Where ShellCheck runs it says so, and this rule
    /// is quiet.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo "version=1.2" >> $GITHUB_OUTPUT
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo "version=1.2" >> "$GITHUB_OUTPUT"
    /// ```
    ///
    /// ## How to fix
    /// Put the variable in double quotes.
    "unquoted-github-file",
    group: Shell,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    fixable: Safe,
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(script) = place.step.script().filter(|script| script.text.value.contains("GITHUB_")) else { return };
    let shell = shells::of_step(place.step, place.job());
    if !shell.is_some_and(|shell| shell.is_posix()) {
        return;
    }
    let remarks = &reporter.surroundings().remarks;
    for redirection in redirections(&script.text.value) {
        let target = redirection.target;
        let name = target.text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let name = name.or(target.text.strip_prefix('$')).unwrap_or_default();
        // ShellCheck says the same, where it is installed.
        let is_same = |remark: &Remark| remark.script == script.text.span && remark.range == target.range;
        if !target.quoted && FILES.contains(&name) && !remarks.iter().any(is_same) {
            let span = reporter.inside(&script.text, target.range.clone());
            let draft = reporter.rewrite(&script.text, vec![(target.range, format!("\"{}\"", target.text))]);
            reporter
                .report(span, format!("`${name}` is not quoted"))
                .help(format!("write `\"${name}\"`"))
                .fix(Safety::Safe, "quote it", draft);
        }
    }
}
