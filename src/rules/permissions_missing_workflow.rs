//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::permissions::jobs_without_permissions;
use crate::model::finding::{Persona, Safety, Severity};
use crate::model::place::Span;
use crate::model::workflow::Workflow;

declare_rule! {
    /// The workflow does not say what its token may do
    ///
    /// ## Why is this bad?
    /// The token then has whatever the repository's or organization's settings give it, in many
    /// places the right to write everything, and a change of a setting changes what the workflow
    /// can do.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     permissions: {contents: read}
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// permissions:
    ///   contents: read
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Write `permissions: {}` or `contents: read` at the top, and what a job needs beyond that
    /// in the job. Where every job says what it needs, `--fix` adds `permissions: {}`.
    "permissions-missing-workflow",
    group: Permissions,
    since: "0.1.0",
    severity: Warning,
    fixable: Safe,
    peers: { "zizmor": ["excessive-permissions"], "scorecard": ["Token-Permissions"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    if workflow.permissions.is_some() || workflow.jobs.is_empty() {
        return;
    }
    let span = start(workflow);
    let layout = reporter.layout();
    let jobs = workflow.node.entry("jobs");
    // What a called workflow needs is not seen here.
    let calls = workflow.jobs.iter().any(|job| job.uses.is_some() && job.permissions.is_none());
    let section = |lines: &[&str]| jobs.and_then(|jobs| layout.add_section(&workflow.node, jobs, lines));
    let unset = jobs_without_permissions(workflow).len();
    if unset > 0 {
        let jobs = if unset == 1 { "a job gets".to_owned() } else { format!("{unset} jobs get") };
        let draft = section(&["permissions:", "  contents: read"]).filter(|_| !calls);
        reporter
            .report(span, "the workflow does not say what its token may do")
            .note(format!("{jobs} whatever the settings of the repository or organization give"))
            .help("add `permissions: {contents: read}` at the top, and more in the jobs that need it")
            .fix(Safety::Unsafe, "let the token read the repository, and no more", draft);
    } else {
        // Where a job says nothing, the rights of a called workflow are those of its caller.
        let all_say = workflow.jobs.iter().all(|job| job.permissions.is_some());
        let draft = section(&["permissions: {}"]).filter(|_| all_say);
        reporter
            .report(span, "the workflow does not say what its token may do, only its jobs or callers do")
            .severity(Severity::Info)
            .persona(Persona::Pedantic)
            .help("add `permissions: {}` at the top, so that a new job starts with nothing")
            .fix(Safety::Safe, "let a job without `permissions` do nothing", draft);
    }
}

/// Returns where a finding about a workflow as a whole is shown: its first key.
pub(super) fn start(workflow: &Workflow) -> Span {
    let first = workflow.node.entries().first();
    first.map_or(workflow.node.span, |entry| entry.key.span)
}
