//! See the rule's documentation below.

use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::shells;
use crate::model::finding::Severity;
use crate::model::remark::Remark;
use crate::model::yaml::{Style, Text};
use crate::shell::{Heredoc, heredocs};

declare_rule! {
    /// A heredoc has no end
    ///
    /// YAML takes away the indentation that all lines of a block have in common. What is left in front
    /// of the delimiter stays in the script.
    ///
    /// ## Why is this bad?
    /// A heredoc ends at a line that holds its delimiter and nothing else. Without one, everything
    /// down to the end of the script is text, commands included.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: |
    ///     if [ -n "$CI" ]; then
    ///       cat <<EOF > notes.txt
    ///       hello
    ///       EOF
    ///     fi
    /// ```
    ///
    /// ## Bad
    /// ```yaml
    /// - run: >
    ///     cat <<EOF
    ///     hello
    ///     EOF
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: |
    ///     if [ -n "$CI" ]; then
    ///       cat <<EOF > notes.txt
    ///     hello
    ///     EOF
    ///     fi
    /// ```
    ///
    /// ## How to fix
    /// Put the delimiter at the start of the script's line and nothing behind it. `<<-` allows tabs in
    /// front of it, but no spaces.
    "heredoc-unterminated",
    group: Shell,
    since: "0.1.0",
    severity: Warning,
    checks: [Step(check)],
}

/// What ShellCheck says about the same thing.
const SAME: std::ops::RangeInclusive<u32> = 1038..=1044;

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(script) = place.step.script() else { return };
    let text = &script.text;
    let shell = shells::of_step(place.step, place.job());
    if !shell.is_some_and(|shell| shell.is_posix()) {
        return;
    }
    let is_same = |remark: &Remark| remark.script == text.span && remark.code.is_some_and(|code| SAME.contains(&code));
    if reporter.surroundings().remarks.iter().any(is_same) {
        return;
    }
    // What follows an open heredoc is part of it, so the first one is all there is to tell.
    let Some(open) = heredocs(&text.value).into_iter().find(|heredoc| !heredoc.is_closed) else { return };
    report(&open, text, reporter);
}

fn report(open: &Heredoc, text: &Text, reporter: &mut Reporter<'_>) {
    let delimiter = open.delimiter.as_str();
    let named = reporter.inside(text, open.named.clone());
    let message = format!("the heredoc `{delimiter}` has no end");
    let Some((line, end)) = near_end(open, text) else {
        let help = if text.style == Style::Folded
            && text.value.get(open.named.end..).is_some_and(|rest| rest.contains(delimiter))
        {
            "write `run: |`: behind `>` the lines become one".to_owned()
        } else {
            format!("end it with a line `{delimiter}`")
        };
        reporter.report(named, message).help(help);
        return;
    };
    let end_span = reporter.inside(text, end);
    let help = if !line.starts_with([' ', '\t']) {
        format!("nothing may follow `{delimiter}` in its line, not even blanks")
    } else if open.may_be_indented {
        format!("behind `<<-` only tabs may stand in front of `{delimiter}`")
    } else {
        format!("move `{delimiter}` to the start of the script's lines")
    };
    reporter.report(named, message).related(end_span, "this line does not end it").help(help).severity(Severity::Error);
}

/// Finds the line that was meant to end a heredoc: the delimiter with blanks around it.
fn near_end<'text>(open: &Heredoc, text: &'text Text) -> Option<(&'text str, std::ops::Range<usize>)> {
    let body = text.value.get(open.body.clone())?;
    let mut at = open.body.start;
    for line in body.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        if bare.trim() == open.delimiter {
            let start = at + (bare.len() - bare.trim_start().len());
            return Some((bare, start..start + open.delimiter.len()));
        }
        at += line.len();
    }
    None
}
