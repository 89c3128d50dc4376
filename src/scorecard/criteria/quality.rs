//! Testing and quality.

use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::repository::has_ending;
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::workflow::Pair;
use crate::model::yaml::Node;
use crate::scorecard::evidence::{all, at, looked_for, missing, not_applicable, of, partial, present, ran};
use crate::scorecard::facts::Facts;

declare_criteria! {
    TestingQuality;
    /// Unit tests run in CI
    (3, Critical, Medium, Any) "unit-tests" => unit_tests,
    "Nobody knows whether a change breaks anything.",
    "a job that runs the tests";
    /// Integration or end-to-end tests run as such
    (2, High, Medium, Any) "integration-tests" => integration_tests,
    "Parts that work alone fail together.",
    "a job with service containers or an end-to-end runner";
    /// Test coverage is measured
    (2, High, Small, Any) "coverage-measured" => coverage_measured,
    "Nobody knows what the tests do not reach.",
    "a coverage step, such as `cargo llvm-cov`, `pytest --cov` or `go test -coverprofile`";
    /// A minimum of coverage is enforced
    (2, High, Small, Any) "coverage-threshold" => coverage_threshold,
    "Coverage sinks by a little with every change.",
    "a threshold that fails the job, such as `--fail-under-lines 80`";
    /// Coverage is shown on pull requests
    (1, Medium, Small, Any) "coverage-published" => coverage_published,
    "Reviewers do not see which new lines are untested.",
    "an upload to a coverage service, or a comment on the pull request";
    /// A linter runs with warnings as errors
    (2, High, Small, Any) "lint-strict" => lint_strict,
    "Warnings pile up until nobody reads them.",
    "the linter with warnings denied, such as `cargo clippy -- -D warnings` or `eslint --max-warnings 0`";
    /// A formatter runs in check mode
    (1, Medium, Small, Any) "format-check" => format_check,
    "Reviews are about blanks.",
    "a check such as `cargo fmt --check`, `prettier --check` or `ruff format --check`";
    /// The documentation's build is checked
    (1, Low, Small, Any) "docs-check" => docs_check,
    "Broken links and examples are found by readers.",
    "a step that builds the documentation";
    /// The documentation is published by CI
    (1, Low, Medium, Any) "docs-published" => docs_published,
    "What people read is older than what they use.",
    "a job that deploys the documentation";
    /// Interfaces are tested against their contract, or by fuzzing
    (1, Medium, Medium, Any) "contract-tests" => contract_tests,
    "A change breaks clients that nobody knew of.",
    "a contract or fuzz test, such as Schemathesis, Pact, Spectral, `buf breaking` or `cargo fuzz`";
    /// Load tests run with thresholds
    (1, High, Medium, Running) "load-tests" => load_tests,
    "The first real load is the first test of it.",
    "a k6, Locust or Gatling test with thresholds";
    /// Benchmarks are compared with a baseline on pull requests
    (2, High, Medium, Any) "perf-regression" => perf_regression,
    "A slow-down is found by users, months later.",
    "benchmarks compared on pull requests, such as `plimsoll gate` or `benchmark-action/github-action-benchmark`";
    /// Test results are shown as a check, annotations or summary
    (1, Medium, Small, Any) "test-reports" => test_reports,
    "Who wants to know which test failed reads the log.",
    "a test reporter, such as `dorny/test-reporter` or `plimsoll report`";
    /// Tests run on more than one platform or version
    (1, Low, Small, Any) "multi-platform" => multi_platform,
    "It works on the one machine it was tested on.",
    "a matrix of systems or versions";
}

const TESTS: &[Kind] = &[Kind::Test, Kind::IntegrationTest];

fn unit_tests(facts: &Facts<'_>) -> Verdict {
    facts.tool(&[Kind::Test], "tests run in CI")
}

fn integration_tests(facts: &Facts<'_>) -> Verdict {
    let mut found = facts.of(&[Kind::IntegrationTest]);
    if found.is_empty() {
        found = facts.of(TESTS);
        found.retain(|test| is_integration(facts, test));
    }
    ran(&found, "integration or end-to-end tests run", &[Kind::IntegrationTest])
}

