//! See the rule's documentation below.

use super::declare_rule;
use super::exposure::means;
use super::reporter::{Report, Reporter};
use crate::detectors::caches::{self, Filling};
use crate::model::finding::{Confidence, Persona, Severity};
use crate::model::workflow::Workflow;

declare_rule! {
    /// What is published is built from a cache that others can fill
    ///
    /// ## Why is this bad?
    /// A cache that another run has filled ends up in the release: who controls one build controls what is
    /// published. Every run restores the caches of the default branch, and whatever runs for it can fill
    /// them. Since June 2026 GitHub keeps runs that strangers cause (`pull_request_target`, `issue_comment`,
    /// `workflow_run`) from that, unless `cache-mode` lets them write. Where it does, and the job has code of
    /// strangers, that is an error, told of with all places of the repository that publish what they restore; what is
    /// published from a cache that only the repository's own code can fill is for the pedantic.
    ///
    /// What a run of `pull_request` saves is for that pull request alone, and no concern.
    ///
    /// ## Bad
    /// ```yaml
    /// on: release
    /// permissions: {}
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-go@v5
    ///       - run: make publish
    /// ```
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     cache-mode: write
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///         with:
    ///           ref: ${{ github.event.pull_request.head.sha }}
    ///       - uses: actions/cache@v4
    ///         with:
    ///           path: build
    ///           key: build
    ///       - run: make test
    /// # file: .github/workflows/release.yml
    /// on: release
    /// permissions: {}
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/cache@v4
    ///         with:
    ///           path: build
    ///           key: build
    ///       - run: make publish
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: release
    /// permissions: {}
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-go@v5
    ///         with:
    ///           cache: false
    ///       - run: make publish
    /// ```
    /// ```yaml
    /// on: release
    /// permissions: {}
    /// cache-mode: none
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-go@v5
    ///       - run: make publish
    /// ```
    ///
    /// ## How to fix
    /// Switch caches off where you publish: by the action's input, or for the whole job by `cache-mode: none`. Let
    /// no run with code of strangers write caches.
    "cache-poisoning",
    group: Injection,
    since: "0.1.0",
    severity: Info,
    confidence: Low,
    peers: { "zizmor": ["cache-poisoning"] },
    checks: [Workflow(check)],
}

/// How many of the places that are published from are named.
const MOST_PLACES: usize = 5;

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    fillings(workflow, reporter);
    let filled = reporter.surroundings().caches.filled.as_slice();
    if filled.is_empty() && !reporter.shows(Persona::Pedantic) {
        return;
    }
    for found in caches::published(workflow, |text| reporter.commands(text)) {
        let by = found.by.map(|step| step.node.span);
        let message = match by {
            Some(_) => format!("what is published here is built from the cache of `{}`", found.action),
            None => format!("a run that may be for a release restores the cache of `{}`", found.action),
        };
        let mut report = reporter.report(found.uses.span, message).help(
            "switch the cache off where you publish, or set `cache-mode: none` for the job",
        );
        if let Some(by) = by {
            report = report.related(by, "it is published here");
        } else {
            report = report.note("no step of the job is known to publish; where none does, the cache does no harm");
        }
        if filled.is_empty() {
            report.note("whatever runs for the default branch can fill the cache").persona(Persona::Pedantic);
        } else {
            let report = report.severity(Severity::Error).confidence(Confidence::Medium);
            filled.iter().take(MOST_PLACES).cloned().fold(report, Report::elsewhere);
        }
    }
}

/// Reports the jobs with code of strangers that save caches for the default branch.
fn fillings(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let published = reporter.surroundings().caches.published.as_slice();
    for filling in caches::fillings(workflow, reporter.taint()) {
        let Filling { place, action, intake, is_allowed } = filling;
        if !is_allowed && !reporter.shows(Persona::Pedantic) {
            continue;
        }
        let brought = reporter.inside(intake.text, intake.range.clone());
        let run = intake.run.as_ref().map(|run| reporter.inside(run.text, run.range.clone()));
        let means = means(intake.events, Some(intake.job), reporter);
        let message = match action {
            Some(action) => format!("`{action}` saves caches for the default branch in a job with code of strangers"),
            None => "a job with code of strangers can save caches for the default branch".to_owned(),
        };
        let mut report = reporter.report(place.span, message).related(brought, format!("{} comes in here", intake.name));
        if let Some(run) = run {
            report = report.related(run, "it is run here");
        }
        if is_allowed {
            let is_grave = run.is_some() && !published.is_empty();
            let report = report
                .severity(if is_grave { Severity::Error } else { Severity::Warning })
                .confidence(if run.is_some() { Confidence::High } else { Confidence::Medium })
                .note(format!("whoever opens a pull request decides what is saved; {means}"))
                .help("leave `cache-mode` away, or write `read`, and save caches where only the repository's own code runs");
            published.iter().take(MOST_PLACES).cloned().fold(report, Report::elsewhere);
        } else {
            report
                .note("since June 2026 GitHub lets such a run only read the caches: on github.com nothing is saved")
                .help("restore only: use `actions/cache/restore` or the like")
                .persona(Persona::Pedantic);
        }
    }
}
