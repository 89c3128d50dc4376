//! Whether test results are shown where people see them.

use super::coverage::is_of_test_results;
use crate::detectors::activity::Activity;
use crate::detectors::runs::holds_after_failures;
use crate::knowledge::tools::Kind;
use crate::model::repository::{folder_of, join, name_of};
use crate::model::scorecard::Verdict;
use crate::model::workflow::Step;
use crate::scorecard::evidence::{all, looked_for, missing, partial, present};
use crate::scorecard::facts::Facts;

/// Parts of the names of what test runners write, hyphens and underscores left out.
const REPORTS: &[&str] = &[
    "junit",
    "testresult",
    "testreport",
    "surefire",
    "playwrightreport",
    "htmlreport",
    "blobreport",
    "allureresult",
    "allurereport",
    "mochawesome",
    ".trx",
];

pub(super) fn test_reports(facts: &Facts<'_>) -> Verdict {
    let mut reports = facts.of(&[Kind::TestReport]);
    reports.extend(facts.of(&[Kind::CoveragePublish]).into_iter().filter(|upload| is_of_test_results(upload)));
    let (shown, hidden): (Vec<_>, Vec<_>) = reports.into_iter().partition(|report| comes_after_failures(facts, report));
    if !shown.is_empty() {
        return present("test results are shown", all(&shown));
    }
    let mut annotated = facts.in_jobs(&[Kind::Test]);
    annotated.retain(|test| annotates_by_itself(facts, test));
    if !annotated.is_empty() {
        return present("the test runner annotates what failed by itself", all(&annotated));
    }
    if !hidden.is_empty() {
        return partial("test results are shown only where all tests pass: no `if: ${{ !cancelled() }}`", all(&hidden));
    }
    let mut uploads = facts.of(&[Kind::ArtifactUpload]);
    uploads.retain(|upload| {
        let said = ["path", "name"].iter().filter_map(|name| upload.input(name));
        let plain = said.map(|text| text.value.to_lowercase().replace(['-', '_'], ""));
        plain.into_iter().any(|text| REPORTS.iter().any(|word| text.contains(word)))
    });
    if uploads.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::TestReport]),
            ..missing("test results are shown nowhere", &[])
        };
    }
    partial("test results are kept as an artifact only", all(&uploads))
}

/// Tells whether a report is made when tests have failed, too: by the tests themselves, in another job, or by a step
/// that does not ask for the success of those before it.
fn comes_after_failures(facts: &Facts<'_>, report: &Activity<'_>) -> bool {
    let Some(step) = report.step.filter(|_| !report.is(Kind::Test)) else { return true };
    let stops_before = |test: &&Activity<'_>| {
        let is_other = test.step.is_none_or(|other| !std::ptr::eq(other, step));
        test.run == report.run && test.order < report.order && is_other && test.silence.is_none()
    };
    step.condition.as_ref().is_some_and(holds_after_failures)
        || !facts.of(&[Kind::Test, Kind::IntegrationTest]).iter().any(stops_before)
}

/// Tells whether a run of Vitest makes annotations of failures: in GitHub Actions it does so since version 1.3 where no
/// reporters are configured, or where `github-actions` is among them (vitest.dev, "Reporters").
fn annotates_by_itself(facts: &Facts<'_>, test: &Activity<'_>) -> bool {
    let is_vitest = test.words.first().is_some_and(|program| program == "vitest");
    // What runs in a container does not know of GitHub.
    let is_in_container = ["docker", "podman"].iter().any(|program| test.seen.contains(program));
    if !is_vitest || is_in_container {
        return false;
    }
    if test.has_word(|word| word.starts_with("--reporter")) {
        return test.has_word(|word| word.contains("github-actions"));
    }
    let folder = folder(test);
    let Some(folder) = folder.filter(|folder| is_new_enough(facts, folder)) else { return false };
    let option = test.words.iter().position(|word| matches!(word.as_str(), "--config" | "-c"));
    let named = option.and_then(|at| test.words.get(at + 1)).map(String::as_str);
    let named = named.or_else(|| test.words.iter().find_map(|word| word.strip_prefix("--config=")));
    let config = match named {
        Some(path) => join(&folder, path),
        None => default_config(facts, &folder),
    };
    config.is_none_or(|path| {
        facts.repository.text(&path).is_some_and(|file| {
            let mut lines = file.text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
            let sets = lines.clone().any(|line| line.starts_with("reporters"));
            !sets && !lines.any(|line| line.contains("reporters:")) || file.text.contains("'github-actions'")
        })
    })
}

/// Returns the folder that a test runs in: the manifest's whose script it is, or the step's.
fn folder(test: &Activity<'_>) -> Option<String> {
    if name_of(test.path) == "package.json" {
        return Some(folder_of(test.path).to_owned());
    }
    let script = test.step.and_then(Step::script)?;
    script.working_directory.as_ref().map_or(Some(String::new()), |folder| join("", &folder.value))
}

/// Returns the configuration that Vitest finds by itself: its own before Vite's.
fn default_config(facts: &Facts<'_>, folder: &str) -> Option<String> {
    let names = ["vitest.config.", "vite.config."];
    names.iter().find_map(|start| {
        let mut paths = facts.repository.paths.iter().filter(|path| folder_of(path) == folder);
        paths.find(|path| name_of(path).strip_prefix(start).is_some_and(|ending| !ending.contains('.'))).cloned()
    })
}

/// Tells whether the nearest manifest that names Vitest asks for a version of at least 1.3; one that says no number
/// takes the newest.
fn is_new_enough(facts: &Facts<'_>, folder: &str) -> bool {
    let paths = [join(folder, "package.json"), Some("package.json".to_owned())];
    let version = paths.into_iter().flatten().find_map(|path| {
        let text = &facts.repository.text(&path)?.text;
        text.match_indices("\"vitest\"").find_map(|(at, name)| {
            let value = text.get(at + name.len()..)?.trim_start().strip_prefix(':')?.trim_start();
            Some(value.strip_prefix('"')?.split('"').next()?.to_owned())
        })
    });
    let Some(version) = version else { return true };
    let numbers = version.trim_start_matches(|character: char| !character.is_ascii_digit());
    let mut parts = numbers.split(['.', '-', ' ']).map(|part| part.parse::<u32>().ok());
    let (major, minor) = (parts.next().flatten(), parts.next().flatten());
    major.is_none_or(|major| (major, minor.unwrap_or(0)) >= (1, 3))
}
