//! Whether jobs that build and test run side by side.

use std::collections::BTreeSet;

use super::ci_pipeline::TESTING;
use crate::detectors::activity::Activity;
use crate::detectors::matrix::is_several;
use crate::detectors::runs::waits_for;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::Verdict;
use crate::model::workflow::{Event, Trigger, Workflow};
use crate::scorecard::evidence::{all, missing, partial, present};
use crate::scorecard::facts::Facts;

pub(super) fn parallel_jobs(facts: &Facts<'_>) -> Verdict {
    let building = [Kind::Build, Kind::Test, Kind::IntegrationTest];
    let checking = [Kind::Lint, Kind::LintText, Kind::Format];
    let mut checks = facts.of(&[&building[..], &checking].concat());
    checks.extend(facts.of_own_action());
    let builds = |check: &Activity<'_>| check.tools.is_empty() || building.iter().any(|kind| check.is(*kind));
    checks.sort_by_key(|check| (!check.when.contains(&When::PullRequest), !builds(check)));
    let matrix = |check: &Activity<'_>| {
        // What a job's matrix calls several times runs side by side, too.
        let jobs = facts.run(check).into_iter().flat_map(|run| run.callers.iter().copied().chain([run.job]));
        let matrices = jobs.filter_map(|job| job.strategy.as_ref()?.matrix.as_ref()).map(is_several);
        matrices.max_by_key(|several| several.map_or(1, |several| if several { 2 } else { 0 }))
    };
    if let Some(check) = checks.iter().find(|check| matrix(check) == Some(Some(true))) {
        return present("a matrix runs side by side", vec![facts.in_its_job(check)]);
    }
    if let Some((check, other)) = side_by_side(facts, &checks) {
        return present("jobs run side by side", vec![facts.in_its_job(check), facts.in_its_job(other)]);
    }
    if let Some(check) = checks.iter().find(|check| matrix(check) == Some(None)) {
        return present("a matrix whose rows are computed runs side by side", vec![facts.in_its_job(check)]);
    }
    let most = checks.iter().map(|check| {
        let beside = checks.iter().filter(|other| other.run == check.run).map(|other| other.order);
        beside.collect::<BTreeSet<usize>>().len()
    });
    if most.max().unwrap_or(0) > 3 {
        return partial("one job does everything, though its steps could run side by side", all(&checks));
    }
    let verdict = missing(
        "no two build or test jobs run side by side",
        &["jobs of one workflow that do not wait for each other, or a matrix"],
    );
    facts.or_elsewhere(verdict, TESTING)
}

/// Finds two checks in jobs that run at once: of one workflow, or else of two that the same change starts.
fn side_by_side<'check, 'facts, 'model>(
    facts: &Facts<'_>,
    checks: &'check [&'facts Activity<'model>],
) -> Option<(&'check &'facts Activity<'model>, &'check &'facts Activity<'model>)> {
    let runs = &facts.activities.runs;
    // One check stands for its job.
    let mut seen = BTreeSet::new();
    let jobs: Vec<_> = checks.iter().filter(|check| seen.insert(check.run)).collect();
    let find = |accept: &dyn Fn(&Activity<'_>, &Activity<'_>) -> bool| {
        jobs.iter().enumerate().find_map(|(at, check)| {
            let others = jobs.get(at + 1..).unwrap_or_default();
            let other = others.iter().find(|other| {
                accept(check, other)
                    && !waits_for(runs, other.run).contains(&check.run)
                    && !waits_for(runs, check.run).contains(&other.run)
            })?;
            Some((*check, *other))
        })
    };
    let root = |check: &Activity<'_>| facts.run(check).map(|run| run.root);
    let of_one = |check: &Activity<'_>, other: &Activity<'_>| {
        root(check).zip(root(other)).is_some_and(|(one, two)| one.path == two.path)
    };
    let of_two = |check: &Activity<'_>, other: &Activity<'_>| {
        let starts = [When::PullRequest, When::DefaultBranch];
        starts.iter().any(|when| check.when.contains(when) && other.when.contains(when))
            && root(check).zip(root(other)).is_some_and(|(one, two)| start_together(&one.workflow, &two.workflow))
    };
    // Those that nearly every change starts show it best.
    let alike = |check: &Activity<'_>, other: &Activity<'_>| {
        of_two(check, other)
            && root(check).zip(root(other)).is_some_and(|(one, two)| have_like_filters(&one.workflow, &two.workflow))
    };
    find(&of_one).or_else(|| find(&alike)).or_else(|| find(&of_two))
}

