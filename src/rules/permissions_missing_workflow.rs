//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{declare_rule, job_needs};
use crate::detectors::permissions::jobs_without_permissions;
use crate::model::finding::{Persona, Safety, Severity};
use crate::model::place::Span;
use crate::model::workflow::{Event, Grant, Workflow};
use crate::model::yaml::Draft;

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
    /// in the job. Where every job says what it needs, `--fix` adds `permissions: {}`; `--fix all`
    /// adds `contents: read` to others, and to jobs what their steps need, where all that they do with the
    /// token is known.
    "permissions-missing-workflow",
    group: Permissions,
    since: "0.1.0",
    severity: Warning,
    fixable: Safe,
    peers: {
        "zizmor": ["excessive-permissions"],
        "poutine": ["default_permissions_on_risky_events"],
        "scorecard": ["Token-Permissions"],
    },
    checks: [Workflow(check)],
}

/// Events that strangers cause, and for which the token is not restricted.
const RISKY: &[Event] = &[Event::PullRequestTarget, Event::IssueComment, Event::Issues, Event::WorkflowRun];

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
    let reading = "add `permissions: {contents: read}` at the top, and more in the jobs that need it";
    let unset = jobs_without_permissions(workflow).len();
    if unset > 0 {
        let jobs = if unset == 1 { "a job gets".to_owned() } else { format!("{unset} jobs get") };
        let draft = section(&["permissions:", "  contents: read"]).filter(|_| !calls);
        let jobs_draft = of_jobs(workflow, reporter);
        let needs_more = jobs_draft.as_ref().is_some_and(|draft| !draft.is_empty());
        let draft = draft.zip(jobs_draft).map(|(top, jobs)| [top, jobs].concat());
        let by_strangers = RISKY.iter().find(|event| workflow.is_triggered_by(**event)).map(|event| {
            format!("`{}` starts it for strangers as well, with all of these rights", event.name())
        });
        let more = if needs_more { "do what steps are known to need" } else { "no more" };
        let mut report = reporter
            .report(span, "the workflow does not say what its token may do")
            .note(format!("{jobs} whatever the settings of the repository or organization give"));
        if let Some(note) = by_strangers {
            report = report.note(note);
        }
        report
            .help(reading)
            .fix(Safety::Unsafe, format!("let the token read the repository, and {more}"), draft);
    } else {
        // Where a job says nothing, the rights of a called workflow are those of its caller.
        let all_say = workflow.jobs.iter().all(|job| job.permissions.is_some());
        let draft = section(&["permissions: {}"]).filter(|_| all_say);
        let nothing = "add `permissions: {}` at the top, so that a new job starts with nothing";
        reporter
            .report(span, "the workflow does not say what its token may do, only its jobs or callers do")
            .severity(Severity::Info)
            .persona(Persona::Pedantic)
            .help(if all_say { nothing } else { reading })
            .fix(Safety::Safe, "let a job without `permissions` do nothing", draft);
    }
}

/// Drafts the permissions of the jobs whose steps are known to need more than to read the repository;
/// nothing where one cannot be written, or it is not known what a step does with the token.
fn of_jobs(workflow: &Workflow, reporter: &Reporter<'_>) -> Option<Draft> {
    let reads = |scope: &str| if scope == "contents" { Grant::Read } else { Grant::None };
    let mut draft = Draft::new();
    for job in jobs_without_permissions(workflow) {
        let needs = job_needs::of_job(workflow, job, reads, reporter)?;
        if needs.is_empty() {
            continue;
        }
        let scopes = needs.iter().map(|(scope, (level, why))| format!("  {scope}: {} # {why}", level.word()));
        let mut lines = vec!["permissions:".to_owned()];
        lines.extend((!needs.contains_key("contents")).then(|| "  contents: read".to_owned()));
        lines.extend(scopes);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        draft.extend(reporter.layout().add_behind(&job.node, job.node.entry("runs-on")?, &lines)?);
    }
    Some(draft)
}

/// Returns where a finding about a workflow as a whole is shown: its first key.
pub(super) fn start(workflow: &Workflow) -> Span {
    let first = workflow.node.entries().first();
    first.map_or(workflow.node.span, |entry| entry.key.span)
}
