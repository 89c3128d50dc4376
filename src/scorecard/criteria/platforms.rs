//! Whether tests run on several platforms or versions, and jobs side by side.

use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::Verdict;
use crate::model::workflow::{Matrix, Step};
use crate::model::yaml::{Node, Text};
use crate::scorecard::evidence::{all, missing, of, present};
use crate::scorecard::facts::Facts;

/// Parts of the names of a matrix's rows that say that they are about platforms or versions.
const ABOUT_PLATFORMS: &[&str] = &[
    "os",
    "platform",
    "platforms",
    "arch",
    "target",
    "targets",
    "triple",
    "runner",
    "runs",
    "host",
    "container",
    "distro",
    "image",
    "version",
    "versions",
    "python",
    "node",
    "go",
    "ruby",
    "php",
    "java",
    "jdk",
    "rust",
    "toolchain",
    "channel",
    "msrv",
    "dotnet",
    "elixir",
    "otp",
    "scala",
    "kotlin",
    "swift",
    "xcode",
    "compiler",
    "cc",
    "cxx",
    "clang",
    "gcc",
    "cpp",
    "std",
    "database",
    "db",
    "browser",
    "django",
    "rails",
    "laravel",
    "k8s",
    "kubernetes",
    "machine",
    "system",
    "env",
    "toxenv",
    "interpreter",
];

pub(super) fn multi_platform(facts: &Facts<'_>) -> Verdict {
    let mut tests = facts.of(&[Kind::Test, Kind::IntegrationTest, Kind::Build]);
    // Tests say more than builds, and those of pull requests more than those of tags.
    tests.sort_by_key(|test| (!test.is(Kind::Test), !test.when.contains(&When::PullRequest)));
    let mut labels: Vec<&str> = Vec::new();
    for test in &tests {
        let Some(run) = facts.run(test) else { continue };
        let matrix = run.job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref());
        if matrix.is_some_and(|matrix| covers_several(matrix, test, facts)) {
            return present("a matrix covers several platforms or versions", vec![of(test)]);
        }
        labels.extend(run.job.runs_on.iter().flat_map(|runs_on| &runs_on.labels).map(Text::as_str));
    }
    labels.sort_unstable();
    labels.dedup();
    if labels.len() > 1 {
        return present(format!("jobs run on {}", labels.join(", ")), all(&tests));
    }
    missing(
        "tests run on one platform and version only",
        &["a matrix, or jobs with different `runs-on`, among the jobs that build or test"],
    )
}

/// Tells whether one of the rows of a matrix that is about platforms or versions has several values.
fn covers_several(matrix: &Matrix, test: &Activity<'_>, facts: &Facts<'_>) -> bool {
    let about = |name: &str| {
        let lower = name.to_lowercase();
        let mut parts = lower.split(|character: char| !character.is_ascii_alphanumeric());
        parts.any(|part| ABOUT_PLATFORMS.contains(&part)) || lower.ends_with("version") || is_used(name, test, facts)
    };
    let several = |node: &Node| node.items().len() > 1 || node.text().is_some();
    if matrix.rows.iter().any(|(name, values)| several(values) && about(&name.value)) {
        return true;
    }
    let items = matrix.include.as_ref().map(Node::items).unwrap_or_default();
    let mut values: Vec<(&str, String)> = items
        .iter()
        .flat_map(Node::entries)
        .filter(|entry| about(&entry.key.value))
        .filter_map(|entry| Some((entry.key.value.as_str(), entry.value.text()?.value.clone())))
        .collect();
    values.sort_unstable();
    values.dedup();
    let rows = matrix.rows.iter().filter(|(name, _)| about(&name.value)).count();
    values.len() > usize::from(rows == 0)
        && values.windows(2).any(|pair| pair.first().map(|(name, _)| name) == pair.last().map(|(name, _)| name))
}

/// Tells whether the job takes a row for its runner, its container or a version that a step sets up.
fn is_used(name: &str, test: &Activity<'_>, facts: &Facts<'_>) -> bool {
    let Some(run) = facts.run(test) else { return false };
    let used = |text: &str| text.contains("matrix.") && text.contains(&format!("matrix.{name}"));
    let runner = run.job.runs_on.iter().flat_map(|runs_on| &runs_on.labels).any(|label| used(&label.value));
    let set_up = run.job.steps.iter().flat_map(Step::flatten).any(|step| {
        step.with().iter().any(|(key, value)| {
            (key.value.ends_with("version") || matches!(key.value.as_str(), "toolchain" | "target"))
                && used(&value.value)
        })
    });
    runner || set_up
}
