//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::unknown_property::report;
use crate::expressions::{ContextUse, Site};
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// An expression reads a job that is not in `needs`, or an output that the job does not have
    ///
    /// ## Why is this bad?
    /// `needs` holds the direct dependencies only, and their declared outputs only; everything
    /// else is empty, without any message.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   version:
    ///     runs-on: ubuntu-latest
    ///     outputs:
    ///       number: ${{ github.run_number }}
    ///     steps:
    ///       - run: make
    ///   release:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: echo "$NUMBER"
    ///         env:
    ///           NUMBER: ${{ needs.version.outputs.number }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   version:
    ///     runs-on: ubuntu-latest
    ///     outputs:
    ///       number: ${{ github.run_number }}
    ///     steps:
    ///       - run: make
    ///   release:
    ///     needs: version
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: echo "$NUMBER"
    ///         env:
    ///           NUMBER: ${{ needs.version.outputs.number }}
    /// ```
    ///
    /// ## How to fix
    /// Add the job to `needs`, or declare the output under the job's `outputs`.
    "unknown-need",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let Some((workflow, job)) = reporter.file().workflow().zip(site.job) else { return };
    for used in site.contexts.iter().filter(|used| used.is("needs")) {
        check_use(workflow, job, site, used, reporter);
    }
}

fn check_use(workflow: &Workflow, job: &Job, site: &Site<'_>, used: &ContextUse<'_>, reporter: &mut Reporter<'_>) {
    let Some(name) = used.name(1) else { return };
    if !job.needs.iter().any(|need| need.value.eq_ignore_ascii_case(name)) {
        let span = reporter.inside(site.text, used.ranges.get(1).unwrap_or(&used.range).clone());
        let found = reporter.report(span, format!("the job `{}` does not need `{name}`: the value is always empty", job.id.value));
        if workflow.job(name).is_some() {
            found.help(format!("add `{name}` to `needs` of `{}`", job.id.value));
        } else {
            found.note(format!("the workflow has no job `{name}`"));
        }
        return;
    }
    if let Some(needed) = workflow.job(name) {
        check_outputs(needed, site, used, reporter);
    }
}

/// Checks what is read of a job: `outputs` or `result`, and declared outputs.
pub(super) fn check_outputs(read: &Job, site: &Site<'_>, used: &ContextUse<'_>, reporter: &mut Reporter<'_>) {
    let Some(property) = used.name(2) else { return };
    if !["outputs", "result"].iter().any(|known| known.eq_ignore_ascii_case(property)) {
        report(site, used, 2, &["outputs", "result"], reporter);
        return;
    }
    // The outputs of a called workflow stand in its own file.
    let Some(output) = used.name(3).filter(|_| read.uses.is_none()) else { return };
    if read.node.get("outputs").is_some_and(|outputs| outputs.entries().is_empty() && !outputs.is_null()) {
        return;
    }
    let names: Vec<&str> = read.outputs.iter().map(|(name, _)| name.as_str()).collect();
    if !names.iter().any(|known| known.eq_ignore_ascii_case(output)) {
        report(site, used, 3, &names, reporter);
    }
}
