//! See the rule's documentation below.

use std::collections::BTreeSet;

use super::declare_rule;
use super::names::{JobNames, Names};
use super::reporter::Reporter;
use super::unknown_property::report;
use crate::expressions::{ContextUse, Site};
use crate::knowledge::contexts::Key;
use crate::model::finding::{Persona, Severity};
use crate::model::suggest::{MOST_NAMES, closest};
use crate::model::workflow::Job;
use crate::model::yaml::Text;

declare_rule! {
    /// An expression reads a job that is not in `needs`, or an output that the job does not have
    ///
    /// ## Why is this bad?
    /// `needs` holds the direct dependencies only, and their declared outputs only; everything
    /// else is empty, without any message. The `if` of a job sees what its dependencies need, too,
    /// which GitHub does not promise (<https://github.com/actions/runner/issues/2356>): that is told
    /// to the pedantic.
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
    let Some(job) = site.job.filter(|_| reporter.file().workflow().is_some()) else { return };
    for used in site.contexts.iter().filter(|used| used.is("needs")) {
        check_use(job, site, used, reporter);
    }
}

fn check_use(job: &Job, site: &Site<'_>, used: &ContextUse<'_>, reporter: &mut Reporter<'_>) {
    let Some(name) = used.name(1) else { return };
    let named = reporter.names().job(name);
    // What is mistyped in `needs` is told there.
    let mistyped = job.needs.iter().map(Text::as_str).filter(|need| reporter.names().job(need).is_none());
    if named.is_some() && closest(name, mistyped).is_some() {
        return;
    }
    if reporter.names().of_job(job).is_some_and(|names| !names.needs(name)) {
        let span = reporter.inside(site.text, used.ranges.get(1).unwrap_or(&used.range).clone());
        let is_seen = site.key == Key::JobIf && is_needed_by_others(name, job, reporter.names());
        let what = if is_seen { " itself: nothing but a job's `if` sees it" } else { ": the value is always empty" };
        let mut found = reporter.report(span, format!("the job `{}` does not need `{name}`{what}", job.id.value));
        if is_seen {
            found = found.severity(Severity::Info).persona(Persona::Pedantic);
        }
        if named.is_some() {
            found.help(format!("add `{name}` to `needs` of `{}`", job.id.value));
        } else {
            let needs = job.needs.iter().map(Text::as_str);
            found.note(format!("the workflow has no job `{name}`")).among(name, needs);
        }
    } else if let Some(needed) = named {
        check_outputs(needed, site, used, reporter);
    }
}

/// Tells whether a job waits for another through those that it needs.
fn is_needed_by_others(name: &str, job: &Job, names: &Names<'_>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&Text> = job.needs.iter().collect();
    while let Some(need) = open.pop() {
        if need.value.eq_ignore_ascii_case(name) {
            return true;
        }
        if seen.insert(need.value.to_ascii_lowercase()) {
            open.extend(names.job(&need.value).into_iter().flat_map(|needed| &needed.job().needs));
        }
    }
    false
}

/// Checks what is read of a job: `outputs` or `result`, and declared outputs.
pub(super) fn check_outputs(read: &JobNames<'_>, site: &Site<'_>, used: &ContextUse<'_>, reporter: &mut Reporter<'_>) {
    let Some(property) = used.name(2) else { return };
    if !["outputs", "result"].iter().any(|known| known.eq_ignore_ascii_case(property)) {
        report(site, used, 2, &["outputs", "result"], reporter);
        return;
    }
    let Some(output) = used.name(3).filter(|_| property.eq_ignore_ascii_case("outputs")) else { return };
    if read.job().uses.is_some() {
        check_called(read.job(), output, site, used, reporter);
        return;
    }
    let outputs = read.job().node.get("outputs");
    let is_computed = outputs.is_some_and(|outputs| outputs.entries().is_empty() && !outputs.is_null());
    if !is_computed && !read.has_output(output) {
        let names: Vec<&str> = read.job().outputs.iter().map(|(name, _)| name.as_str()).take(MOST_NAMES).collect();
        report(site, used, 3, &names, reporter);
    }
}

/// Checks an output of a job that calls a workflow of the repository.
fn check_called(read: &Job, output: &str, site: &Site<'_>, used: &ContextUse<'_>, reporter: &mut Reporter<'_>) {
    let Some(called) = reporter.callable(read) else { return };
    if !called.outputs.contains_key(&output.to_ascii_lowercase()) {
        let names: Vec<&str> = called.outputs.values().map(String::as_str).take(MOST_NAMES).collect();
        report(site, used, 3, &names, reporter).note("the outputs are those of the called workflow's `on.workflow_call.outputs`");
    }
}