fn is_integration(facts: &Facts<'_>, test: &Activity<'_>) -> bool {
    let named = |name: &str| {
        let name = name.to_lowercase();
        ["integration", "e2e", "end-to-end", "end to end", "acceptance", "system test", "functional"]
            .iter()
            .any(|word| name.contains(word))
    };
    let run = facts.run(test);
    let step = test.step.and_then(|step| step.name.as_ref());
    run.is_some_and(|run| {
        let services = !run.job.services.is_empty();
        services || named(&run.job.id.value) || run.job.name.as_ref().is_some_and(|name| named(&name.value))
    }) || step.is_some_and(|name| named(&name.value))
        || test.has_word(named)
}

fn coverage_measured(facts: &Facts<'_>) -> Verdict {
    facts.tool(&[Kind::Coverage, Kind::CoverageThreshold], "coverage is measured")
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

fn coverage_threshold(facts: &Facts<'_>) -> Verdict {
    let enforced = facts.of(&[Kind::CoverageThreshold]);
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
    match (codecov_status(facts), facts.of(&[Kind::CoveragePublish]).first()) {
        (Some((true, setting)), Some(upload)) => {
            present("the coverage service enforces a target for the project", vec![setting, of(upload)])
        }
        (Some((false, setting)), Some(upload)) => {
            partial("the coverage service judges the patch only, or informs only", vec![setting, of(upload)])
        }
        _ => Verdict {
            looked_for: looked_for(&[Kind::CoverageThreshold]),
            ..missing("no minimum of coverage is enforced", &[])
        },
    }
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
    });
    let off = project.and_then(Node::text).is_some_and(|text| matches!(text.as_str(), "off" | "false" | "no"));
    Some((!informational && !off, at_status))
}

fn coverage_published(facts: &Facts<'_>) -> Verdict {
    facts.tool(&[Kind::CoveragePublish], "coverage is published")
}

fn lint_strict(facts: &Facts<'_>) -> Verdict {
    let lints = facts.of(&[Kind::Lint]);
    let mut strict = facts.of(&[Kind::LintStrict]);
    strict.extend(lints.iter().copied().filter(|lint| denies_warnings(facts, lint)));
    if !strict.is_empty() {
        return ran(&strict, "a linter fails on every finding", &[Kind::LintStrict]);
    }
    if lints.is_empty() {
        return Verdict { looked_for: looked_for(&[Kind::LintStrict, Kind::Lint]), ..missing("no linter runs", &[]) };
    }
    partial("a linter runs, but its warnings pass", all(&lints))
}

/// `RUSTFLAGS: -D warnings` makes warnings errors wherever cargo runs.
fn denies_warnings(facts: &Facts<'_>, lint: &Activity<'_>) -> bool {
    let flags = |pairs: &[Pair]| {
        pairs.iter().any(|(name, value)| {
            let value = value.value.replace(' ', "");
            matches!(name.as_str(), "RUSTFLAGS" | "CARGO_BUILD_RUSTFLAGS" | "CLIPPY_FLAGS")
                && (value.contains("-Dwarnings") || value.contains("--deny=warnings"))
        })
    };
    if lint.words.first().is_none_or(|program| program != "cargo") {
        return false;
    }
    let assigned = lint
        .assignments
        .iter()
        .any(|word| word.starts_with("RUSTFLAGS=") && word.replace(' ', "").contains("-Dwarnings"));
    let run = facts.run(lint);
    let outer = run.is_some_and(|run| flags(&run.job.env) || flags(&run.file.workflow.env));
    assigned || outer || lint.step.is_some_and(|step| flags(&step.env))
}

fn format_check(facts: &Facts<'_>) -> Verdict {
    facts.tool(&[Kind::Format], "a formatter runs in check mode")
}

fn docs_check(facts: &Facts<'_>) -> Verdict {
    facts.tool(&[Kind::Docs, Kind::DocsDeploy], "the documentation is built or its links are checked")
}

