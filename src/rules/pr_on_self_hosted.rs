//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{declare_rule, reach};
use crate::detectors::runners;
use crate::detectors::taint::{Events, Gate};
use crate::expressions::{ContextUse, Site};
use crate::knowledge::trust;
use crate::model::finding::Persona;
use crate::model::workflow::{Event, Job, Workflow};
use crate::model::yaml::Text;

declare_rule! {
    /// Pull requests of forks run on a machine of your own
    ///
    /// ## Why is this bad?
    /// In a public repository anyone can open a pull request, and its code then runs inside your
    /// network, on a machine that later jobs use as well: what it leaves there, a process, a changed tool, a
    /// filled cache, waits for the next job with secrets.
    ///
    /// Conditions that keep forks out count, those of the jobs that a job waits for as well. Under
    /// `pull_request_target` the repository's own code runs, so that only a job which takes in that of the
    /// pull request is told. Where somebody has to agree first, by a label or by an environment's
    /// approval, only the pedantic persona is told.
    ///
    /// ## Bad
    /// ```yaml
    /// on: pull_request
    /// jobs:
    ///   test:
    ///     runs-on: [self-hosted, linux]
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: make test
    /// ```
    /// ```yaml
    /// on: pull_request
    /// jobs:
    ///   test:
    ///     strategy:
    ///       matrix:
    ///         runner: [ubuntu-latest, self-hosted]
    ///     runs-on: ${{ matrix.runner }}
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: [push, pull_request]
    /// jobs:
    ///   test:
    ///     if: github.event_name == 'push' || github.event.pull_request.head.repo.full_name == github.repository
    ///     runs-on: [self-hosted, linux]
    ///     steps:
    ///       - run: make test
    /// ```
    /// ```yaml
    /// on: pull_request_target
    /// jobs:
    ///   label:
    ///     runs-on: self-hosted
    ///     steps:
    ///       - uses: actions/labeler@v5
    /// ```
    ///
    /// ## How to fix
    /// Let GitHub's runners build pull requests, or runners that are thrown away after each job, and ask for
    /// an approval before workflows of outside contributors run. A condition alone is not enough
    /// against who changes it in the pull request: restrict the runner group to workflows that are trusted.
    "pr-on-self-hosted",
    group: Injection,
    since: "0.1.0",
    severity: Warning,
    confidence: Medium,
    peers: { "poutine": ["pr_runs_on_self_hosted"] },
    checks: [Job(check)],
}

/// The events of pull requests under which the code of the pull request is what is checked out.
const WITH_ITS_CODE: &[Event] = &[Event::PullRequest, Event::PullRequestReview, Event::PullRequestReviewComment];

fn check(workflow: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some(runs_on) = job.runs_on.as_ref().filter(|_| !job.never_runs()) else { return };
    let labels = runners::labels(job);
    let Some(label) = labels.iter().find(|label| label.value.eq_ignore_ascii_case("self-hosted")) else { return };
    let gate = reach::gate(workflow, job, reporter);
    let Some(event) = event_with_foreign_code(&gate, job, reporter).filter(|_| !is_of_members(&gate)) else { return };
    if is_merged(job.condition.as_ref(), reporter) {
        return;
    }
    let is_agreed = job.environment.is_some() || asks_for_label(job.condition.as_ref(), reporter);
    reporter
        .report(runs_on.span, format!("pull requests of forks run on `{}`", label.value))
        .note(format!("`{}` starts the job `{}`, whoever opens the pull request", event.name(), job.id.value))
        .help("run pull requests on GitHub's runners, or on runners that are thrown away after each job")
        .persona(if is_agreed { Persona::Pedantic } else { Persona::Regular });
}

/// Returns an event that starts the job with the code of a pull request.
fn event_with_foreign_code(gate: &Gate, job: &Job, reporter: &Reporter<'_>) -> Option<Event> {
    let starts = |event: &Event| !gate.events.and(Events::one(*event)).is_empty();
    let own = WITH_ITS_CODE.iter().copied().find(starts);
    own.or_else(|| Some(Event::PullRequestTarget).filter(starts).filter(|_| takes_foreign_code(job, reporter)))
}

/// Tells whether a job's steps name the code of a pull request.
fn takes_foreign_code(job: &Job, reporter: &Reporter<'_>) -> bool {
    let of_job = |site: &&Site<'_>| site.step.is_some() && site.job.is_some_and(|own| own.id.span == job.id.span);
    let names_it = |used: &ContextUse<'_>| {
        let path = used.lower();
        // A number names the pull request as well, for a comment or a label.
        let is_number = path.last().is_some_and(|last| last == "number");
        !is_number && trust::names_foreign_code(&path.iter().map(String::as_str).collect::<Vec<_>>())
    };
    reporter.sites().iter().filter(of_job).any(|site| site.contexts.iter().any(names_it))
}

fn is_of_members(gate: &Gate) -> bool {
    gate.by_members.contains("pull_request")
}

/// Tells whether a condition asks for a merged pull request, whose code somebody has taken.
fn is_merged(condition: Option<&Text>, reporter: &Reporter<'_>) -> bool {
    reads(condition, reporter, |used| used.is_path(&["github", "event", "pull_request", "merged"]))
}

/// Tells whether a condition asks for a label, which only those who may write can set.
fn asks_for_label(condition: Option<&Text>, reporter: &Reporter<'_>) -> bool {
    reads(condition, reporter, |used| {
        used.is("github") && used.lower().iter().any(|part| matches!(part.as_str(), "label" | "labels"))
    })
}

fn reads(condition: Option<&Text>, reporter: &Reporter<'_>, accept: impl Fn(&ContextUse<'_>) -> bool) -> bool {
    reach::site(condition, reporter).is_some_and(|site| site.contexts.iter().any(accept))
}
