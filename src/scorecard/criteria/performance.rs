//! Load tests and benchmarks.

use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::repository::has_ending;
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::workflow::Step;
use crate::model::yaml::Text;
use crate::scorecard::evidence::{all, looked_for, missing, of, partial, present};
use crate::scorecard::facts::Facts;

pub(super) fn load_tests(facts: &Facts<'_>) -> Verdict {
    let tests = facts.of(&[Kind::Load]);
    if tests.is_empty() {
        return Verdict { looked_for: looked_for(&[Kind::Load]), ..missing("no load test runs in CI", &[]) };
    }
    let threshold = load_threshold(facts, &tests);
    match (threshold, tests.iter().find(|test| test.silence.is_none())) {
        (Some(threshold), Some(test)) => present("load tests run with thresholds", vec![of(test), threshold]),
        _ => partial("load tests run, but without thresholds that fail the job", all(&tests)),
    }
}

/// Finds a limit that fails a load test: in the file that its command names, in what the job
/// writes there, in its options.
fn load_threshold(facts: &Facts<'_>, tests: &[&Activity<'_>]) -> Option<Evidence> {
    let words = ["thresholds", "ensure:", "assertions", "maxerrorrate", "fail_ratio", "exit_code"];
    let named = |path: &str| {
        let own = tests.iter().any(|test| {
            let inputs = ["filename", "path", "script"].iter().filter_map(|name| test.input(name)).map(Text::as_str);
            inputs.chain(test.words.iter().map(String::as_str)).any(|word| {
                let word = word.trim_start_matches("./").to_lowercase();
                word.contains('.') && path.ends_with(&word)
            })
        });
        own || ["k6", "load", "artillery", "perf", "gatling", "locust"].iter().any(|word| path.contains(word))
    };
    if let Some(line) = facts.line_in(|path| !has_ending(path, &["md"]) && named(path), &words) {
        return Some(line);
    }
    tests.iter().find_map(|test| {
        let option = |word: &str| {
            word.starts_with("--exit-code-on-error") || word.starts_with("--threshold") || word.starts_with("--ensure")
        };
        let job = facts.run(test).map(|run| run.job);
        let written = job.into_iter().flat_map(|job| &job.steps).filter_map(Step::script).find(|script| {
            script.text.value.lines().any(|line| {
                let line = line.trim().to_lowercase();
                !line.starts_with('#')
                    && !line.starts_with("echo")
                    && words.iter().take(3).any(|word| line.starts_with(word))
            })
        });
        (written.is_some() || test.has_word(option)).then(|| of(test))
    })
}

pub(super) fn perf_regression(facts: &Facts<'_>) -> Verdict {
    let compared = facts.of(&[Kind::PerfRegression]);
    if let Some(test) = compared.iter().find(|test| test.when.contains(&When::PullRequest) && test.silence.is_none()) {
        return present("benchmarks are compared with a baseline on pull requests", vec![of(test)]);
    }
    if !compared.is_empty() {
        return partial("benchmarks are compared, but not on pull requests", all(&compared));
    }
    let committed = measured_and_compared(facts);
    let on_pull_request = committed.iter().find(|(_, check)| check.when.contains(&When::PullRequest));
    if let Some((measure, check)) = on_pull_request.or(committed.first()) {
        let evidence = vec![of(measure), of(check)];
        return if check.when.contains(&When::PullRequest) {
            present("what is measured is compared with what is committed, and a difference fails the job", evidence)
        } else {
            partial("what is measured is compared with what is committed, but not on pull requests", evidence)
        };
    }
    let benches = facts.of(&[Kind::Bench]);
    if benches.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::PerfRegression, Kind::Bench]),
            ..missing("no benchmarks run", &[])
        };
    }
    // A gate over tables judges what was measured before it.
    let gates = facts.of(&[Kind::CiGate]);
    let judging: Vec<&Activity<'_>> =
        gates.into_iter().filter(|gate| benches.iter().any(|bench| facts.is_after(gate, bench))).collect();
    if let Some(gate) = judging.iter().find(|gate| gate.when.contains(&When::PullRequest) && gate.silence.is_none()) {
        return present("benchmarks are judged by gates on pull requests", vec![of(gate)]);
    }
    if !judging.is_empty() {
        return partial("benchmarks are judged by gates, but no pull request fails by them", all(&judging));
    }
    partial("benchmarks run, and nothing that is known compares them with a baseline", all(&benches))
}

/// Returns the measurements that write a file which is committed, each with what fails in its job when the file differs
/// then: both say that they are about performance, by the script that runs and by the file or the job.
fn measured_and_compared<'facts, 'model>(
    facts: &'facts Facts<'model>,
) -> Vec<(&'facts Activity<'model>, &'facts Activity<'model>)> {
    let all = &facts.activities.all;
    let found = all.iter().filter(|check| !check.in_image_build && !check.foreign).filter_map(|check| {
        let paths = facts.compared(check)?.iter().filter(|word| !word.starts_with('-'));
        let job = facts.run(check).map(|run| run.job.id.value.as_str());
        let step = check.step.and_then(|step| step.name.as_ref()).map(Text::as_str);
        let is_about = paths.map(String::as_str).chain(job).chain(step).any(names_performance);
        let measures = |other: &&Activity<'_>| {
            let is_before = other.run == check.run && other.number < check.number;
            let is_git = other.words.first().is_some_and(|program| program == "git");
            is_before && !is_git && other.words.iter().any(|word| names_performance(word))
        };
        let measure = all.iter().rev().find(measures).filter(|_| is_about)?;
        Some((measure, check))
    });
    found.collect()
}

/// Tells whether a name is about performance by one of its words.
fn names_performance(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.split(|character: char| !character.is_alphanumeric()).any(|word| {
        matches!(word, "perf" | "performance") || word.starts_with("benchmark") || matches!(word, "bench" | "benches")
    })
}
