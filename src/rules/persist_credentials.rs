//! See the rule's documentation below.

use super::job_pushes::{self, Push};
use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::knowledge::action_commits::{Identity, identify};
use crate::model::finding::{Persona, Safety, Severity};
use crate::model::workflow::ActionReference;
use crate::model::yaml::{Draft, Layout};

declare_rule! {
    /// A checkout leaves the token in the workspace
    ///
    /// ## Why is this bad?
    /// `actions/checkout` writes the token to `.git/config`, or since version 6 to a file beside
    /// it. Every later step can read it, and an artifact of the workspace publishes it.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/checkout@v4
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@v4
    ///   with:
    ///     persist-credentials: false
    /// ```
    ///
    /// ## How to fix
    /// Set `persist-credentials: false`. Where later steps push with the token, as `git push` and
    /// `stefanzweifel/git-auto-commit-action` do, set it to `true` to say so.
    "persist-credentials",
    group: Secrets,
    since: "0.1.0",
    severity: Warning,
    fixable: Unsafe,
    peers: { "zizmor": ["artipacked"], "ghalint": ["checkout_persist_credentials_should_be_false"] },
    checks: [Step(check)],
}

const INPUT: &str = "persist-credentials";

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    if !step.is_action("actions/checkout") || step.never_runs() {
        return;
    }
    let ActionReference::Repository(reference) = step.reference().unwrap_or(ActionReference::Unknown) else { return };
    // The first version has no such input.
    let has_input = reporter.interface(step).is_none_or(|interface| interface.inputs.contains_key(INPUT));
    match step.input(INPUT) {
        Some(value) if value.value.eq_ignore_ascii_case("false") => {}
        Some(_) => {
            reporter
                .report(step.node.span, "this checkout leaves the token where later steps can read it")
                .severity(Severity::Info)
                .persona(Persona::Auditor);
        }
        None => {
            let release = match identify(&reference, None) {
                Identity::Release(release) => Some(release),
                Identity::Other | Identity::Unknown => reference.reference.and_then(|tag| tag.strip_prefix('v')),
            };
            let major = release.and_then(|release| release.split('.').next()?.parse::<u32>().ok());
            let push = push(place, reporter);
            let help = match &push {
                _ if !has_input => "use a newer version, which takes `persist-credentials: false` under `with`".to_owned(),
                Some(push) if push.is_certain => {
                    format!("`{}` needs it: set `persist-credentials: true` to say so", push.name)
                }
                Some(push) => {
                    format!("if `{}` uses it, set `persist-credentials: true` to say so, and else `false`", push.name)
                }
                None => "set `persist-credentials: false` under `with`".to_owned(),
            };
            let draft = draft(place, reporter.layout()).filter(|_| has_input && push.is_none());
            let severity = if major.is_some_and(|major| major >= 6) { Severity::Info } else { Severity::Warning };
            let report = reporter.report(step.node.span, "this checkout leaves the token where later steps can read it");
            let report = match push {
                Some(push) if push.is_certain => report.related(push.span, "this pushes with it"),
                Some(push) => report.related(push.span, "this may push with it"),
                None => report,
            };
            report
                .severity(severity)
                .help(help)
                .fix(Safety::Unsafe, "set `persist-credentials: false`", draft);
        }
    }
}

/// Drafts the input: below the others, or as the first one.
fn draft(place: &StepPlace<'_>, layout: Layout<'_>) -> Option<Draft> {
    let input = format!("{INPUT}: false");
    let node = &place.step.node;
    match node.entry("with") {
        Some(with) => layout.add_inside(with, &[&input]),
        None => layout.add_behind(node, node.entry("uses")?, &["with:", &format!("  {input}")]),
    }
}

/// Returns what pushes with what the checkout leaves, or else may do so.
fn push<'file>(place: &StepPlace<'file>, reporter: &Reporter<'_>) -> Option<Push<'file>> {
    let uses_it = |push: &Push<'_>| push.checkouts.iter().any(|checkout| std::ptr::eq(*checkout, place.step));
    // The first of those that rank first.
    job_pushes::beside(place, reporter).into_iter().filter(uses_it).min_by_key(|push| !push.is_certain)
}