/// Tells whether changes of any or of the same paths start two workflows.
fn have_like_filters(one: &Workflow, two: &Workflow) -> bool {
    let filters = |trigger: &Trigger| {
        let patterns = ["paths", "paths-ignore"].into_iter().flat_map(|key| trigger.filter(key));
        patterns.map(|text| text.value).collect::<BTreeSet<_>>()
    };
    let events = [Event::PullRequest, Event::PullRequestTarget, Event::Push].into_iter();
    let mut both = events.filter_map(|event| one.trigger(event).zip(two.trigger(event)));
    both.any(|(one, two)| filters(one) == filters(two))
}

/// Tells whether one change can start both workflows, as far as their filters of paths say.
fn start_together(one: &Workflow, two: &Workflow) -> bool {
    let events = [Event::PullRequest, Event::PullRequestTarget, Event::Push];
    let both: Vec<(&Trigger, &Trigger)> =
        events.into_iter().filter_map(|event| one.trigger(event).zip(two.trigger(event))).collect();
    // A pull request starts what pushes to its branch do, too.
    both.is_empty() || both.into_iter().any(|(one, two)| !are_apart(one, two))
}

/// Tells whether two filters leave no change that passes both.
fn are_apart(one: &Trigger, two: &Trigger) -> bool {
    let filter = |trigger: &Trigger, key: &str| -> Vec<String> {
        let patterns = trigger.filter(key).into_iter().map(|text| text.value);
        // Each workflow names its own file, too.
        patterns.filter(|pattern| !pattern.starts_with('!') && !pattern.starts_with(".github/")).collect()
    };
    let (paths, others) = (filter(one, "paths"), filter(two, "paths"));
    let ignored = |paths: &[String], by: &Trigger| {
        let refused = filter(by, "paths-ignore");
        !paths.is_empty() && paths.iter().all(|path| refused.contains(path))
    };
    let start = |pattern: &String| pattern.split(['*', '?', '[']).next().unwrap_or_default().to_owned();
    let meet = |path: &String| {
        let own = start(path);
        others.iter().map(start).any(|other| own.starts_with(&other) || other.starts_with(&own))
    };
    let differ = !paths.is_empty() && !others.is_empty() && !paths.iter().any(meet);
    differ || ignored(&paths, two) || ignored(&others, one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing::workflow;

    #[test]
    fn filters_of_paths_say_which_workflows_start_together() {
        let on = |filter: &str| workflow(&format!("on: {{pull_request: {{{filter}}}}}\njobs: {{}}\n"));
        for (one, two, expected) in [
            ("", "", true),
            ("paths: ['src/**']", "", true),
            ("paths: ['src/**']", "paths: ['docs/**']", false),
            ("paths: ['src/**']", "paths: ['**.go']", true),
            ("paths: ['src/**']", "paths: ['src/a/**', 'docs/**']", true),
            ("paths: ['chart/**', '.github/workflows/a.yml']", "paths-ignore: ['chart/**']", false),
            ("paths: ['chart/**', 'src/**']", "paths-ignore: ['chart/**']", true),
        ] {
            assert_eq!(start_together(&on(one), &on(two)), expected, "{one} | {two}");
            assert_eq!(start_together(&on(two), &on(one)), expected, "{two} | {one}");
        }
    }
}