fn docs_published(facts: &Facts<'_>) -> Verdict {
    let published = facts.of(&[Kind::DocsDeploy]);
    let built = facts.of(&[Kind::Docs]);
    if published.is_empty() && !built.is_empty() {
        return partial("the documentation is built, but not published", all(&built));
    }
    ran(&published, "the documentation is published", &[Kind::DocsDeploy])
}

fn contract_tests(facts: &Facts<'_>) -> Verdict {
    let tests = facts.of(&[Kind::Contract]);
    let interface = facts.repository.find_name(|name| {
        let stem = name.split('.').next().unwrap_or_default();
        let described = matches!(stem, "openapi" | "swagger" | "asyncapi") && name.contains('.');
        described || has_ending(name, &["proto", "graphql"]) || name == "schema.gql"
    });
    match interface {
        None if tests.is_empty() => {
            not_applicable("no interface description was found (OpenAPI, AsyncAPI, protobuf, GraphQL)")
        }
        _ => ran(&tests, "an interface is tested against its contract, or by fuzzing", &[Kind::Contract]),
    }
}

fn load_tests(facts: &Facts<'_>) -> Verdict {
    let tests = facts.of(&[Kind::Load]);
    if tests.is_empty() {
        return Verdict { looked_for: looked_for(&[Kind::Load]), ..missing("no load test runs in CI", &[]) };
    }
    let is_script = |path: &str| ["k6", "load", "artillery", "perf"].iter().any(|word| path.contains(word));
    let words = ["thresholds", "ensure:", "assertions", "maxerrorrate"];
    let threshold = facts.line_in(is_script, &words);
    match (threshold, tests.iter().find(|test| test.silence.is_none())) {
        (Some(threshold), Some(test)) => present("load tests run with thresholds", vec![of(test), threshold]),
        _ => partial("load tests run, but without thresholds that fail the job", all(&tests)),
    }
}

fn perf_regression(facts: &Facts<'_>) -> Verdict {
    let compared = facts.of(&[Kind::PerfRegression]);
    if let Some(test) = compared.iter().find(|test| test.when.contains(&When::PullRequest) && test.silence.is_none()) {
        return present("benchmarks are compared with a baseline on pull requests", vec![of(test)]);
    }
    if !compared.is_empty() {
        return partial("benchmarks are compared, but not on pull requests", all(&compared));
    }
    let benches = facts.of(&[Kind::Bench]);
    if benches.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::PerfRegression, Kind::Bench]),
            ..missing("no benchmarks run", &[])
        };
    }
    partial("benchmarks run, but are compared with nothing", all(&benches))
}

fn test_reports(facts: &Facts<'_>) -> Verdict {
    let reports = facts.of(&[Kind::TestReport]);
    if !reports.is_empty() {
        return present("test results are shown", all(&reports));
    }
    let mut uploads = facts.of(&[Kind::ArtifactUpload]);
    uploads.retain(|upload| {
        let said = ["path", "name"].iter().filter_map(|name| upload.input(name)).map(|text| text.value.to_lowercase());
        said.into_iter().any(|text| {
            ["junit", "test-result", "test_result", "test-report", "surefire"].iter().any(|word| text.contains(word))
        })
    });
    if uploads.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::TestReport]),
            ..missing("test results are shown nowhere", &[])
        };
    }
    partial("test results are kept as an artifact only", all(&uploads))
}

fn multi_platform(facts: &Facts<'_>) -> Verdict {
    let tests = facts.of(&[Kind::Test, Kind::IntegrationTest, Kind::Build]);
    let mut labels: Vec<&str> = Vec::new();
    for test in &tests {
        let Some(run) = facts.run(test) else { continue };
        let matrix = run.job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref());
        let several = matrix.is_some_and(|matrix| {
            let rows = matrix.rows.iter().any(|(_, values)| values.items().len() > 1 || values.text().is_some());
            rows || matrix.include.as_ref().is_some_and(|include| include.items().len() > 1)
        });
        if several {
            return present("a matrix covers several platforms or versions", vec![of(test)]);
        }
        labels.extend(run.job.runs_on.iter().flat_map(|runs_on| &runs_on.labels).map(crate::model::yaml::Text::as_str));
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
