//! The CI pipeline.

use std::collections::BTreeSet;

use super::cache_keys::cache_key_lockfile;
use super::caches::dependency_cache;
use super::ci_practices::{
    artifact_handoff, artifact_retention, artifact_verified, ci_timing_budget, size_budget, strict_failures,
};
use super::parallel::parallel_jobs;
use crate::detectors::activity::Activity;
use crate::detectors::concurrency::{self, ConcurrencyGap};
use crate::detectors::runs::{JobRun, waits_for};
use crate::detectors::timeouts::{ends_soon, jobs_without_timeout, runs_steps};
use crate::detectors::when::When;
use crate::knowledge::runners::most_minutes;
use crate::knowledge::tools::Kind;
use crate::model::repository::WorkflowFile;
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::workflow::{Event, Job, Step};
use crate::model::yaml::Text;
use crate::scorecard::evidence::{all, at, looked_for, missing, not_applicable, of, partial, present, ran, share};
use crate::scorecard::facts::Facts;

declare_criteria! {
    CiPipeline;
    /// Builds or tests run on pull requests
    (3, Critical, Small, Any) "ci-on-pull-request" => on_pull_request,
    "A broken change is noticed only after it was merged.",
    "a workflow with `on: pull_request` that builds and tests";
    /// The same runs on pushes to the default branch
    (1, High, Small, Any) "ci-on-default-branch" => on_default_branch,
    "Two changes that are fine alone break the default branch together, and nobody sees it.",
    "`push: {branches: [main]}` beside `pull_request`";
    /// Build and test jobs run side by side
    (2, Medium, Medium, Any) "parallel-jobs" => parallel_jobs,
    "Every pull request waits for the sum of all steps instead of the longest one.",
    "separate jobs for lint, test and build, or a matrix";
    /// Format and lint wait for nothing
    (1, Medium, Small, Any) "fast-checks-first" => fast_checks_first,
    "A missing blank is reported after the whole build.",
    "a lint job without `needs`";
    /// Dependencies are cached
    (2, High, Small, Any) "dependency-cache" => dependency_cache,
    "Every run downloads and builds the same dependencies again.",
    "the caching action of the ecosystem, such as `Swatinem/rust-cache` or `cache: npm` of `actions/setup-node`";
    /// Cache keys follow the lock file
    (1, Medium, Small, Any) "cache-key-lockfile" => cache_key_lockfile,
    "A cache goes stale, or is never used again.",
    "`hashFiles('**/<lock file>')` in the `key` of `actions/cache`";
    /// Outdated runs of pull requests are cancelled
    (2, High, Small, Any) "concurrency-control" => concurrency_control,
    "Outdated runs keep runners busy and newer ones waiting.",
    "`concurrency: {group: ${{ github.workflow }}-${{ github.ref }}, cancel-in-progress: true}`";
    /// Jobs have a timeout
    (2, Medium, Small, Any) "job-timeouts" => job_timeouts,
    "A hanging job blocks its runner for six hours.",
    "`timeout-minutes` in each job";
    /// Changes that need no CI start none
    (1, Low, Small, Any) "path-filters" => path_filters,
    "A change of the documentation runs the whole pipeline.",
    "`paths` or `paths-ignore`, or a job that finds out what changed";
    /// The main workflow can be started by hand
    (1, Low, Small, Any) "manual-dispatch" => manual_dispatch,
    "To run CI again on an unchanged branch somebody has to push an empty commit.",
    "`workflow_dispatch:` in the main workflow";
    /// What is built once is handed on
    (1, Medium, Medium, Any) "artifact-handoff" => artifact_handoff,
    "Later jobs test something else than what an earlier job built, and build it again.",
    "`actions/upload-artifact` where it is built, `actions/download-artifact` where it is used";
    /// Uploads state how long they are kept
    (1, Low, Small, Any) "artifact-retention" => artifact_retention,
    "Artifacts fill the storage for 90 days, or are gone when they are needed.",
    "`retention-days` in each `actions/upload-artifact`";
    /// Uploads fail when there is nothing to upload
    (1, Medium, Small, Any) "artifact-verified" => artifact_verified,
    "A build that produced nothing passes.",
    "`if-no-files-found: error` in each `actions/upload-artifact`";
    /// No check is allowed to fail in silence
    (2, High, Small, Any) "strict-failures" => strict_failures,
    "Failures are green, and nobody looks.",
    "no `continue-on-error` or `|| true` around checks, and `set -o pipefail` where output is piped";
    /// Binary or bundle size has a limit
    (1, Medium, Medium, Released) "size-budget" => size_budget,
    "What users download grows unnoticed.",
    "a size limit that fails the job, such as `size-limit` or `plimsoll gate`";
    /// Build and test times are recorded and gated
    (1, Medium, Medium, Any) "ci-timing-budget" => ci_timing_budget,
    "CI gets slower by a little every week.",
    "a metrics workflow with `plimsoll collect` and `plimsoll gate`";
}

