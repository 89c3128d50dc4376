//! What tests reach: measured, held to a minimum and shown.

use crate::detectors::activity::Activity;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::yaml::Node;
use crate::scorecard::evidence::{at, looked_for, missing, of, partial, present, ran};
use crate::scorecard::facts::Facts;

pub(super) fn coverage_measured(facts: &Facts<'_>) -> Verdict {
    let mut found = facts.of(&[Kind::Coverage, Kind::CoverageThreshold]);
    // What is uploaded was measured, by a library that no command names.
    if found.is_empty() {
        found = uploads(facts);
        found.retain(|upload| !upload.is(Kind::Sast));
    }
    let verdict = ran(&found, "coverage is measured", &[Kind::Coverage, Kind::CoverageThreshold]);
    facts.or_elsewhere(verdict, &["coverage"])
}

/// Returns the uploads of coverage: what a service is sent of test results is none.
fn uploads<'facts, 'model>(facts: &'facts Facts<'model>) -> Vec<&'facts Activity<'model>> {
    let mut found = facts.of(&[Kind::CoveragePublish]);
    found.retain(|upload| !is_of_test_results(upload));
    found
}

/// Tells whether an upload to Codecov is one of test results, which it shows on pull requests.
pub(super) fn is_of_test_results(upload: &Activity<'_>) -> bool {
    upload.input("report_type").is_some_and(|kind| kind.value == "test_results")
}

/// Settings in files that make a coverage run fail below a limit.
const THRESHOLD_SETTINGS: &[(&str, &[&str])] = &[
    ("package.json", &["\"coveragethreshold\"", "\"check-coverage\": true"]),
    ("jest.config.", &["coveragethreshold"]),
    ("vitest.config.", &["thresholds"]),
    ("vite.config.", &["thresholds"]),
    (".nycrc", &["check-coverage"]),
    ("pyproject.toml", &["fail_under"]),
    ("setup.cfg", &["fail_under"]),
    (".coveragerc", &["fail_under"]),
    ("tarpaulin.toml", &["fail-under"]),
    (".testcoverage.yml", &["threshold"]),
    ("pom.xml", &["<minimum>"]),
    ("build.gradle", &["minimum ="]),
];

pub(super) fn coverage_threshold(facts: &Facts<'_>) -> Verdict {
    let mut enforced = facts.of(&[Kind::CoverageThreshold]);
    enforced.extend(uploads(facts).into_iter().filter(|upload| has_threshold(upload)));
    if !enforced.is_empty() {
        return ran(&enforced, "a minimum of coverage is enforced", &[Kind::CoverageThreshold]);
    }
    let measured = facts.of(&[Kind::Coverage]);
    let setting = THRESHOLD_SETTINGS.iter().find_map(|(name, words)| {
        facts.line_in(|path| path.rsplit('/').next().is_some_and(|file| file.starts_with(name)), words)
    });
    if let (Some(setting), Some(run)) = (setting, measured.first()) {
        return present("a minimum of coverage is configured, and CI measures it", vec![setting, of(run)]);
    }
    let mut uploads = uploads(facts);
    uploads.retain(|upload| upload.tools.iter().any(|tool| tool.name.to_lowercase().contains("codecov")));
    match (codecov_status(facts), uploads.first()) {
        (Some((true, setting)), Some(upload)) => present(
            "the coverage service fails a project that falls below its target, or below what it was",
            vec![setting, of(upload)],
        ),
        (Some((false, setting)), Some(upload)) => {
            partial("the coverage service judges the patch only, or lets everything pass", vec![setting, of(upload)])
        }
        _ => Verdict {
            looked_for: looked_for(&[Kind::CoverageThreshold]),
            ..missing("no minimum of coverage is enforced", &[])
        },
    }
}

/// Tells whether an upload sets a commit's status by a minimum that its variables name.
fn has_threshold(upload: &Activity<'_>) -> bool {
    let mut variables = upload.step.into_iter().flat_map(|step| &step.env);
    let is_some = |value: &str| value.trim().parse::<f64>().map_or(!value.is_empty(), |minimum| minimum > 0.0);
    variables.any(|(name, value)| name.value.ends_with("COVERAGE_THRESHOLD") && is_some(&value.value))
}

/// Reads `codecov.yml`: whether the project's status has a target that counts.
fn codecov_status(facts: &Facts<'_>) -> Option<(bool, Evidence)> {
    let path = facts.named(|name| matches!(name, "codecov.yml" | ".codecov.yml" | "codecov.yaml")).first().copied()?;
    let file = facts.repository.text(path)?;
    let status = file.roots().next()?.get("coverage")?.get("status")?;
    let at_status = at(path, file.position(status.span.start), "coverage: status");
    let project = status.get("project");
    let mut informational = false;
    project?.walk(&mut |node: &Node| {
        informational |= node.get("informational").and_then(Node::text).is_some_and(|text| text.value == "true");
        // With half of all lines to lose nothing ever falls below the target.
        let threshold = node.get("threshold").and_then(Node::text).map(|text| text.value.trim_end_matches('%'));
        informational |= threshold.and_then(|text| text.parse::<f64>().ok()).is_some_and(|lost| lost >= 50.0);
    });
    let off = project.and_then(Node::text).is_some_and(|text| matches!(text.as_str(), "off" | "false" | "no"));
    let is_off = |node: &Node| node.text().is_some_and(|text| matches!(text.as_str(), "off" | "false" | "no"));
    if off && status.get("patch").is_some_and(is_off) {
        return None;
    }
    Some((!informational && !off, at_status))
}

pub(super) fn coverage_published(facts: &Facts<'_>) -> Verdict {
    ran(&uploads(facts), "coverage is published", &[Kind::CoveragePublish])
}
