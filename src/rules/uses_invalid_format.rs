//! See the rule's documentation below.

use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::ActionReference;

declare_rule! {
    /// What a step uses is written in a form that GitHub does not know
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow, or the job fails before its first step.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: checkout@v5
    /// ```
    /// ```yaml
    /// - uses: actions/checkout @v5
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@v5
    /// ```
    ///
    /// ## How to fix
    /// Write `owner/repo@ref`, `owner/repo/path@ref`, `./path`, `$/path` or `docker://image:tag`.
    "uses-invalid-format",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["action"], "github": ["invalid-uses-format"], "zizmor": ["unpinned-uses"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(uses) = place.step.uses().filter(|uses| !uses.value.trim().is_empty() && !uses.has_expression()) else {
        return;
    };
    let reason = match ActionReference::parse(&uses.value) {
        ActionReference::Repository(found) if found.reference.is_none_or(str::is_empty) => {
            "it names no branch, tag or commit behind `@`"
        }
        ActionReference::Repository(found) if found.reference.is_some_and(|name| name.contains('@')) => {
            "it has more than one `@`"
        }
        ActionReference::Local(path) if !path.starts_with("./") && !path.starts_with(".\\") => {
            "a path of the workspace begins with `./`"
        }
        ActionReference::SelfRepository(path) if path.trim_matches('/').is_empty() => "no path follows `$/`",
        ActionReference::Unknown if uses.value.trim().contains(char::is_whitespace) => "it holds a blank",
        ActionReference::Unknown => "it names no repository",
        ActionReference::Repository(_)
        | ActionReference::Local(_)
        | ActionReference::SelfRepository(_)
        | ActionReference::Docker(_) => return,
    };
    reporter
        .report(uses.span, format!("`{}` cannot be used: {reason}", uses.value))
        .help("write `owner/repo@ref`, `owner/repo/path@ref`, `./path`, `$/path` or `docker://image:tag`");
}