/// How workflows of other repositories are named that may build or test.
pub(super) const TESTING: &[&str] = &["unit", "test", "validation", "ci", "build", "check"];

const CHECKED: &[Kind] = &[Kind::Build, Kind::Test, Kind::IntegrationTest];

fn on_pull_request(facts: &Facts<'_>) -> Verdict {
    let checks = facts.builds_and_tests();
    let mut on_it = checks.clone();
    on_it.retain(|check| check.when.contains(&When::PullRequest));
    if !on_it.is_empty() || checks.is_empty() {
        let verdict = ran(&on_it, "builds or tests run on pull requests", CHECKED);
        return facts.or_elsewhere(verdict, TESTING);
    }
    partial("builds and tests run, but not on pull requests", all(&checks))
}

fn on_default_branch(facts: &Facts<'_>) -> Verdict {
    let mut checks = facts.builds_and_tests();
    checks.retain(|check| check.when.contains(&When::DefaultBranch));
    if checks.is_empty() {
        let queued = facts.builds_and_tests().into_iter().find(|check| is_queued(facts, check));
        if let Some(check) = queued {
            return present("builds or tests run on what the merge queue is about to push", vec![of(check)]);
        }
        let verdict = Verdict {
            looked_for: looked_for(CHECKED),
            ..missing("no build or test runs on pushes to the default branch", &[])
        };
        return facts.or_elsewhere(verdict, TESTING);
    }
    present("builds or tests run on pushes to the default branch", all(&checks))
}

/// Tells whether a check runs in a merge queue, which pushes the very commit that was tested.
fn is_queued(facts: &Facts<'_>, check: &Activity<'_>) -> bool {
    let queue = |run: &JobRun<'_>| {
        let mut events = run.root.workflow.triggers.iter().filter_map(|trigger| trigger.event);
        events.any(|event| event.name() == "merge_group")
    };
    check.when.contains(&When::PullRequest) && facts.run(check).is_some_and(queue)
}

fn fast_checks_first(facts: &Facts<'_>) -> Verdict {
    let kinds = [Kind::Lint, Kind::Format, Kind::LintText];
    let mut checks = facts.of(&kinds);
    checks.extend(facts.written_and_compared().into_iter().map(|(formatter, _)| formatter));
    let waits_for_nothing = |index: usize| facts.activities.runs.get(index).is_some_and(|run| run.needs.is_empty());
    if let Some(first) = checks.iter().find(|check| waits_for_nothing(check.run)) {
        return present("format or lint runs in a job that waits for nothing", vec![facts.in_its_job(first)]);
    }
    let mut work = facts.builds_and_tests();
    work.extend(facts.of(&[Kind::ImageBuild]));
    // What a workflow of another repository does is not known.
    let elsewhere = facts.activities.runs.iter().enumerate().filter(|(_, run)| run.job.uses.is_some());
    let working: BTreeSet<usize> =
        work.iter().map(|activity| activity.run).chain(elsewhere.map(|(index, _)| index)).collect();
    if let Some(first) = checks.iter().find(|check| waits_for(&facts.activities.runs, check.run).is_disjoint(&working))
    {
        let because = "format or lint runs in a job that waits for no build and no test";
        return present(because, vec![facts.in_its_job(first)]);
    }
    if !checks.is_empty() {
        return partial("format and lint wait for other jobs", all(&checks));
    }
    let verdict = Verdict { looked_for: looked_for(&kinds), ..missing("no format or lint check runs", &[]) };
    facts.or_elsewhere(verdict, &["lint", "format", "static", "quality", "validation"])
}

fn concurrency_control(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad, mut waiting) = (Vec::new(), Vec::new(), false);
    for file in facts.repository.workflows.iter().filter(|file| concurrency::is_for_pull_requests(&file.workflow)) {
        let place = |offset| facts.repository.position(&file.path, offset);
        match concurrency::gap(&file.workflow) {
            None => good.push(cancels(facts, file)),
            Some(_) if is_cancelled_by_other(facts, file) => {
                good.push(at(&file.path, place(0), "another workflow cancels its outdated runs"));
            }
            Some(ConcurrencyGap::Missing { span }) => {
                bad.push(at(&file.path, place(span.start), "no `concurrency`"));
            }
            Some(ConcurrencyGap::KeepsOutdatedRuns { span }) => {
                waiting = true;
                bad.push(at(&file.path, place(span.start), "`concurrency` without `cancel-in-progress`"));
            }
        }
    }
    if good.is_empty() && bad.is_empty() {
        return not_applicable("no workflow runs on pull requests");
    }
    if waiting && good.is_empty() {
        return partial("pull-request workflows do not cancel outdated runs", bad);
    }
    share(&good, &bad, "pull-request workflows cancel outdated runs")
}

