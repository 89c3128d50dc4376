//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{declare_rule, purpose};
use crate::expressions::Site;
use crate::knowledge::caches;
use crate::knowledge::tools::{Kind, tools};
use crate::model::workflow::{ActionReference, Job, Step, Workflow};

declare_rule! {
    /// A job waits for another from which it takes nothing
    ///
    /// ## Why is this bad?
    /// Side by side both would be done sooner: as it is, everyone who waits for the checks waits for one
    /// job after the other.
    ///
    /// Only jobs that check or build something, by their words, are told of, and only where what they wait
    /// for hands nothing over: no output, no artifact, no cache. A job that publishes or deploys should
    /// wait, and one that fans out over a matrix may be kept from starting in vain.
    ///
    /// ## Bad
    /// ```yaml
    /// on: pull_request
    /// jobs:
    ///   lint:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: cargo clippy
    ///   test:
    ///     needs: lint
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: cargo test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: pull_request
    /// jobs:
    ///   lint:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: cargo clippy
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: cargo test
    ///   publish:
    ///     needs: [lint, test]
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: cargo publish
    /// ```
    ///
    /// ## How to fix
    /// Take it out of `needs`. Keep it where the later job is not worth its minutes after the earlier has
    /// failed.
    "needless-wait",
    group: Performance,
    since: "0.1.0",
    severity: Info,
    confidence: Low,
    persona: Pedantic,
    checks: [Job(check)],
}

/// Words of commands that look at the code or build it.
const WORK: &[&str] = &[
    "build", "check", "clippy", "coverage", "eslint", "fmt", "format", "lint", "mypy", "prettier", "pytest", "ruff",
    "test", "tests", "tsc", "typecheck", "unit", "vet",
];

/// Words of commands that others see something of.
const EFFECTS: &[&str] = &[
    "apply", "comment", "commit", "create", "delete", "deploy", "login", "merge", "migrate", "notify", "promote",
    "publish", "push", "release", "send", "sign", "tag", "upload",
];

/// What the name of an action has that only sets the machine up.
const SETS_UP: &[&str] = &["checkout", "setup", "toolchain", "harden-runner"];

fn check(workflow: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let fans_out = job.strategy.as_ref().is_some_and(|strategy| strategy.matrix.is_some());
    // A condition may be about how the others ended.
    let may_wait = fans_out || job.condition.is_some() || job.environment.is_some() || job.needs.is_empty();
    if may_wait || takes_results(job, reporter) || !only_works(job, reporter) {
        return;
    }
    for need in &job.needs {
        let Some(other) = workflow.job(&need.value).filter(|other| hands_nothing_over(other, job, reporter)) else {
            continue;
        };
        reporter
            .report(need.span, format!("`{}` waits for `{}` and takes nothing from it", job.id.value, other.id.value))
            .related(other.id.span, "this gives no output, artifact or cache")
            .help(format!("take `{}` out of `needs`, so that both run side by side", need.value));
    }
}

/// Tells whether expressions of a job read anything of the jobs that it needs.
fn takes_results(job: &Job, reporter: &Reporter<'_>) -> bool {
    let of_job = |site: &&Site<'_>| site.job.is_some_and(|own| own.id.span == job.id.span);
    reporter.sites().iter().filter(of_job).any(|site| site.contexts.iter().any(|used| used.is("needs")))
}

/// Tells whether a job hands nothing to another: it works, and gives nothing that the other could take.
fn hands_nothing_over(other: &Job, job: &Job, reporter: &Reporter<'_>) -> bool {
    let is_plain = other.outputs.is_empty() && other.environment.is_none();
    is_plain && only_works(other, reporter) && !(restores(other) && restores(job))
}

fn restores(job: &Job) -> bool {
    job.steps.iter().flat_map(Step::flatten).any(|step| caches::restores(step).is_some())
}

/// Tells whether a job checks or builds something and does nothing that others see, as far as its words
/// say.
fn only_works(job: &Job, reporter: &Reporter<'_>) -> bool {
    let mut is_work = false;
    if job.never_runs() || job.steps.is_empty() || purpose::deployment(job, reporter).is_some() {
        return false;
    }
    for step in job.steps.iter().flat_map(Step::flatten) {
        if let Some(script) = step.script() {
            for command in reporter.commands(&script.text).iter() {
                let texts = command.texts();
                let words = || texts.iter().flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric()));
                if words().any(|word| EFFECTS.contains(&word)) {
                    return false;
                }
                is_work |= words().any(|word| WORK.contains(&word));
            }
        } else if !step.is_group() && !only_sets_up(step) {
            return false;
        }
    }
    is_work
}

fn only_sets_up(step: &Step) -> bool {
    const CACHES: &[Kind] = &[Kind::Cache, Kind::CacheInput, Kind::CacheAction];
    let Some(ActionReference::Repository(reference)) = step.reference() else { return false };
    let name = reference.name().to_ascii_lowercase();
    let is_cache = tools().of_action(&name).iter().any(|tool| CACHES.iter().any(|kind| tool.kinds.contains(kind)));
    is_cache || SETS_UP.iter().any(|word| name.contains(word))
}
