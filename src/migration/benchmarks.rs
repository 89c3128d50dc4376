//! github-action-benchmark: the values it keeps in `data.js`, and the bounds of its steps
//! (<https://github.com/benchmark-action/github-action-benchmark>).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;

use super::settings::Bound;
use super::{Migration, UnreadableError};
use crate::model::tool_output::{Better, Measurement};
use crate::model::workflow::{Step, Workflow};

/// The action whose steps are looked at.
const ACTION: &str = "benchmark-action/github-action-benchmark";

/// What the file begins with.
const ASSIGNMENT: &str = "window.BENCHMARK_DATA = ";

/// A value of an earlier run.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// `OWNER/NAME`, as far as the file's address says.
    pub repository: Option<String>,
    /// The commit.
    pub commit: String,
    /// When it was measured.
    pub at: Timestamp,
    /// The value.
    pub measurement: Measurement,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    #[serde(default)]
    repo_url: String,
    entries: std::collections::BTreeMap<String, Vec<Point>>,
}

#[derive(Deserialize)]
struct Point {
    commit: Commit,
    /// Milliseconds since 1970.
    date: i64,
    #[serde(default)]
    tool: String,
    benches: Vec<Bench>,
}

#[derive(Deserialize)]
struct Commit {
    id: String,
}

#[derive(Deserialize)]
struct Bench {
    name: String,
    value: f64,
    #[serde(default)]
    unit: String,
}

pub(super) fn data(migration: &mut Migration<'_>, path: &str, text: &str) -> Result<(), UnreadableError> {
    let start = text.find(ASSIGNMENT).map(|at| at + ASSIGNMENT.len());
    let json = start.and_then(|start| text.get(start..)).map(|rest| rest.trim_end().trim_end_matches(';'));
    let json = json.ok_or_else(|| UnreadableError::new(path, &format!("there is no `{}`", ASSIGNMENT.trim_end())))?;
    let data: Data = serde_json::from_str(json).map_err(|error| UnreadableError::new(path, &error))?;
    let mut address = data.repo_url.trim_end_matches('/').rsplit('/');
    let name = address.next().zip(address.next()).map(|(name, owner)| format!("{owner}/{name}"));
    let repository = name.filter(|_| data.repo_url.contains("://"));
    let several = data.entries.len() > 1;
    let (mut taken, mut series) = (0, BTreeSet::new());
    for (suite, points) in &data.entries {
        let label = if several { suite.as_str() } else { "" };
        for point in points {
            let Ok(at) = Timestamp::from_millisecond(point.date) else {
                migration.left.push(format!("{path}: a point of `{suite}` has no date that can be: {}", point.date));
                continue;
            };
            for bench in &point.benches {
                // A label without a value is none.
                let measurement = measurement(&point.tool, bench).labelled("suite", label);
                series.insert(measurement.written_labels());
                taken += 1;
                let (repository, commit) = (repository.clone(), point.commit.id.clone());
                migration.past.push(Past { repository, commit, at, measurement });
            }
        }
    }
    migration.carried.push(format!("{path}: {taken} values of {} benchmarks → measurements.csv", series.len()));
    Ok(())
}

/// Names a value as `plimsoll collect` names those of the same tool, so that the series goes on.
fn measurement(tool: &str, bench: &Bench) -> Measurement {
    let unit = bench.unit.replace(['μ', 'µ'], "u");
    let base = unit.split('/').next().unwrap_or_default();
    let (name, unit, better) = if matches!(base, "ns" | "us" | "ms" | "s") {
        ("benchmark.time", base.to_owned(), Better::Lower)
    } else if unit.ends_with("/sec") || unit.ends_with("/s") {
        ("benchmark.rate", unit.replace("/sec", "/s"), Better::Higher)
    } else if tool == "customBiggerIsBetter" {
        ("benchmark.value", unit, Better::Higher)
    } else {
        ("benchmark.value", unit, Better::Lower)
    };
    // What its user says of the direction holds.
    let better = match tool {
        "customBiggerIsBetter" => Better::Higher,
        "customSmallerIsBetter" => Better::Lower,
        _ => better,
    };
    Measurement::new(name, bench.value, unit, better).labelled("name", bench.name.as_str())
}

pub(super) fn workflow(migration: &mut Migration<'_>, path: &str, workflow: &Workflow) {
    let steps = workflow.jobs.iter().flat_map(|job| &job.steps).flat_map(Step::flatten);
    for step in steps.filter(|step| step.is_action(ACTION)) {
        migration.settings.from.insert(path.to_owned());
        let input = |name: &str| step.input(name).map(|text| text.value.as_str());
        // Its own default, which only comments.
        let alert = input("alert-threshold").map_or(Some(100), growth);
        let fails = input("fail-on-alert") == Some("true");
        let fail = input("fail-threshold").and_then(growth).or(alert).filter(|_| fails);
        if alert.is_none() {
            let stated = input("alert-threshold").unwrap_or_default();
            migration.left.push(format!("{path}: the bound `{stated}` is known when the workflow runs only"));
        }
        migration.carried.push(format!("{path}: the bounds of {ACTION} → a gate on benchmark.*"));
        // Of several steps the strictest bound holds.
        let before = migration.settings.benchmarks.unwrap_or_default();
        let stricter = |one: Option<u64>, other: Option<u64>| one.into_iter().chain(other).min();
        let warn = stricter(before.warn, alert.filter(|_| fail.is_none() || fail != alert));
        migration.settings.benchmarks = Some(Bound { warn, fail: stricter(before.fail, fail) });
        for name in ["comment-on-alert", "alert-comment-cc-users", "auto-push", "external-data-json-path"] {
            if input(name).is_some() {
                migration.left.push(format!("{path}: nothing here is like `{name}`; docs/gates.md tells of comments"));
            }
        }
    }
}

/// Reads `200%` or `2`, how often as much it may be, as how much more: 100 percent.
fn growth(ratio: &str) -> Option<u64> {
    let (number, scale) = ratio.trim().strip_suffix('%').map_or((ratio.trim(), 100.0), |percent| (percent, 1.0));
    let percent = number.parse::<f64>().ok().filter(|value| value.is_finite())? * scale - 100.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and a million")]
    (0.0..1e6).contains(&percent).then(|| percent.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_read_as_growth() {
        assert_eq!(growth("200%"), Some(100));
        assert_eq!(growth("1.1"), Some(10));
        assert_eq!(growth("${{ inputs.bound }}"), None);
        assert_eq!(growth("50%"), None);
    }

    #[test]
    fn series_go_on_under_the_names_that_collecting_gives() {
        let named = |tool: &str, unit: &str| {
            let bench = Bench { name: "a, b".to_owned(), value: 2.0, unit: unit.to_owned() };
            let one = measurement(tool, &bench);
            format!("{} {} {} {}", one.name, one.unit, one.better.word(), one.written_labels())
        };
        assert_eq!(named("cargo", "ns/iter"), "benchmark.time ns lower name=a%2C b");
        assert_eq!(named("benchmarkjs", "ops/sec"), "benchmark.rate ops/s higher name=a%2C b");
        assert_eq!(named("customSmallerIsBetter", "MiB"), "benchmark.value MiB lower name=a%2C b");
        assert_eq!(named("customBiggerIsBetter", "points"), "benchmark.value points higher name=a%2C b");
        assert_eq!(named("jmh", "µs/op"), "benchmark.time us lower name=a%2C b");
    }
}