fn cancels(facts: &Facts<'_>, file: &WorkflowFile) -> Evidence {
    let place = |offset| facts.repository.position(&file.path, offset);
    let by_action = concurrency::cancelling(&file.workflow).and_then(Step::uses);
    match (&file.workflow.concurrency, by_action) {
        (None, Some(uses)) => at(&file.path, place(uses.span.start), format!("uses: {}", uses.value)),
        (group, _) => {
            let jobs = file.workflow.jobs.iter().filter_map(|job| job.concurrency.as_ref());
            let group = group.as_ref().into_iter().chain(jobs).next();
            let offset = group.map_or(0, |group| group.key.start);
            at(&file.path, place(offset), "concurrency that cancels what is outdated")
        }
    }
}

fn is_cancelled_by_other(facts: &Facts<'_>, file: &WorkflowFile) -> bool {
    let others = facts.repository.workflows.iter().map(|other| &other.workflow);
    concurrency::cancelled_by(&file.workflow, &file.path, others).is_some()
}

fn job_timeouts(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad): (Vec<Evidence>, Vec<Evidence>) = (Vec::new(), Vec::new());
    for file in &facts.repository.workflows {
        let place = |offset| facts.repository.position(&file.path, offset);
        let without = jobs_without_timeout(&file.workflow);
        for job in without {
            bad.push(at(
                &file.path,
                place(job.id.span.start),
                format!("job `{}` without `timeout-minutes`", job.id.value),
            ));
        }
        for job in file.workflow.jobs.iter().filter(|job| runs_steps(job)) {
            good.extend(time_limit(job).map(|(text, words)| at(&file.path, place(text.span.start), words)));
        }
    }
    if good.is_empty() && bad.is_empty() {
        return missing("no job runs", &["jobs in .github/workflows"]);
    }
    share(&good, &bad, "jobs have a timeout")
}

/// Returns what ends a job in time, and says how.
fn time_limit(job: &Job) -> Option<(&Text, String)> {
    let stated = job.timeout.as_ref().map(|text| (text, format!("timeout-minutes: {}", text.value)));
    stated.or_else(|| {
        let label = ends_soon(job)?;
        Some((label, format!("`{}` ends jobs after {} minutes", label.value, most_minutes(&label.value))))
    })
}

fn path_filters(facts: &Facts<'_>) -> Verdict {
    let filters = facts.of(&[Kind::PathFilter]);
    if let Some(filter) = filters.iter().find(|filter| filter.silence.is_none()) {
        return present("workflows look at which files changed", vec![of(filter)]);
    }
    let main = facts.main_roots();
    let mut files: Vec<&WorkflowFile> = facts.repository.workflows.iter().collect();
    files.sort_by_key(|file| !main.contains(&file.path.as_str()));
    for file in files {
        for trigger in &file.workflow.triggers {
            let filters = trigger
                .node
                .iter()
                .flat_map(|node| ["paths", "paths-ignore"].into_iter().filter_map(|key| node.entry(key)));
            if let Some(entry) = filters.into_iter().next() {
                let position = facts.repository.position(&file.path, entry.key.span.start);
                let seen = format!("{} of `{}`", entry.key.value, trigger.name.value);
                return present("workflows look at which files changed", vec![at(&file.path, position, seen)]);
            }
        }
    }
    facts.tool(&[Kind::PathFilter], "workflows look at which files changed")
}

fn manual_dispatch(facts: &Facts<'_>) -> Verdict {
    let main = facts.main_roots();
    let workflow = |path: &&str| facts.repository.workflows.iter().find(|file| file.path == **path);
    let mut dispatched = main.iter().filter_map(workflow);
    let trigger = dispatched.find_map(|file| Some((file, file.workflow.trigger(Event::WorkflowDispatch)?)));
    match trigger {
        Some((file, trigger)) => {
            let position = facts.repository.position(&file.path, trigger.name.span.start);
            present("the main workflow can be started by hand", vec![at(&file.path, position, "workflow_dispatch")])
        }
        None => missing(
            "the main workflow cannot be started by hand",
            &["`workflow_dispatch` in the workflows that build or test on pull requests or pushes"],
        ),
    }
}
