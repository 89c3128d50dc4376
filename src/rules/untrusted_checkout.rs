//! See the rule's documentation below.

use super::declare_rule;
use super::exposure::means;
use super::reporter::Reporter;
use crate::detectors::taint::{Intake, IntakeKind};
use crate::model::finding::{Confidence, Persona, Severity};
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A workflow with secrets checks out the code of strangers
    ///
    /// ## Why is this bad?
    /// Under `pull_request_target`, `issue_comment` and `workflow_run` the job has the repository's
    /// secrets and a token that may write. Whatever runs from the checkout, a build script, a test, a
    /// local action, is code of whoever opened the pull request, and has both. What is only read does
    /// no harm by itself, so that a checkout after which nothing is known to run is for the pedantic.
    ///
    /// Checkouts by `actions/checkout`, `gh pr checkout` and `git` count, and so do conditions that keep
    /// forks or events out. A branch of this repository of which only the name comes from the pull request
    /// (`github.head_ref` without `repository`) is a warning: it holds what those who may push put there, be it another
    /// one than was meant. A label, a comment of a member or the approval of an environment does not
    /// make it safe: the code can change after that.
    ///
    /// ## Bad
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///         with:
    ///           ref: ${{ github.event.pull_request.head.sha }}
    ///       - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: pull_request
    /// permissions: {}
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Test pull requests under `pull_request`, and hand results over as artifacts that are only read.
    "untrusted-checkout",
    group: Injection,
    since: "0.1.0",
    severity: Error,
    confidence: Medium,
    peers: { "poutine": ["untrusted_checkout_exec"], "scorecard": ["Dangerous-Workflow"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    for (kind, what, help) in [
        (IntakeKind::Checkout, "", "use `pull_request`, or check out nothing of the pull request"),
        (
            IntakeKind::Branch,
            "the branch ",
            "check out the branch that is meant by its own name, or use `pull_request`",
        ),
    ] {
        for intake in intakes(job, kind, reporter) {
            report(intake, &format!("a job with secrets checks out {what}{}", intake.name), help, reporter);
        }
    }
}

/// Returns the code of strangers that a job brings in a way.
pub(super) fn intakes<'file>(
    job: &Job,
    kind: IntakeKind,
    reporter: &Reporter<'file>,
) -> impl Iterator<Item = &'file Intake<'file>> + use<'file> {
    let id = job.id.span;
    reporter.taint().intakes().iter().filter(move |intake| intake.job.id.span == id && intake.kind == kind)
}

/// Says what is brought, what runs it, who has to agree, and what whoever decides it would gain.
pub(super) fn report(intake: &Intake<'_>, what: &str, help: &str, reporter: &mut Reporter<'_>) {
    let means = means(intake.events, Some(intake.job), reporter);
    let span = reporter.inside(intake.text, intake.range.clone());
    let run = intake.run.as_ref().map(|run| reporter.inside(run.text, run.range.clone()));
    let message = if run.is_some() { format!("{what}, and runs what it holds") } else { what.to_owned() };
    let is_branch = intake.kind == IntakeKind::Branch;
    let is_grave = run.is_some() && intake.guard.is_none() && !is_branch;
    let decides =
        if is_branch { "chooses which branch of this repository that is" } else { "decides what it holds" };
    let mut report = reporter
        .report(span, message)
        .severity(if is_grave { Severity::Error } else { Severity::Warning })
        .confidence(match (is_grave, is_branch) {
            (true, _) => Confidence::High,
            (false, false) => Confidence::Medium,
            (false, true) => Confidence::Low,
        })
        .persona(if run.is_some() { Persona::Regular } else { Persona::Pedantic })
        .note(format!("whoever opens a pull request {decides}; {means}"))
        .help(help);
    if let Some(guard) = intake.guard {
        report = report.note(format!("{guard}, but what is brought can change after that"));
    }
    if let Some(run) = run {
        report.related(run, "it is run here");
    }
}
